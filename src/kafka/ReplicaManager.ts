/**
 * The replicas of one broker: takes what controllers say of them unless the controller or the
 * leader epoch is old, answers Produce and Fetch, keeps the ISR of the partitions that it leads,
 * and has fetchers follow the leaders of the others.
 * Source: Kafka 3.8 ReplicaManager.scala.
 */

import type { ClientContext } from '../client/ClientContext.ts';
import type {
  EpochReply,
  EpochRequest,
  FetchedPartition,
  FetchPartition,
  FetchReply,
  FetchRequest,
  PartitionState,
  ProduceReply,
} from './api.ts';
import { KafkaError, type ProduceRequest } from './api.ts';
import { Fetchers } from './Fetchers.ts';
import { Partition } from './Partition.ts';
import type { ReplicaHost } from './ReplicaHost.ts';
import { ReplicaLog } from './ReplicaLog.ts';
import { keyOf, type TopicPartition } from './records.ts';
import { Signal } from './Signal.ts';
import { SETTINGS } from './settings.ts';

/** Replicas on one broker. */
export const REPLICAS_MAX = 1_000;

export class ReplicaManager {
  readonly changed = new Signal();
  private readonly host: ReplicaHost;
  private readonly context: ClientContext;
  private readonly partitions = new Map<string, Partition>();
  private readonly fetchers: Fetchers;
  private isStopped = false;

  constructor(host: ReplicaHost) {
    this.host = host;
    this.context = host.context;
    this.fetchers = new Fetchers(host, (partition) => this.tell(partition));
  }

  all(): readonly Partition[] {
    return [...this.partitions.values()];
  }

  find(partition: TopicPartition): Partition | undefined {
    return this.partitions.get(keyOf(partition));
  }

  applyStates(states: readonly PartitionState[]): void {
    for (const state of states) {
      if (!state.replicas.includes(this.host.brokerId)) continue;
      const partition = this.getOrCreate(state);
      partition.minIsr = this.host.minIsrOf(state.topic);
      if (!partition.apply(state, this.context.nowMs)) continue;
      const { leader, leaderEpoch } = state;
      if (partition.isLeader) {
        this.fetchers.unfollow(partition);
        this.note('leading', {
          broker: this.host.brokerId,
          topic: state.topic,
          partition: state.partition,
          leaderEpoch,
        });
      } else if (leader >= 0) {
        this.fetchers.follow(partition);
      } else {
        this.fetchers.unfollow(partition);
      }
      this.tell(partition);
    }
    this.changed.notify();
  }

  stop(partition: TopicPartition, leaderEpoch: number, isDeleted: boolean): void {
    const found = this.find(partition);
    if (found !== undefined && leaderEpoch < found.leaderEpoch && !isDeleted) return;
    if (found !== undefined) {
      this.fetchers.unfollow(found);
      this.partitions.delete(found.key);
    }
    if (isDeleted) this.logOf(partition).remove();
    const { topic, partition: number } = partition;
    const role = isDeleted ? 'deleted' : 'stopped';
    this.note('replica', { broker: this.host.brokerId, topic, partition: number, role });
    this.changed.notify();
  }

  async produce(request: ProduceRequest): Promise<ProduceReply> {
    const partition = this.leading(request, -1);
    const { acks, values, timeoutMs } = request;
    if (acks === 'all' && partition.isr.length < partition.minIsr) {
      const why = `${partition.isr.length} in sync, ${partition.minIsr} wanted`;
      throw new KafkaError('NOT_ENOUGH_REPLICAS', why);
    }
    if (partition.log.isFull) throw new KafkaError('LOG_FULL', partition.key);
    const { leaderEpoch } = partition;
    const baseOffset = partition.append(values);
    this.tell(partition);
    this.changed.notify();
    if (acks === 'all') {
      await this.untilEverybodyHas(partition, baseOffset + values.length, timeoutMs);
    }
    const { topic, partition: number } = request;
    const acked = { topic, partition: number, leaderEpoch, baseOffset, values, acks };
    this.note('acked', acked);
    return { baseOffset, leaderEpoch };
  }

  async fetch(request: FetchRequest): Promise<FetchReply> {
    const { replicaId, partitions, maxWaitMs } = request;
    const deadlineMs = this.context.nowMs + Math.min(maxWaitMs, SETTINGS.fetchWaitMaxMs);
    for (const asked of partitions) this.onFollower(replicaId, asked);
    for (;;) {
      const results = partitions.map((asked) => this.read(replicaId, asked));
      const leftMs = deadlineMs - this.context.nowMs;
      const isWorth = results.some(
        ({ error, records, highWatermark }, i) =>
          error !== null ||
          records.length > 0 ||
          highWatermark > (partitions[i]?.highWatermark ?? 0),
      );
      if (isWorth || leftMs <= 0 || this.isStopped) return { partitions: results };
      await this.context.within(leftMs, this.changed.next());
    }
  }

  epochEnds({ partitions }: EpochRequest): EpochReply {
    return {
      partitions: partitions.map(({ topic, partition, currentLeaderEpoch, epoch }) => {
        try {
          const found = this.leading({ topic, partition }, currentLeaderEpoch);
          return { topic, partition, error: null, ...found.log.endOffsetFor(epoch) };
        } catch (error) {
          if (!(error instanceof KafkaError)) throw error;
          return { topic, partition, error: error.code, epoch: -1, endOffset: -1 };
        }
      }),
    };
  }

  /** Replicas that lag leave the ISR. */
  shrinkIsrs(): void {
    for (const partition of this.partitions.values()) {
      const isr = partition.shrunkIsr(this.context.nowMs);
      if (isr !== null) this.host.changeIsr(partition, isr);
    }
  }

  /** The process goes on without being a broker. */
  end(): void {
    this.isStopped = true;
    this.fetchers.end();
    this.changed.notify();
  }

  /** For the screen and the checks, after every change. */
  tell(partition: Partition): void {
    const { topic, isLeader, leader, leaderEpoch, isr, highWatermark, log } = partition;
    this.note('replica', {
      broker: this.host.brokerId,
      topic,
      partition: partition.partition,
      role: isLeader ? 'leader' : 'follower',
      leader,
      leaderEpoch,
      isr,
      highWatermark,
      endOffset: log.endOffset,
    });
  }

  private getOrCreate(at: TopicPartition): Partition {
    const known = this.find(at);
    if (known !== undefined) return known;
    if (this.partitions.size >= REPLICAS_MAX) {
      throw new KafkaError('INVALID_REQUEST', `more than ${REPLICAS_MAX} replicas`);
    }
    const { topic, partition } = at;
    const made = new Partition(this.host.brokerId, topic, partition, this.logOf(at));
    this.partitions.set(made.key, made);
    return made;
  }

  private logOf(partition: TopicPartition): ReplicaLog {
    return new ReplicaLog(this.context.disk, `${keyOf(partition)}.log`);
  }

  /** `leaderEpoch`: that the asker goes by, -1 for whoever takes any. */
  private leading(at: TopicPartition, leaderEpoch: number): Partition {
    const partition = this.find(at);
    if (partition === undefined) {
      throw new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', `${keyOf(at)} is not here`);
    }
    if (leaderEpoch >= 0 && leaderEpoch < partition.leaderEpoch) {
      throw new KafkaError('FENCED_LEADER_EPOCH', `${leaderEpoch} is over`);
    }
    if (leaderEpoch > partition.leaderEpoch) throw new KafkaError('UNKNOWN_LEADER_EPOCH');
    if (!partition.isLeader) throw new KafkaError('NOT_LEADER_OR_FOLLOWER');
    return partition;
  }

  private async untilEverybodyHas(
    partition: Partition,
    endOffset: number,
    timeoutMs: number,
  ): Promise<void> {
    const { leaderEpoch } = partition;
    const deadlineMs = this.context.nowMs + timeoutMs;
    while (partition.highWatermark < endOffset) {
      const leftMs = deadlineMs - this.context.nowMs;
      if (leftMs <= 0) throw new KafkaError('REQUEST_TIMED_OUT', 'not everybody in sync has it');
      await this.context.within(leftMs, this.changed.next());
      const isSame = this.find(partition) === partition && partition.leaderEpoch === leaderEpoch;
      if (!isSame || this.isStopped) throw new KafkaError('NOT_LEADER_OR_FOLLOWER');
    }
    if (partition.isr.length < partition.minIsr) {
      throw new KafkaError('NOT_ENOUGH_REPLICAS_AFTER_APPEND');
    }
  }

  private onFollower(replica: number, asked: FetchPartition): void {
    const partition = this.find(asked);
    const isOurs = partition?.isLeader && partition.leaderEpoch === asked.leaderEpoch;
    if (partition === undefined || !isOurs || replica < 0) return;
    const before = partition.highWatermark;
    partition.onFetch(replica, asked.offset, this.context.nowMs);
    if (partition.highWatermark > before) {
      this.tell(partition);
      this.changed.notify();
    }
    const isr = partition.expandedIsr(replica);
    if (isr !== null) this.host.changeIsr(partition, isr);
  }

  private read(replica: number, asked: FetchPartition): FetchedPartition {
    const { topic, partition: number, offset } = asked;
    try {
      const partition = this.leading(asked, asked.leaderEpoch);
      const { log, highWatermark, leaderEpoch } = partition;
      if (offset > log.endOffset) throw new KafkaError('OFFSET_OUT_OF_RANGE');
      const until = replica < 0 ? highWatermark : log.endOffset;
      const records = log
        .read(offset, until, SETTINGS.fetchRecordsMax)
        .map((record) => [record.leaderEpoch, record.value] as const);
      return { topic, partition: number, error: null, leaderEpoch, highWatermark, records };
    } catch (error) {
      if (!(error instanceof KafkaError)) throw error;
      const none = { leaderEpoch: -1, highWatermark: -1, records: [] };
      return { topic, partition: number, error: error.code, ...none };
    }
  }

  private note(subject: string, data: Parameters<ClientContext['note']>[2]): void {
    this.context.note('kafka', subject, data);
  }
}
