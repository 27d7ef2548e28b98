/**
 * Things that expire, in buckets one interval wide, so that a touch costs little and a whole bucket
 * dies at once.
 * Source: ZooKeeper ExpiryQueue.
 */

import { assert } from '../../base/assert.ts';

export class ExpiryQueue<T> {
  readonly intervalMs: number;
  private readonly expiryMs = new Map<T, number>();
  private readonly buckets = new Map<number, Set<T>>();
  private nextMs: number;

  constructor(intervalMs: number, nowMs: number) {
    assert(Number.isInteger(intervalMs) && intervalMs > 0, `interval of ${intervalMs} ms`);
    this.intervalMs = intervalMs;
    this.nextMs = this.roundUp(nowMs);
  }

  /** Time until the next bucket is due, 0 if it is overdue. */
  waitMs(nowMs: number): number {
    return Math.max(0, this.nextMs - nowMs);
  }

  /** Moves the element to the bucket of now + timeout. Null if it is there, else its new expiry. */
  update(element: T, timeoutMs: number, nowMs: number): number | null {
    const expiry = this.roundUp(nowMs + timeoutMs);
    const before = this.expiryMs.get(element);
    if (before === expiry) return null;
    if (before !== undefined) this.leave(element, before);
    this.expiryMs.set(element, expiry);
    const bucket = this.buckets.get(expiry) ?? new Set<T>();
    this.buckets.set(expiry, bucket);
    bucket.add(element);
    return expiry;
  }

  remove(element: T): void {
    const expiry = this.expiryMs.get(element);
    if (expiry === undefined) return;
    this.expiryMs.delete(element);
    this.leave(element, expiry);
  }

  /** Takes every element whose bucket is due, oldest bucket first. */
  poll(nowMs: number): readonly T[] {
    const due: T[] = [];
    for (; this.nextMs <= nowMs; this.nextMs += this.intervalMs) {
      for (const element of this.buckets.get(this.nextMs) ?? []) {
        this.expiryMs.delete(element);
        due.push(element);
      }
      this.buckets.delete(this.nextMs);
    }
    return due;
  }

  /** Buckets in order of expiry, for the `dump` word. */
  dump(): readonly { readonly expiryMs: number; readonly elements: readonly T[] }[] {
    return [...this.buckets.entries()]
      .sort(([a], [b]) => a - b)
      .map(([expiryMs, elements]) => ({ expiryMs, elements: [...elements] }));
  }

  private leave(element: T, expiry: number): void {
    const bucket = this.buckets.get(expiry);
    bucket?.delete(element);
    if (bucket?.size === 0) this.buckets.delete(expiry);
  }

  /** Always later than `timeMs`, by at most one interval. */
  private roundUp(timeMs: number): number {
    return (Math.floor(timeMs / this.intervalMs) + 1) * this.intervalMs;
  }
}
