/**
 * Who watches which path: per connection and path a set of modes that do not disturb each other.
 * Source: WatchManager, WatchStats, PathParentIterator (3.9).
 */

import { parentOf } from '../../protocol/paths.ts';

/** A bit set. */
export const WatcherMode = {
  STANDARD: 1,
  PERSISTENT: 2,
  PERSISTENT_RECURSIVE: 4,
} as const;

export const ANY_MODE =
  WatcherMode.STANDARD | WatcherMode.PERSISTENT | WatcherMode.PERSISTENT_RECURSIVE;

export class WatchTable {
  private readonly modesByPath = new Map<string, Map<number, number>>();
  private readonly pathsByConnection = new Map<number, Set<string>>();
  private recursiveCount = 0;
  private entryCount = 0;

  /** Pairs of connection and path. */
  get size(): number {
    return this.entryCount;
  }

  get pathCount(): number {
    return this.modesByPath.size;
  }

  get connectionCount(): number {
    return this.pathsByConnection.size;
  }

  modes(connection: number, path: string): number {
    return this.modesByPath.get(path)?.get(connection) ?? 0;
  }

  pathsOf(connection: number): ReadonlySet<string> {
    return this.pathsByConnection.get(connection) ?? new Set();
  }

  connections(): Iterable<number> {
    return this.pathsByConnection.keys();
  }

  paths(): Iterable<string> {
    return this.modesByPath.keys();
  }

  watchersOf(path: string): Iterable<number> {
    return this.modesByPath.get(path)?.keys() ?? [];
  }

  add(connection: number, path: string, mode: number): void {
    this.setModes(connection, path, this.modes(connection, path) | mode);
  }

  /** Whether there was any of the modes to remove. */
  remove(connection: number, path: string, modes: number): boolean {
    const before = this.modes(connection, path);
    this.setModes(connection, path, before & ~modes);
    return (before & modes) !== 0;
  }

  removeConnection(connection: number): void {
    for (const path of this.pathsOf(connection)) this.setModes(connection, path, 0);
  }

  /** The connections that a change at `path` concerns; uses up their standard watches. */
  take(path: string): Set<number> {
    const taken = new Set<number>();
    for (const connection of this.watchersOf(path)) {
      taken.add(connection);
      this.remove(connection, path, WatcherMode.STANDARD);
    }
    if (this.recursiveCount === 0) return taken;
    for (let at = path; at !== '/'; ) {
      at = parentOf(at);
      for (const [connection, modes] of this.modesByPath.get(at) ?? []) {
        if ((modes & WatcherMode.PERSISTENT_RECURSIVE) !== 0) taken.add(connection);
      }
    }
    return taken;
  }

  private setModes(connection: number, path: string, modes: number): void {
    const before = this.modes(connection, path);
    this.recursiveCount += recursive(modes) - recursive(before);
    if (modes === before) return;
    if (modes === 0) {
      this.entryCount--;
      removeFrom(this.modesByPath, path, connection);
      removeFrom(this.pathsByConnection, connection, path);
      return;
    }
    if (before === 0) this.entryCount++;
    valueAt(this.modesByPath, path, () => new Map<number, number>()).set(connection, modes);
    valueAt(this.pathsByConnection, connection, () => new Set<string>()).add(path);
  }
}

function recursive(modes: number): number {
  return (modes & WatcherMode.PERSISTENT_RECURSIVE) === 0 ? 0 : 1;
}

function valueAt<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

/** Removes a member and, with its last member, the collection. */
function removeFrom<K, M>(
  map: Map<K, { delete(member: M): boolean; readonly size: number }>,
  key: K,
  member: M,
): void {
  const members = map.get(key);
  members?.delete(member);
  if (members?.size === 0) map.delete(key);
}
