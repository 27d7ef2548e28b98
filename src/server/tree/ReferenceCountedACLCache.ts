/**
 * Each distinct ACL once, under the number that znodes and snapshots use for it.
 * Source: ReferenceCountedACLCache.
 */

import type { ACL } from '../../protocol/acl.ts';
import { OPEN_ACL_UNSAFE } from '../../protocol/acl.ts';

/** world:anyone ALL, of znodes that no client created. Never listed in a snapshot. */
export const OPEN_UNSAFE_ACL_ID = -1;

/**
 * Stands for a number without an ACL. A snapshot taken while txns were applied may hold one until
 * the replay of those txns mends it.
 * Departs: closed to all but the super user; ZooKeeper fails the request with a RuntimeException.
 */
const UNKNOWN_ACL: readonly ACL[] = [{ perms: 0, id: { scheme: 'world', id: 'anyone' } }];

interface Entry {
  readonly acl: readonly ACL[];
  readonly key: string;
  count: number;
}

export class ReferenceCountedACLCache {
  private readonly entries = new Map<number, Entry>();
  private readonly idByKey = new Map<string, number>();
  private lastId = 0;

  /** Distinct ACLs in use, world:anyone ALL of the first znodes excluded. */
  get size(): number {
    return this.entries.size;
  }

  has(id: number): boolean {
    return id === OPEN_UNSAFE_ACL_ID || this.entries.has(id);
  }

  get(id: number): readonly ACL[] {
    if (id === OPEN_UNSAFE_ACL_ID) return OPEN_ACL_UNSAFE;
    return this.entries.get(id)?.acl ?? UNKNOWN_ACL;
  }

  /** The number of an ACL, with one use added. */
  convertAcls(acl: readonly ACL[]): number {
    const key = keyOf(acl);
    const known = this.idByKey.get(key);
    const id = known ?? this.lastId + 1;
    if (known === undefined) this.load(id, acl);
    this.addUsage(id);
    return id;
  }

  addUsage(id: number): void {
    const entry = this.entries.get(id);
    if (entry !== undefined) entry.count++;
  }

  removeUsage(id: number): void {
    const entry = this.entries.get(id);
    if (entry === undefined) return;
    entry.count--;
    if (entry.count <= 0) this.remove(id, entry);
  }

  /** From a snapshot: a numbered ACL that nothing uses yet. */
  load(id: number, acl: readonly ACL[]): void {
    const key = keyOf(acl);
    this.entries.set(id, { acl, key, count: 0 });
    this.idByKey.set(key, id);
    this.lastId = Math.max(this.lastId, id);
  }

  purgeUnused(): void {
    for (const [id, entry] of this.entries) {
      if (entry.count === 0) this.remove(id, entry);
    }
  }

  /** In the order of their first use. */
  *list(): Generator<readonly [id: number, acl: readonly ACL[]]> {
    for (const [id, { acl }] of this.entries) yield [id, acl];
  }

  private remove(id: number, entry: Entry): void {
    this.entries.delete(id);
    if (this.idByKey.get(entry.key) === id) this.idByKey.delete(entry.key);
  }
}

function keyOf(acl: readonly ACL[]): string {
  return JSON.stringify(acl.map(({ perms, id }) => [perms, id.scheme, id.id]));
}
