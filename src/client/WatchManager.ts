/**
 * The watches that this client has set, by the path that the server knows. Persistent ones are kept
 * when they fire, the others go. Source: ZKWatchManager, ClientCnxn.SendThread.primeConnection.
 */

import type { EventTypeName, WatcherTypeName } from '../protocol/events.ts';
import { parentOf } from '../protocol/paths.ts';
import type { ClientRequest } from '../protocol/requests.ts';
import type { Zxid } from '../protocol/zxid.ts';
import type { WatchKind } from '../server/trace.ts';
import type { Watcher } from './watch.ts';

/** Total length of the paths of one setWatches packet: servers limit a packet's size. */
const BATCH_CHARS = 128 * 1024;

const KINDS: readonly WatchKind[] = ['data', 'exist', 'child', 'persistent', 'persistentRecursive'];

const REMOVED_BY: Readonly<Record<WatcherTypeName, readonly WatchKind[]>> = {
  Children: ['child'],
  Data: ['data', 'exist'],
  Persistent: ['persistent'],
  PersistentRecursive: ['persistentRecursive'],
  Any: KINDS,
};

const REMOVED_EVENT: Readonly<Record<WatchKind, EventTypeName>> = {
  data: 'DataWatchRemoved',
  exist: 'DataWatchRemoved',
  child: 'ChildWatchRemoved',
  persistent: 'PersistentWatchRemoved',
  persistentRecursive: 'PersistentWatchRemoved',
};

type Table = Map<string, Set<Watcher>>;
type SetWatches = Extract<ClientRequest, { type: 'setWatches' | 'setWatches2' }>;

export class WatchManager {
  private readonly tables: Readonly<Record<WatchKind, Table>> = {
    data: new Map(),
    exist: new Map(),
    child: new Map(),
    persistent: new Map(),
    persistentRecursive: new Map(),
  };

  add(kind: WatchKind, path: string, watcher: Watcher): void {
    const table = this.tables[kind];
    const watchers = table.get(path) ?? new Set();
    table.set(path, watchers.add(watcher));
  }

  /** Who must be told; those that fire once are forgotten. */
  fire(type: EventTypeName, path: string): ReadonlySet<Watcher> {
    const told = new Set<Watcher>();
    for (const kind of firedBy(type)) {
      for (const watcher of this.tables[kind].get(path) ?? []) told.add(watcher);
      this.tables[kind].delete(path);
    }
    for (const watcher of this.tables.persistent.get(path) ?? []) told.add(watcher);
    // A recursive watch hears of every descendant itself, never of "children changed".
    if (type !== 'NodeChildrenChanged') this.addRecursive(path, told);
    return told;
  }

  has(type: WatcherTypeName, path: string): boolean {
    return REMOVED_BY[type].some((kind) => this.tables[kind].has(path));
  }

  /** Forgets them; returns each that went with the event that tells it so. */
  remove(type: WatcherTypeName, path: string): ReadonlyMap<Watcher, EventTypeName> {
    const removed = new Map<Watcher, EventTypeName>();
    for (const kind of REMOVED_BY[type]) {
      for (const watcher of this.tables[kind].get(path) ?? []) {
        removed.set(watcher, REMOVED_EVENT[kind]);
      }
      this.tables[kind].delete(path);
    }
    return removed;
  }

  /** Every watcher there is, each once; all are forgotten. */
  clear(): ReadonlySet<Watcher> {
    const all = new Set<Watcher>();
    for (const kind of KINDS) {
      for (const watchers of this.tables[kind].values()) for (const one of watchers) all.add(one);
      this.tables[kind].clear();
    }
    return all;
  }

  /** What a new connection must be told so that nothing since `relativeZxid` is missed. */
  setWatches(relativeZxid: Zxid): readonly SetWatches[] {
    const isPlain = this.tables.persistent.size === 0 && this.tables.persistentRecursive.size === 0;
    return this.batches().map((batch): SetWatches => {
      const plain = {
        relativeZxid,
        dataWatches: batch.data,
        existWatches: batch.exist,
        childWatches: batch.child,
      };
      if (isPlain) return { type: 'setWatches', ...plain };
      return {
        type: 'setWatches2',
        ...plain,
        persistentWatches: batch.persistent,
        persistentRecursiveWatches: batch.persistentRecursive,
      };
    });
  }

  private batches(): readonly Record<WatchKind, string[]>[] {
    const batches: Record<WatchKind, string[]>[] = [];
    let batch = emptyBatch();
    let chars = 0;
    for (const kind of KINDS) {
      for (const path of this.tables[kind].keys()) {
        if (chars === 0) {
          batch = emptyBatch();
          batches.push(batch);
        }
        batch[kind].push(path);
        chars += path.length;
        if (chars >= BATCH_CHARS) chars = 0;
      }
    }
    return batches;
  }

  private addRecursive(path: string, told: Set<Watcher>): void {
    for (let at = path; ; at = parentOf(at)) {
      for (const watcher of this.tables.persistentRecursive.get(at) ?? []) told.add(watcher);
      if (at === '/' || at === '') return;
    }
  }
}

function emptyBatch(): Record<WatchKind, string[]> {
  return { data: [], exist: [], child: [], persistent: [], persistentRecursive: [] };
}

/** The watches that an event uses up. */
function firedBy(type: EventTypeName): readonly WatchKind[] {
  switch (type) {
    case 'NodeCreated':
    case 'NodeDataChanged':
      return ['data', 'exist'];
    case 'NodeDeleted':
      return ['data', 'exist', 'child'];
    case 'NodeChildrenChanged':
      return ['child'];
    default:
      return [];
  }
}
