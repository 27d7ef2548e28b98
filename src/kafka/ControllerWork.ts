/**
 * What every part of a controller's work needs: what it knows, its fenced writes, and the way to
 * have leaders elected, written and told.
 * Source: Kafka 3.8 PartitionStateMachine.scala, ReplicaStateMachine.scala.
 */

import type { ClientContext } from '../client/ClientContext.ts';
import type { Watcher } from '../client/watch.ts';
import { Announcer, type AnnouncerHost } from './Announcer.ts';
import type { ControlledPartition } from './ControllerState.ts';
import { ControllerState } from './ControllerState.ts';
import { electLeader, type Strategy } from './leaderElection.ts';
import { statePath, topicConfigPath } from './paths.ts';
import { decodeConfig, keyOf, MalformedZnode, NO_LEADER, type TopicPartition } from './records.ts';
import { StateWriter } from './StateWriter.ts';
import { UNCLEAN } from './settings.ts';
import type { FencedZk } from './Zk.ts';

export interface ReignHost {
  readonly context: ClientContext;
  readonly brokerId: number;
  readonly epoch: number;
  readonly zk: FencedZk;
  ask: AnnouncerHost['ask'];
  enqueue(name: string, work: () => Promise<void>): void;
  isCurrent(): boolean;
  problem(error: MalformedZnode): void;
  onFenced(why: string): void;
}

export class ControllerWork {
  readonly epoch: number;
  readonly state = new ControllerState();
  readonly zk: FencedZk;
  readonly writer: StateWriter;
  readonly announcer: Announcer;
  readonly host: ReignHost;

  constructor(host: ReignHost) {
    this.host = host;
    this.epoch = host.epoch;
    this.zk = host.zk;
    this.writer = new StateWriter(this.zk, this.epoch, (error) => host.problem(error));
    this.announcer = new Announcer(announcerHost(host), this.state);
  }

  step(path: string, text: string): void {
    this.host.context.step('kafka', path, text);
  }

  /** Watches call it when they fire: the work waits for its turn. */
  watch(name: string, work: () => Promise<void>): Watcher {
    return ({ type }) => {
      if (type !== 'None') this.host.enqueue(name, work);
    };
  }

  /** Elects, writes, and tells those that it concerns. Those that have a new state. */
  async elect(
    partitions: readonly ControlledPartition[],
    strategyOf: (partition: ControlledPartition) => Strategy,
    replicasOf = (partition: ControlledPartition) => partition.assignment.replicas,
  ): Promise<readonly ControlledPartition[]> {
    const { state } = this;
    const changed = await this.writer.change(partitions, (current, partition) => {
      const strategy = strategyOf(partition);
      const isGoing = strategy === 'controlledShutdown';
      const elected = electLeader(strategy, {
        replicas: replicasOf(partition),
        state: current,
        isLive: (id) => (isGoing ? state.brokers.has(id) : state.isLive(id)),
        isShuttingDown: (id) => state.shuttingDown.has(id),
      });
      const key = keyOf(partition);
      const path = statePath(partition.topic, partition.partition);
      if (elected === null) {
        this.step(path, `${key}: nobody may lead (${strategy})`);
        return null;
      }
      const how = elected.isUnclean ? 'unclean: nobody in sync is left' : strategy;
      this.step(path, `${key}: ${elected.leader} leads (${how})`);
      if (elected.isUnclean) this.note('unclean', partition, { leader: elected.leader });
      return elected;
    });
    this.tell(changed);
    return changed;
  }

  tell(partitions: readonly ControlledPartition[]): void {
    for (const one of partitions) this.announcer.replicas(one.assignment.replicas, one);
    if (partitions.length > 0) this.announcer.metadata(partitions);
  }

  /** Replicas on these brokers cannot be in sync, unless nobody else is. */
  async removeFromIsr(
    partitions: readonly ControlledPartition[],
    brokers: ReadonlySet<number>,
  ): Promise<void> {
    const changed = await this.writer.change(partitions, ({ leader, isr }) => {
      const rest = isr.filter((id) => !brokers.has(id));
      const isLeaderGone = brokers.has(leader);
      if (rest.length === isr.length && !isLeaderGone) return null;
      // The last of the ISR stays in it: it has everything.
      const kept = rest.length === 0 ? isr.slice(0, 1) : rest;
      if (kept.length === isr.length && !isLeaderGone) return null;
      return { leader: isLeaderGone ? NO_LEADER : leader, isr: kept };
    });
    for (const { topic, partition, state } of changed) {
      const path = statePath(topic, partition);
      this.step(path, `${topic}-${partition}: in sync are ${state?.isr.join(' and ')}`);
    }
    this.tell(changed);
  }

  /** Leaders for partitions that have none who is there; unclean only where that was chosen. */
  async electOffline(topic?: string): Promise<void> {
    const offline = this.state
      .partitions()
      .filter(
        (one) =>
          one.state !== null &&
          !this.state.isLive(one.state.leader) &&
          (topic === undefined || one.topic === topic),
      );
    if (offline.length === 0) return;
    const unclean = new Set<string>();
    for (const name of new Set(offline.map((one) => one.topic))) {
      if (await this.isUncleanAllowed(name)) unclean.add(name);
    }
    await this.elect(offline, (one) => (unclean.has(one.topic) ? 'unclean' : 'offline'));
  }

  private async isUncleanAllowed(topic: string): Promise<boolean> {
    const path = topicConfigPath(topic);
    const found = await this.zk.read(path);
    if (found === null) return false;
    try {
      return decodeConfig(path, found.data)[UNCLEAN] === 'true';
    } catch (error) {
      if (!(error instanceof MalformedZnode)) throw error;
      this.host.problem(error);
      return false;
    }
  }

  private note(subject: string, { topic, partition }: TopicPartition, data: object): void {
    this.host.context.note('kafka', subject, { topic, partition, ...data });
  }
}

export const stopOf = ({ topic, partition, state }: ControlledPartition, isDeleted: boolean) => ({
  topic,
  partition,
  leaderEpoch: state?.leaderEpoch ?? 0,
  isDeleted,
});

function announcerHost(host: ReignHost): AnnouncerHost {
  return {
    brokerId: host.brokerId,
    controllerEpoch: host.epoch,
    get isActive() {
      return host.isCurrent();
    },
    ask: host.ask,
    sleep: (ms) => host.context.sleep(ms),
    onFenced: (broker, api) => host.onFenced(`broker ${broker} refused ${api}: newer controller`),
  };
}
