/**
 * Sessions that only this server knows: they cost no txn, own no ephemerals, and die with it.
 * Source: ZooKeeper LocalSessionTracker, UpgradeableSessionTracker.
 */

import type { ServerContext } from '../context.ts';
import { ExpiryQueue } from './ExpiryQueue.ts';

export class LocalSessionTracker {
  private readonly context: ServerContext;
  private readonly timeoutsMs = new Map<bigint, number>();
  private readonly queue: ExpiryQueue<bigint>;

  constructor(context: ServerContext) {
    this.context = context;
    this.queue = new ExpiryQueue(context.config.tickTimeMs, context.nowMs);
  }

  get count(): number {
    return this.timeoutsMs.size;
  }

  add(sessionId: bigint, timeoutMs: number): void {
    if (this.count === 0) this.armTimer();
    this.timeoutsMs.set(sessionId, timeoutMs);
    this.touchSession(sessionId, timeoutMs);
  }

  has(sessionId: bigint): boolean {
    return this.timeoutsMs.has(sessionId);
  }

  /** False if it is none of these. */
  touchSession(sessionId: bigint, timeoutMs: number): boolean {
    if (!this.has(sessionId)) return false;
    this.queue.update(sessionId, timeoutMs, this.context.nowMs);
    return true;
  }

  /**
   * It ends, or becomes global. The timeout that it had, in ms; undefined if it is none of these.
   */
  remove(sessionId: bigint): number | undefined {
    const timeoutMs = this.timeoutsMs.get(sessionId);
    this.timeoutsMs.delete(sessionId);
    this.queue.remove(sessionId);
    return timeoutMs;
  }

  /** When `localSessionExpiry` fires: the sessions whose time is over, which are forgotten. */
  takeExpired(): readonly bigint[] {
    const expired = this.queue.poll(this.context.nowMs);
    for (const sessionId of expired) this.timeoutsMs.delete(sessionId);
    if (this.count > 0) this.armTimer();
    return expired;
  }

  dump(): ReturnType<ExpiryQueue<bigint>['dump']> {
    return this.queue.dump();
  }

  private armTimer(): void {
    this.context.setTimer('localSessionExpiry', this.queue.waitMs(this.context.nowMs));
  }
}
