/**
 * One replica of one partition on one broker: its log, whom it follows or who follows it, and how
 * far everybody in sync has come.
 *
 * Invariants: (1) The high watermark never goes back while this broker leads. (2) It is at most
 * what every replica has that is in sync in ZooKeeper or may be: while a change of the ISR is on
 * its way, both the old and the new members count. (3) Leader epochs only grow.
 * Source: Kafka 3.8 Partition.scala; KIP-101, KIP-279, KIP-497 (maximal ISR).
 */

import { assert } from '../base/assert.ts';
import type { PartitionState } from './api.ts';
import type { LogRecord, ReplicaLog } from './ReplicaLog.ts';
import { keyOf, NO_LEADER } from './records.ts';
import { DEFAULT_MIN_ISR, SETTINGS } from './settings.ts';

interface Follower {
  /** -1: it has not asked yet in this epoch. */
  endOffset: number;
  /** When it last had all that there was. */
  caughtUpMs: number;
  lastFetchMs: number;
  /** End of the leader's log at its last fetch. */
  lastFetchEnd: number;
}

export class Partition {
  readonly topic: string;
  readonly partition: number;
  readonly log: ReplicaLog;
  minIsr = DEFAULT_MIN_ISR;
  highWatermark = 0;
  leader = NO_LEADER;
  leaderEpoch = -1;
  controllerEpoch = 0;
  zkVersion = -1;
  isr: readonly number[] = [];
  replicas: readonly number[] = [];
  /** On its way to ZooKeeper, or lost on that way: nobody knows whether it holds. */
  pendingIsr: readonly number[] | null = null;
  private readonly me: number;
  private readonly followers = new Map<number, Follower>();
  private epochStart = 0;

  constructor(me: number, topic: string, partition: number, log: ReplicaLog) {
    this.me = me;
    this.topic = topic;
    this.partition = partition;
    this.log = log;
  }

  get key(): string {
    return keyOf(this);
  }

  get isLeader(): boolean {
    return this.leader === this.me;
  }

  /** What the controller says. False if it is old news. */
  apply(state: PartitionState, nowMs: number): boolean {
    if (state.leaderEpoch <= this.leaderEpoch) return false;
    this.leader = state.leader;
    this.leaderEpoch = state.leaderEpoch;
    this.controllerEpoch = state.controllerEpoch;
    this.zkVersion = state.zkVersion;
    this.isr = state.isr;
    this.replicas = state.replicas;
    this.pendingIsr = null;
    this.followers.clear();
    this.epochStart = this.log.endOffset;
    if (!this.isLeader) return true;
    for (const id of this.replicas) {
      if (id === this.me) continue;
      const caughtUpMs = this.isr.includes(id) ? nowMs : 0;
      this.followers.set(id, { endOffset: -1, caughtUpMs, lastFetchMs: 0, lastFetchEnd: 0 });
    }
    this.advance();
    return true;
  }

  /** As leader. Returns the offset of the first. */
  append(values: readonly string[]): number {
    assert(this.isLeader, `${this.key}: only its leader appends`);
    const { leaderEpoch } = this;
    const baseOffset = this.log.endOffset;
    this.log.append(values.map((value): LogRecord => ({ leaderEpoch, value })));
    this.advance();
    return baseOffset;
  }

  /** As leader: `replica` has everything below `offset`, and asks for more. */
  onFetch(replica: number, offset: number, nowMs: number): void {
    const follower = this.followers.get(replica);
    if (follower === undefined) return;
    const { endOffset } = this.log;
    if (offset >= endOffset) follower.caughtUpMs = nowMs;
    else if (offset >= follower.lastFetchEnd && follower.lastFetchMs > 0) {
      follower.caughtUpMs = Math.max(follower.caughtUpMs, follower.lastFetchMs);
    }
    follower.endOffset = offset;
    follower.lastFetchMs = nowMs;
    follower.lastFetchEnd = endOffset;
    this.advance();
  }

  /** As follower: what the leader sent, and how far it says that everybody is. */
  follow(records: readonly LogRecord[], leaderHighWatermark: number): void {
    this.log.append(records);
    this.highWatermark = Math.max(
      this.highWatermark,
      Math.min(leaderHighWatermark, this.log.endOffset),
    );
  }

  /** As follower: how many records went. */
  truncate(offset: number): number {
    const gone = Math.max(0, this.log.endOffset - offset);
    this.log.truncate(offset);
    this.highWatermark = Math.min(this.highWatermark, this.log.endOffset);
    return gone;
  }

  /** The ISR with `replica` in it, if that is due. */
  expandedIsr(replica: number): readonly number[] | null {
    if (!this.isLeader || this.pendingIsr !== null || this.isr.includes(replica)) return null;
    const { endOffset = -1 } = this.followers.get(replica) ?? {};
    if (endOffset < this.highWatermark || endOffset < this.epochStart) return null;
    return [...this.isr, replica];
  }

  /** The ISR without those that lag, if there are any. */
  shrunkIsr(nowMs: number): readonly number[] | null {
    if (!this.isLeader || this.pendingIsr !== null) return null;
    const isr = this.isr.filter((id) => id === this.me || !this.lags(id, nowMs));
    return isr.length < this.isr.length ? isr : null;
  }

  /** What is in ZooKeeper now, by a write of this leader. */
  onIsrWritten(isr: readonly number[], zkVersion: number): void {
    this.isr = isr;
    this.zkVersion = zkVersion;
    this.pendingIsr = null;
    this.advance();
  }

  private lags(id: number, nowMs: number): boolean {
    const follower = this.followers.get(id);
    if (follower === undefined) return true;
    if (follower.endOffset === this.log.endOffset) return false;
    return nowMs - follower.caughtUpMs > SETTINGS.replicaLagTimeMaxMs;
  }

  private advance(): void {
    let reached = this.log.endOffset;
    for (const id of [...this.isr, ...(this.pendingIsr ?? [])]) {
      if (id === this.me) continue;
      reached = Math.min(reached, this.followers.get(id)?.endOffset ?? -1);
    }
    if (reached > this.highWatermark) this.highWatermark = reached;
  }
}
