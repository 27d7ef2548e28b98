/**
 * The cluster as producers, consumers and tools reach it: brokers found in ZooKeeper, leaders found
 * by asking any of them, and asked again when what is known does not hold any more.
 * Source: Kafka NetworkClient, Metadata.
 *
 * Departs: Kafka's clients are given the addresses of some brokers (bootstrap.servers).
 */

import type { ClientContext } from '../client/ClientContext.ts';
import { PeerError } from '../client/peerNetwork.ts';
import type { JsonValue } from '../client/trace.ts';
import type { MetadataReply, PartitionState } from './api.ts';
import { KafkaError, toJson } from './api.ts';
import { BROKER_IDS, CONTROLLER, topicPath } from './paths.ts';
import { readBrokers } from './readBrokers.ts';
import { type BrokerInfo, decodeController } from './records.ts';
import { SETTINGS } from './settings.ts';
import { Zk } from './Zk.ts';

/** Worth another try, after a look at who leads now. */
const PASSING: readonly string[] = [
  'NOT_LEADER_OR_FOLLOWER',
  'UNKNOWN_TOPIC_OR_PARTITION',
  'NOT_ENOUGH_REPLICAS',
  'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
  'REQUEST_TIMED_OUT',
  'FENCED_LEADER_EPOCH',
  'UNKNOWN_LEADER_EPOCH',
  'LEADER_NOT_AVAILABLE',
  'busy',
];

export class Cluster {
  readonly context: ClientContext;
  private known: MetadataReply | null = null;

  constructor(context: ClientContext) {
    this.context = context;
  }

  get zk(): Zk {
    return new Zk(this.context.openSession());
  }

  /** Registered brokers, by id. Malformed ones are left out. */
  async brokers(): Promise<readonly BrokerInfo[]> {
    const { zk } = this;
    return readBrokers(zk, await zk.children(BROKER_IDS));
  }

  async controller(): Promise<BrokerInfo> {
    const found = await this.zk.read(CONTROLLER);
    if (found === null) throw new KafkaError('NOT_CONTROLLER', 'there is no controller now');
    const id = decodeController(CONTROLLER, found.data);
    const broker = (await this.brokers()).find((one) => one.id === id);
    if (broker === undefined) throw new KafkaError('NOT_CONTROLLER', `broker ${id} is gone`);
    return broker;
  }

  /** What is known does not hold any more. */
  forget(): void {
    this.known = null;
  }

  /** Partitions of a topic that somebody leads, as the first broker that answers knows them. */
  async partitionsOf(topic: string): Promise<readonly PartitionState[]> {
    const { partitions } = this.known ?? (await this.refresh());
    return partitions.filter((one) => one.topic === topic);
  }

  /** Asks the leader of a partition, until it answers or `deadlineMs` has come. */
  async askLeader(
    choose: (partitions: readonly PartitionState[]) => PartitionState | undefined,
    topic: string,
    request: { readonly api: string; readonly text: string; body(at: PartitionState): object },
    deadlineMs: number,
  ): Promise<{ readonly at: PartitionState; readonly reply: JsonValue; readonly tries: number }> {
    let why = 'no leader';
    for (let tries = 1; ; tries++) {
      try {
        const at = choose(await this.partitionsOf(topic));
        const host = this.known?.brokers.find(({ id }) => id === at?.leader)?.host;
        if (at !== undefined && host !== undefined) {
          const { api, text } = request;
          const reply = await this.ask(host, api, request.body(at), text);
          return { at, reply, tries };
        }
        await this.mustExist(topic);
      } catch (error) {
        if (!(error instanceof PeerError)) throw error;
        why = error.message;
        const isPassing = PASSING.some((code) => error.message.startsWith(code));
        if (error.reason === 'answered' && !isPassing) throw error;
      }
      this.known = null;
      if (this.context.nowMs >= deadlineMs) throw new KafkaError('REQUEST_TIMED_OUT', why);
      await this.context.sleep(SETTINGS.retryBackoffMs);
    }
  }

  ask(host: string, api: string, body: object, text: string): Promise<JsonValue> {
    const timeoutMs = SETTINGS.requestTimeoutMs;
    return this.context.peers.ask(host, { api, body: toJson(body), text, timeoutMs });
  }

  private async mustExist(topic: string): Promise<void> {
    if ((await this.zk.exists(topicPath(topic))) !== null) return;
    throw new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', `there is no topic ${topic}`);
  }

  private async refresh(): Promise<MetadataReply> {
    let why = new PeerError('refused', 'no broker is registered');
    for (const { host } of this.context.random.shuffle(await this.brokers())) {
      try {
        const reply: unknown = await this.ask(host, 'Metadata', {}, 'who leads');
        this.known = reply as MetadataReply;
        return this.known;
      } catch (error) {
        if (!(error instanceof PeerError)) throw error;
        why = error;
      }
    }
    throw why;
  }
}
