/**
 * How a controller tells the brokers: one line of requests per broker, in order, each repeated
 * until it is answered or the broker is gone. What one round of work has to say to a broker goes
 * out together.
 * Source: Kafka 3.8 ControllerChannelManager.scala, ControllerBrokerRequestBatch.
 */

import { PeerError } from '../client/peerNetwork.ts';
import type { LiveBroker, PartitionState, StatesRequest, StopReplicaRequest } from './api.ts';
import type { ControlledPartition, ControllerState } from './ControllerState.ts';
import { toPartitionState } from './ControllerState.ts';
import { type BrokerInfo, keyOf } from './records.ts';
import { SETTINGS } from './settings.ts';

type Stop = StopReplicaRequest['partitions'][number];

type Letter =
  | {
      readonly api: 'LeaderAndIsr' | 'UpdateMetadata';
      readonly states: Map<string, PartitionState>;
    }
  | { readonly api: 'StopReplica'; readonly stops: Map<string, Stop>; readonly done: () => void };

interface Outbox {
  readonly broker: BrokerInfo;
  readonly letters: Letter[];
  isSending: boolean;
}

export interface AnnouncerHost {
  readonly brokerId: number;
  readonly controllerEpoch: number;
  readonly isActive: boolean;
  /** To a broker, perhaps the one that this controller runs on. Rejects with PeerError. */
  ask(host: string, api: string, body: object, text: string): Promise<unknown>;
  sleep(ms: number): Promise<void>;
  /** A broker knows a newer controller. */
  onFenced(broker: number, api: string): void;
}

export class Announcer {
  private readonly host: AnnouncerHost;
  private readonly state: ControllerState;
  private readonly outboxes = new Map<number, Outbox>();

  constructor(host: AnnouncerHost, state: ControllerState) {
    this.host = host;
    this.state = state;
  }

  /** Tells those of `brokers` that are registered that they have replicas of it, and who leads. */
  replicas(brokers: readonly number[], partition: ControlledPartition): void {
    const state = toPartitionState(partition);
    if (state === null) return;
    for (const id of brokers) this.addState(id, 'LeaderAndIsr', state);
  }

  /** Tells everybody. `leader` stands in for the one in the state. */
  metadata(partitions: readonly ControlledPartition[], leader?: number): void {
    for (const id of this.state.brokers.keys()) {
      this.letterFor(id, 'UpdateMetadata');
      for (const partition of partitions) {
        const state = toPartitionState(partition);
        if (state === null) continue;
        this.addState(id, 'UpdateMetadata', leader === undefined ? state : { ...state, leader });
      }
    }
  }

  /** Tells one broker to let go of replicas; `done` when it has. */
  stop(id: number, stops: readonly Stop[], done: () => void): void {
    const outbox = this.outboxOf(id);
    if (outbox === null || stops.length === 0) return;
    const byKey = new Map(stops.map((stop) => [keyOf(stop), stop] as const));
    outbox.letters.push({ api: 'StopReplica', stops: byKey, done });
  }

  /** Sends what has been gathered. */
  flush(): void {
    for (const outbox of this.outboxes.values()) {
      if (outbox.isSending || outbox.letters.length === 0) continue;
      outbox.isSending = true;
      void this.send(outbox);
    }
  }

  private addState(
    id: number,
    api: 'LeaderAndIsr' | 'UpdateMetadata',
    state: PartitionState,
  ): void {
    this.letterFor(id, api)?.set(keyOf(state), state);
  }

  private letterFor(
    id: number,
    api: 'LeaderAndIsr' | 'UpdateMetadata',
  ): Map<string, PartitionState> | null {
    const outbox = this.outboxOf(id);
    if (outbox === null) return null;
    const last = outbox.letters.at(-1);
    // The one that is being sent says what it says.
    const isOpen = outbox.letters.length > (outbox.isSending ? 1 : 0);
    if (isOpen && last?.api === api) return last.states;
    const states = new Map<string, PartitionState>();
    outbox.letters.push({ api, states });
    return states;
  }

  private outboxOf(id: number): Outbox | null {
    const broker = this.state.brokers.get(id);
    if (broker === undefined) return null;
    const known = this.outboxes.get(id);
    if (known?.broker.epoch === broker.epoch) return known;
    const outbox: Outbox = { broker, letters: [], isSending: false };
    this.outboxes.set(id, outbox);
    return outbox;
  }

  private async send(outbox: Outbox): Promise<void> {
    const { broker, letters } = outbox;
    const isWanted = (): boolean =>
      this.host.isActive && this.state.brokers.get(broker.id)?.epoch === broker.epoch;
    while (isWanted()) {
      const [letter] = letters;
      if (letter === undefined) break;
      try {
        await this.host.ask(broker.host, letter.api, this.write(letter, broker), textOf(letter));
        if (letter.api === 'StopReplica') letter.done();
      } catch (error) {
        if (!(error instanceof PeerError)) throw error;
        if (error.reason !== 'answered') {
          await this.host.sleep(SETTINGS.controllerBackoffMs);
          continue;
        }
        if (error.message.startsWith('STALE_CONTROLLER_EPOCH')) {
          this.host.onFenced(broker.id, letter.api);
        }
      }
      letters.shift();
    }
    outbox.isSending = false;
  }

  private write(letter: Letter, broker: BrokerInfo): object {
    const head = {
      controllerId: this.host.brokerId,
      controllerEpoch: this.host.controllerEpoch,
      brokerEpoch: broker.epoch,
    };
    if (letter.api === 'StopReplica') {
      const request: StopReplicaRequest = { ...head, partitions: [...letter.stops.values()] };
      return request;
    }
    const brokers: readonly LiveBroker[] = [...this.state.brokers.values()].map(({ id, host }) => ({
      id,
      host,
    }));
    const request: StatesRequest = { ...head, states: [...letter.states.values()], brokers };
    return request;
  }
}

function textOf(letter: Letter): string {
  if (letter.api === 'StopReplica') return [...letter.stops.keys()].slice(0, 3).join(' ');
  const [only, ...others] = letter.states.values();
  if (only === undefined) return 'brokers';
  const what = `${keyOf(only)} led by ${only.leader}, epoch ${only.leaderEpoch}`;
  return others.length === 0 ? what : `${what}, and ${others.length} more`;
}
