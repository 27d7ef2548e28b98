/** A queue with a limit: pushing to a full one drops the oldest. Index 0 is the oldest. */

import { assert } from './assert.ts';

export class RingBuffer<T> {
  readonly capacity: number;
  private readonly slots: (T | undefined)[] = [];
  private start = 0;
  private count = 0;

  constructor(capacity: number) {
    assert(Number.isInteger(capacity) && capacity > 0, `capacity ${capacity}`);
    this.capacity = capacity;
  }

  get size(): number {
    return this.count;
  }

  /** Returns the dropped oldest item when it was full. */
  push(item: T): T | undefined {
    const dropped = this.count === this.capacity ? this.shift() : undefined;
    this.slots[this.slotOf(this.count)] = item;
    this.count++;
    return dropped;
  }

  /** Removes the oldest. */
  shift(): T | undefined {
    if (this.count === 0) return undefined;
    const oldest = this.slots[this.start];
    this.slots[this.start] = undefined;
    this.start = this.slotOf(1);
    this.count--;
    return oldest;
  }

  at(index: number): T | undefined {
    return index >= 0 && index < this.count ? this.slots[this.slotOf(index)] : undefined;
  }

  first(): T | undefined {
    return this.at(0);
  }

  last(): T | undefined {
    return this.at(this.count - 1);
  }

  clear(): void {
    this.slots.length = 0;
    this.start = 0;
    this.count = 0;
  }

  *[Symbol.iterator](): IterableIterator<T> {
    for (let i = 0; i < this.count; i++) yield this.slots[this.slotOf(i)] as T;
  }

  private slotOf(index: number): number {
    return (this.start + index) % this.capacity;
  }
}
