/** Binary heap. Pops in the order of `compare`, which must be total: ties have no fixed order. */

export class Heap<T> {
  private readonly items: T[] = [];
  private readonly compare: (a: T, b: T) => number;

  /** `compare(a, b) < 0` when a pops first. */
  constructor(compare: (a: T, b: T) => number) {
    this.compare = compare;
  }

  get size(): number {
    return this.items.length;
  }

  peek(): T | undefined {
    return this.items[0];
  }

  push(item: T): void {
    const { items } = this;
    let at = items.length;
    items.push(item);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.compare(item, items[parent] as T) >= 0) break;
      items[at] = items[parent] as T;
      at = parent;
    }
    items[at] = item;
  }

  pop(): T | undefined {
    const { items } = this;
    const top = items[0];
    const last = items.pop();
    if (items.length > 0) this.sink(last as T);
    return top;
  }

  /** Takes out all that `wants` says, in no order. */
  extract(wants: (item: T) => boolean): T[] {
    const wanted: T[] = [];
    const others: T[] = [];
    for (const item of this.items) (wants(item) ? wanted : others).push(item);
    if (wanted.length === 0) return wanted;
    this.clear();
    for (const item of others) this.push(item);
    return wanted;
  }

  clear(): void {
    this.items.length = 0;
  }

  /** Puts `item` into the hole at the root and moves it down to its place. */
  private sink(item: T): void {
    const { items } = this;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= items.length) break;
      const right = child + 1;
      if (right < items.length && this.compare(items[right] as T, items[child] as T) < 0) {
        child = right;
      }
      if (this.compare(item, items[child] as T) <= 0) break;
      items[at] = items[child] as T;
      at = child;
    }
    items[at] = item;
  }
}
