/**
 * Paths by what owns them: ephemerals by session, containers, TTL znodes.
 * Source: DataTree.ephemerals, containers, ttls.
 */

import { ephemeralType } from './EphemeralType.ts';

const NONE: ReadonlySet<string> = new Set();

export class OwnerIndex {
  readonly containers = new Set<string>();
  readonly ttls = new Set<string>();
  private readonly bySession = new Map<bigint, Set<string>>();
  private count = 0;

  get ephemerals(): ReadonlyMap<bigint, ReadonlySet<string>> {
    return this.bySession;
  }

  get ephemeralsCount(): number {
    return this.count;
  }

  ephemeralsOf(sessionId: bigint): ReadonlySet<string> {
    return this.bySession.get(sessionId) ?? NONE;
  }

  add(path: string, owner: bigint): void {
    switch (ephemeralType(owner)) {
      case 'none':
        return;
      case 'container':
        this.containers.add(path);
        return;
      case 'ttl':
        this.ttls.add(path);
        return;
      case 'session': {
        const paths = this.bySession.get(owner);
        if (paths === undefined) this.bySession.set(owner, new Set([path]));
        else paths.add(path);
        this.count++;
        return;
      }
    }
  }

  delete(path: string, owner: bigint): void {
    switch (ephemeralType(owner)) {
      case 'none':
        return;
      case 'container':
        this.containers.delete(path);
        return;
      case 'ttl':
        this.ttls.delete(path);
        return;
      case 'session': {
        const paths = this.bySession.get(owner);
        if (paths?.delete(path) === true) this.count--;
        if (paths?.size === 0) this.bySession.delete(owner);
        return;
      }
    }
  }
}
