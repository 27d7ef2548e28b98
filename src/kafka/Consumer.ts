/**
 * Reads a topic from its beginning, up to the high watermark of each partition: nobody is shown
 * what could still be lost with one broker.
 * Source: KafkaConsumer, with assign and seekToBeginning.
 *
 * Departs: no consumer groups; positions are in memory.
 */

import type { ClientContext } from '../client/ClientContext.ts';
import type { FetchedPartition, FetchReply } from './api.ts';
import { KafkaError } from './api.ts';
import { Cluster } from './Cluster.ts';
import { SETTINGS } from './settings.ts';

export interface Consumed {
  readonly partition: number;
  readonly offset: number;
  readonly leaderEpoch: number;
  readonly value: string;
}

const PATIENCE_MS = 10_000;

export class Consumer {
  readonly topic: string;
  private readonly context: ClientContext;
  private readonly cluster: Cluster;
  private readonly positions = new Map<number, number>();

  constructor(context: ClientContext, topic: string) {
    this.context = context;
    this.topic = topic;
    this.cluster = new Cluster(context);
  }

  /** What can be read now, at most `max` records. Waits for leaders for a while. */
  async poll(max: number): Promise<readonly Consumed[]> {
    const records: Consumed[] = [];
    const partitions = await this.partitions();
    for (const partition of partitions) {
      for (let isMore = true; isMore && records.length < max; ) {
        const offset = this.positions.get(partition) ?? 0;
        const found = await this.fetch(partition, offset);
        if (found.error === 'OFFSET_OUT_OF_RANGE') this.positions.set(partition, 0);
        else if (found.error !== null) throw new KafkaError(found.error);
        found.records.slice(0, max - records.length).forEach(([leaderEpoch, value], index) => {
          records.push({ partition, offset: offset + index, leaderEpoch, value });
          this.positions.set(partition, offset + index + 1);
        });
        isMore = found.records.length > 0;
      }
    }
    return records;
  }

  private async partitions(): Promise<readonly number[]> {
    const { context, cluster, topic } = this;
    const { reply } = await cluster.askLeader(
      (all) => all[0],
      topic,
      { api: 'Metadata', text: topic, body: () => ({}) },
      context.nowMs + PATIENCE_MS,
    );
    const answer: unknown = reply;
    const { partitions } = answer as { readonly partitions: readonly FetchedPartition[] };
    const its = partitions.filter((one) => one.topic === topic);
    return its.map(({ partition }) => partition).sort((a, b) => a - b);
  }

  /** Asks again while nobody leads, for a while. */
  private async fetch(partition: number, offset: number): Promise<FetchedPartition> {
    const { context, cluster, topic } = this;
    const deadlineMs = context.nowMs + PATIENCE_MS;
    const asked = { topic, partition, offset, leaderEpoch: -1, highWatermark: 1e9 };
    for (;;) {
      const { reply } = await cluster.askLeader(
        (all) => all.find((one) => one.partition === partition),
        topic,
        {
          api: 'Fetch',
          text: `${topic}-${partition} from ${offset}`,
          body: () => ({ replicaId: -1, maxWaitMs: 0, partitions: [asked] }),
        },
        deadlineMs,
      );
      const answer: unknown = reply;
      const [found] = (answer as FetchReply).partitions;
      if (found === undefined) throw new KafkaError('INVALID_REQUEST', 'an empty answer');
      if (found.error === null || found.error === 'OFFSET_OUT_OF_RANGE') return found;
      if (context.nowMs >= deadlineMs) throw new KafkaError(found.error);
      cluster.forget();
      await context.sleep(SETTINGS.retryBackoffMs);
    }
  }
}
