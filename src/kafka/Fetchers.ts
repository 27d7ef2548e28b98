/**
 * Follows leaders: one loop for each broker that leads something which is followed here, asking for
 * all of it at once. Before a partition is followed in a new epoch, whatever its leader does not
 * have is cut off the log.
 * Source: Kafka 3.8 AbstractFetcherThread.scala; KIP-101, KIP-279.
 */

import { PeerError } from '../client/peerNetwork.ts';
import type { EpochReply, FetchReply } from './api.ts';
import { toJson } from './api.ts';
import type { Partition } from './Partition.ts';
import type { ReplicaHost } from './ReplicaHost.ts';
import { keyOf } from './records.ts';
import { SETTINGS } from './settings.ts';

interface Followed {
  readonly partition: Partition;
  /** The epoch in which it is followed: a later one begins anew. */
  readonly leaderEpoch: number;
  isTruncated: boolean;
}

export class Fetchers {
  private readonly host: ReplicaHost;
  private readonly tell: (partition: Partition) => void;
  /** By leader, then by partition. */
  private readonly followed = new Map<number, Map<string, Followed>>();
  private readonly running = new Set<number>();
  private isEnded = false;

  /** `tell` says how a replica is after a change. */
  constructor(host: ReplicaHost, tell: (partition: Partition) => void) {
    this.host = host;
    this.tell = tell;
  }

  follow(partition: Partition): void {
    this.unfollow(partition);
    const { leader, leaderEpoch, key } = partition;
    const isTruncated = partition.log.endOffset === 0;
    const group = this.followed.get(leader) ?? new Map<string, Followed>();
    this.followed.set(leader, group);
    group.set(key, { partition, leaderEpoch, isTruncated });
    if (this.running.has(leader)) return;
    this.running.add(leader);
    void this.run(leader, group);
  }

  unfollow({ key }: Partition): void {
    for (const group of this.followed.values()) group.delete(key);
  }

  end(): void {
    this.isEnded = true;
    this.followed.clear();
  }

  private async run(leader: number, group: Map<string, Followed>): Promise<void> {
    while (!this.isEnded && group.size > 0) {
      try {
        const followed = [...group.values()];
        const untruncated = followed.filter(({ isTruncated }) => !isTruncated);
        const isFine =
          untruncated.length > 0
            ? await this.truncate(leader, group, untruncated)
            : await this.fetch(leader, group, followed);
        if (!isFine) await this.host.context.sleep(SETTINGS.fetchBackoffMs);
      } catch (error) {
        if (!(error instanceof PeerError)) throw error;
        await this.host.context.sleep(SETTINGS.fetchBackoffMs);
      }
    }
    this.running.delete(leader);
  }

  /** False if something has to be asked again later. */
  private async truncate(
    leader: number,
    group: Map<string, Followed>,
    followed: readonly Followed[],
  ): Promise<boolean> {
    const partitions = followed.map(({ partition, leaderEpoch }) => ({
      topic: partition.topic,
      partition: partition.partition,
      currentLeaderEpoch: leaderEpoch,
      epoch: partition.log.latestEpoch,
    }));
    const text = `${partitions.length} partitions`;
    const reply = (await this.ask(
      leader,
      'OffsetForLeaderEpoch',
      { partitions },
      text,
    )) as EpochReply;
    let isFine = true;
    for (const { error, epoch, endOffset, ...at } of reply.partitions) {
      const one = group.get(keyOf(at));
      if (one === undefined || !isCurrent(one)) continue;
      if (error !== null) {
        isFine = false;
        continue;
      }
      const { partition } = one;
      const gone = partition.truncate(
        Math.min(endOffset, partition.log.endOffsetFor(epoch).endOffset),
      );
      one.isTruncated = partition.log.latestEpoch === epoch || partition.log.endOffset === 0;
      if (gone > 0) this.onTruncated(partition, gone);
    }
    return isFine;
  }

  private onTruncated(partition: Partition, gone: number): void {
    const { topic, key, log } = partition;
    const { context, brokerId } = this.host;
    const what = { broker: brokerId, topic, partition: partition.partition };
    context.note('kafka', 'truncated', { ...what, endOffset: log.endOffset, records: gone });
    context.step('kafka', `/brokers/topics/${topic}`, `${key}: drop ${gone} that the leader lacks`);
    this.tell(partition);
  }

  private async fetch(
    leader: number,
    group: Map<string, Followed>,
    followed: readonly Followed[],
  ): Promise<boolean> {
    const partitions = followed.map(({ partition, leaderEpoch }) => ({
      topic: partition.topic,
      partition: partition.partition,
      offset: partition.log.endOffset,
      leaderEpoch,
      highWatermark: partition.highWatermark,
    }));
    const request = {
      replicaId: this.host.brokerId,
      maxWaitMs: SETTINGS.fetchWaitMaxMs,
      partitions,
    };
    const text = `broker ${this.host.brokerId}, ${partitions.length} partitions`;
    const reply = (await this.ask(leader, 'Fetch', request, text)) as FetchReply;
    let isFine = true;
    reply.partitions.forEach(({ error, records, highWatermark, ...at }, index) => {
      const one = group.get(keyOf(at));
      if (one === undefined || !isCurrent(one)) return;
      const { partition } = one;
      if (error === 'OFFSET_OUT_OF_RANGE') one.isTruncated = false;
      if (error !== null) isFine = false;
      // What was asked for, and nothing that came meanwhile.
      else if (partitions[index]?.offset === partition.log.endOffset) {
        const before = `${partition.highWatermark} ${partition.log.endOffset}`;
        const taken = records.map(([leaderEpoch, value]) => ({ leaderEpoch, value }));
        partition.follow(taken, highWatermark);
        if (before !== `${partition.highWatermark} ${partition.log.endOffset}`) {
          this.tell(partition);
        }
      }
    });
    return isFine;
  }

  private ask(leader: number, api: string, body: object, text: string): Promise<unknown> {
    const peer = this.host.hostOf(leader);
    if (peer === null) throw new PeerError('refused', `nobody knows broker ${leader}`);
    const { requestTimeoutMs: timeoutMs } = SETTINGS;
    return this.host.context.peers.ask(peer, { api, body: toJson(body), text, timeoutMs });
  }
}

const isCurrent = ({ partition, leaderEpoch }: Followed): boolean =>
  partition.leaderEpoch === leaderEpoch && !partition.isLeader;
