/**
 * A map that forgets its oldest entries, so that a check over a long run needs no more than so
 * much memory.
 */

export class BoundedMap<K, V> {
  private readonly map = new Map<K, V>();
  private readonly sizeMax: number;

  constructor(sizeMax: number) {
    this.sizeMax = sizeMax;
  }

  get(key: K): V | undefined {
    return this.map.get(key);
  }

  /** An entry that is set again counts as new. */
  set(key: K, value: V): void {
    this.map.delete(key);
    this.map.set(key, value);
    if (this.map.size <= this.sizeMax) return;
    for (const oldest of this.map.keys()) {
      this.map.delete(oldest);
      return;
    }
  }

  delete(key: K): void {
    this.map.delete(key);
  }

  entries(): IterableIterator<[K, V]> {
    return this.map.entries();
  }
}
