/**
 * What an elected controller does, from reading everything to the day it is replaced.
 * Source: Kafka 3.8 KafkaController.onControllerFailover, onBrokerFailure, onBrokerStartup,
 * processTopicChange, processIsrChangeNotification, processControlledShutdown.
 */

import { createOp, deleteOp } from '../client/ops.ts';
import type { ControlledShutdownRequest } from './api.ts';
import { KafkaError } from './api.ts';
import type { ControlledPartition } from './ControllerState.ts';
import { ControllerWork, stopOf } from './ControllerWork.ts';
import { PreferredElections } from './PreferredElections.ts';
import {
  BROKER_IDS,
  brokerPath,
  ISR_CHANGES,
  partitionsPath,
  statePath,
  TOPICS,
  topicPath,
} from './paths.ts';
import { Reassignments } from './Reassignments.ts';
import { readBrokers } from './readBrokers.ts';
import {
  decodePartitions,
  decodeTopic,
  isTopicName,
  keyOf,
  MalformedZnode,
  NO_LEADER,
  type TopicPartition,
} from './records.ts';
import { TopicDeletions } from './TopicDeletions.ts';

const TOPICS_MAX = 100;

export class Reign extends ControllerWork {
  private readonly reassignments = new Reassignments(this);
  private readonly deletions = new TopicDeletions(this);
  private readonly elections = new PreferredElections(this);

  /** Reads everything, tells everybody, and goes on with what the last controller left undone. */
  async begin(): Promise<void> {
    this.step(ISR_CHANGES, 'drop what others were told');
    for (const name of await this.zk.children(ISR_CHANGES)) {
      await this.zk.writeOnce([deleteOp(`${ISR_CHANGES}/${name}`)], 'NONODE');
    }
    this.step(BROKER_IDS, 'read brokers and watch them');
    for (const broker of await this.readBrokers()) this.state.brokers.set(broker.id, broker);
    this.step(TOPICS, 'read topics and watch them');
    await this.onTopicChange();
    this.announcer.metadata(this.state.partitions());
    this.tellReplicas(new Set(this.state.brokers.keys()));
    await this.electOffline();
    await this.removeDeadFromIsr();
    await this.onIsrChange();
    await this.deletions.read();
    await this.reassignments.read();
    await this.elections.read();
  }

  flush(): void {
    this.announcer.flush();
  }

  /** On request of a person, who is told why not. */
  async electOne(at: TopicPartition, type: 'preferred' | 'unclean'): Promise<number> {
    const partition = this.state.find(at);
    if (partition === undefined) throw new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', keyOf(at));
    if (type === 'unclean' && this.state.isLive(partition.state?.leader ?? NO_LEADER)) {
      throw new KafkaError('INVALID_REQUEST', `${keyOf(at)} has a leader: no election needed`);
    }
    const changed = await this.elect([partition], () => type);
    if (changed.length > 0) return partition.state?.leader ?? NO_LEADER;
    const why = type === 'preferred' ? 'the first replica is not live and in sync' : 'none is live';
    throw new KafkaError('LEADER_NOT_AVAILABLE', why);
  }

  async controlledShutdown({ brokerId, brokerEpoch }: ControlledShutdownRequest): Promise<number> {
    const { state } = this;
    const broker = state.brokers.get(brokerId);
    if (broker === undefined || broker.epoch > brokerEpoch) {
      throw new KafkaError('STALE_BROKER_EPOCH', `broker ${brokerId}`);
    }
    this.step(brokerPath(brokerId), `broker ${brokerId} wants to go: move its leaders`);
    state.shuttingDown.add(brokerId);
    const its = state
      .partitionsOn(new Set([brokerId]))
      .filter(({ assignment }) => assignment.replicas.length > 1);
    const led = its.filter((one) => one.state?.leader === brokerId);
    await this.elect(led, () => 'controlledShutdown');
    const followed = its.filter((one) => one.state?.leader !== brokerId);
    await this.removeFromIsr(followed, new Set([brokerId]));
    const stops = followed.map((one) => stopOf(one, false));
    this.announcer.stop(brokerId, stops, () => {});
    return its.filter((one) => one.state?.leader === brokerId).length;
  }

  private async readBrokers() {
    const watcher = this.watch('broker change', () => this.onBrokerChange());
    const names = await this.zk.children(BROKER_IDS, watcher);
    return readBrokers(this.zk, names, (error) => this.host.problem(error));
  }

  private async onBrokerChange(): Promise<void> {
    const { brokers } = this.state;
    const found = new Map((await this.readBrokers()).map((broker) => [broker.id, broker] as const));
    const gone = [...brokers.keys()].filter((id) => !found.has(id));
    const bounced = [...brokers.values()]
      .filter(({ id, epoch }) => found.has(id) && found.get(id)?.epoch !== epoch)
      .map(({ id }) => id);
    const added = [...found.keys()].filter((id) => !brokers.has(id));
    for (const id of bounced) {
      this.step(brokerPath(id), `broker ${id} has a new epoch: it was gone in between`);
    }
    if (gone.length > 0) this.step(BROKER_IDS, `gone: broker ${gone.join(', ')}`);
    if (gone.length + bounced.length > 0) await this.onBrokerFailure([...gone, ...bounced]);
    for (const id of [...bounced, ...added]) {
      const broker = found.get(id);
      if (broker !== undefined) brokers.set(id, broker);
    }
    if (added.length > 0) this.step(BROKER_IDS, `new: broker ${added.join(', ')}`);
    if (added.length + bounced.length > 0) await this.onBrokerStartup([...bounced, ...added]);
  }

  private async onBrokerFailure(ids: readonly number[]): Promise<void> {
    for (const id of ids) {
      this.state.brokers.delete(id);
      this.state.shuttingDown.delete(id);
    }
    await this.electOffline();
    await this.removeFromIsr(this.state.partitionsOn(new Set(ids)), new Set(ids));
    this.announcer.metadata([]);
  }

  private async onBrokerStartup(ids: readonly number[]): Promise<void> {
    this.announcer.metadata(this.state.partitions());
    this.tellReplicas(new Set(ids));
    await this.electOffline();
    await this.createNew();
    await this.reassignments.progress();
    this.deletions.resume();
  }

  private async removeDeadFromIsr(): Promise<void> {
    const replicas = this.state.partitions().flatMap(({ assignment }) => assignment.replicas);
    const dead = new Set(replicas.filter((id) => !this.state.brokers.has(id)));
    if (dead.size > 0) await this.removeFromIsr(this.state.partitionsOn(dead), dead);
  }

  private tellReplicas(brokers: ReadonlySet<number>): void {
    for (const one of this.state.partitionsOn(brokers)) {
      const its = one.assignment.replicas.filter((id) => brokers.has(id));
      this.announcer.replicas(its, one);
    }
  }

  private async onTopicChange(): Promise<void> {
    const { topics, deleting } = this.state;
    const watcher = this.watch('topic change', () => this.onTopicChange());
    const names = (await this.zk.children(TOPICS, watcher)).filter(isTopicName);
    for (const name of [...topics.keys()]) {
      if (names.includes(name)) continue;
      topics.delete(name);
      deleting.delete(name);
    }
    for (const name of names.slice(0, TOPICS_MAX)) {
      if (!topics.has(name)) await this.readTopic(name);
    }
    await this.createNew();
  }

  /** Partitions that are there already keep what is known of them. */
  private async readTopic(topic: string): Promise<void> {
    const path = topicPath(topic);
    const watcher = this.watch(`partitions of ${topic}`, async () => {
      await this.readTopic(topic);
      await this.createNew();
    });
    const found = await this.zk.read(path, watcher);
    if (found === null) return;
    try {
      const { topicId, partitions } = decodeTopic(path, found.data);
      const known = this.state.topics.get(topic)?.partitions ?? new Map();
      this.state.topics.set(topic, { topicId, partitions: known });
      const added: ControlledPartition[] = [];
      for (const [partition, assignment] of partitions) {
        if (known.has(partition)) continue;
        const one = { topic, partition, assignment, state: null, zkVersion: -1 };
        known.set(partition, one);
        added.push(one);
      }
      await Promise.all(added.map((one) => this.writer.refresh(one)));
    } catch (error) {
      if (!(error instanceof MalformedZnode)) throw error;
      this.host.problem(error);
    }
  }

  /** First leaders for partitions that nobody has led. */
  private async createNew(): Promise<void> {
    const fresh = this.state
      .partitions()
      .filter(({ state, topic }) => state === null && !this.state.deleting.has(topic));
    for (const topic of new Set(fresh.map((one) => one.topic))) {
      await this.zk.writeOnce([createOp(partitionsPath(topic), null)], 'NODEEXISTS');
    }
    const created = await Promise.all(
      fresh.map(async (one) => {
        const live = one.assignment.replicas.filter((id) => this.state.isLive(id));
        const [leader] = live;
        const path = topicPath(one.topic);
        if (leader === undefined) this.step(path, `${keyOf(one)}: no replica is there yet`);
        else await this.writer.create(one, { leader, isr: live });
        return one.state !== null;
      }),
    );
    const led = fresh.filter((_, index) => created[index]);
    for (const one of led) {
      const path = statePath(one.topic, one.partition);
      this.step(path, `${keyOf(one)}: ${one.state?.leader} leads a new partition`);
    }
    this.tell(led);
  }

  /** Leaders have written their ISR: everybody else is told. */
  private async onIsrChange(): Promise<void> {
    const watcher = this.watch('ISR change', () => this.onIsrChange());
    const changed = new Set<ControlledPartition>();
    for (const name of await this.zk.children(ISR_CHANGES, watcher)) {
      const path = `${ISR_CHANGES}/${name}`;
      const found = await this.zk.read(path);
      try {
        for (const at of found === null ? [] : decodePartitions(path, found.data)) {
          const one = this.state.find(at);
          if (one !== undefined) changed.add(one);
        }
      } catch (error) {
        if (!(error instanceof MalformedZnode)) throw error;
        this.host.problem(error);
      }
      await this.zk.writeOnce([deleteOp(path)], 'NONODE');
    }
    for (const one of changed) await this.writer.refresh(one);
    if (changed.size > 0) this.announcer.metadata([...changed]);
    await this.reassignments.progress();
  }
}
