/**
 * The watches of one server's connections, in two tables: data (exists, getData) and child
 * (getChildren). A change is told once to each connection, however many of its watches match.
 * Source: DataTree (watch methods), WatchManager, ServerCnxn.process; semantics of 3.9.
 */

import { assert } from '../../base/assert.ts';
import type { ACL } from '../../protocol/acl.ts';
import type { WatcherEvent } from '../../protocol/events.ts';
import { EventType, KeeperState, WatcherType } from '../../protocol/events.ts';
import type { Zxid } from '../../protocol/zxid.ts';
import { NO_ZXID } from '../../protocol/zxid.ts';
import type { ServerMetrics } from '../metrics/ServerMetrics.ts';
import type { WatchKind } from '../trace.ts';
import { ANY_MODE, WatcherMode, WatchTable } from './WatchTable.ts';

export interface WatchManagerOptions {
  /** Watched paths of one connection, data and child table together. */
  readonly watchesPerConnectionMax: number;
  /** `zxid`: of the change, or NO_ZXID for what setWatches finds. */
  readonly deliver: (connection: number, event: WatcherEvent, zxid: Zxid) => void;
  readonly metrics: ServerMetrics;
  /** Whether `acl` gives the connection READ; it hears nothing of what it may not read. */
  readonly canRead: (connection: number, acl: readonly ACL[]) => boolean;
}

/** A change at a path. `acl`: of the znode that the event is about. */
export interface Change {
  readonly path: string;
  readonly type: EventType;
  readonly zxid: Zxid;
  readonly acl: readonly ACL[];
}

const METRICS = {
  [EventType.NodeCreated]: 'node_created_watch_count',
  [EventType.NodeDeleted]: 'node_deleted_watch_count',
  [EventType.NodeDataChanged]: 'node_changed_watch_count',
  [EventType.NodeChildrenChanged]: 'node_children_watch_count',
} as Partial<Record<EventType, keyof ServerMetrics['summaries']>>;

type Place = readonly [table: WatchTable, mode: number];

export class WatchManager {
  private readonly options: WatchManagerOptions;
  private readonly data = new WatchTable();
  private readonly child = new WatchTable();

  constructor(options: WatchManagerOptions) {
    assert(options.watchesPerConnectionMax > 0, 'a connection may watch something');
    this.options = options;
  }

  /** Over both tables. */
  get watchCount(): number {
    return this.data.size + this.child.size;
  }

  /** False, and nothing is added, if the connection's limit is reached. */
  addWatch(connection: number, path: string, kind: WatchKind): boolean {
    const places = this.placesOfKind(kind);
    const added = places.filter(([table]) => table.modes(connection, path) === 0).length;
    const count = this.countOf(connection) + added;
    if (added > 0 && count > this.options.watchesPerConnectionMax) return false;
    for (const [table, mode] of places) table.add(connection, path, mode);
    return true;
  }

  /** Whether there was such a watch; if not, NOWATCHER. */
  removeWatches(connection: number, path: string, type: WatcherType): boolean {
    return this.placesOfType(type)
      .map(([table, modes]) => table.remove(connection, path, modes))
      .includes(true);
  }

  /** Whether this connection has such a watch. */
  checkWatches(connection: number, path: string, type: WatcherType): boolean {
    return this.placesOfType(type).some(
      ([table, modes]) => (table.modes(connection, path) & modes) !== 0,
    );
  }

  removeConnection(connection: number): void {
    this.data.removeConnection(connection);
    this.child.removeConnection(connection);
  }

  /** Watched paths of the connection, over both tables. */
  countOf(connection: number): number {
    return this.data.pathsOf(connection).size + this.child.pathsOf(connection).size;
  }

  /** Returns the connections that were concerned, for `triggerChild` to leave out. */
  triggerData(change: Change): ReadonlySet<number> {
    return this.trigger(this.data, change, new Set());
  }

  triggerChild(change: Change, told: ReadonlySet<number> = new Set()): void {
    this.trigger(this.child, change, told);
  }

  /** Tells one connection what setWatches found, whatever the ACL says. */
  notify(connection: number, type: EventType, path: string): void {
    this.options.deliver(connection, eventOf(type, path), NO_ZXID);
  }

  /** wchs; like wchc and wchp it speaks of the data table only. */
  summary(): { readonly connections: number; readonly paths: number; readonly watches: number } {
    return {
      connections: this.data.connectionCount,
      paths: this.data.pathCount,
      watches: this.data.size,
    };
  }

  /** wchc. */
  pathsByConnection(): ReadonlyMap<number, readonly string[]> {
    return new Map([...this.data.connections()].map((id) => [id, [...this.data.pathsOf(id)]]));
  }

  /** wchp. */
  connectionsByPath(): ReadonlyMap<string, readonly number[]> {
    return new Map([...this.data.paths()].map((path) => [path, [...this.data.watchersOf(path)]]));
  }

  private trigger(
    table: WatchTable,
    { path, type, zxid, acl }: Change,
    told: ReadonlySet<number>,
  ): ReadonlySet<number> {
    const concerned = table.take(path);
    const metric = METRICS[type];
    if (concerned.size > 0 && metric !== undefined) {
      this.options.metrics.summaries[metric].add(concerned.size);
    }
    for (const connection of concerned) {
      if (told.has(connection) || !this.options.canRead(connection, acl)) continue;
      this.options.deliver(connection, eventOf(type, path), zxid);
    }
    return concerned;
  }

  private placesOfKind(kind: WatchKind): readonly Place[] {
    switch (kind) {
      case 'data':
      case 'exist':
        return [[this.data, WatcherMode.STANDARD]];
      case 'child':
        return [[this.child, WatcherMode.STANDARD]];
      case 'persistent':
        return [
          [this.data, WatcherMode.PERSISTENT],
          [this.child, WatcherMode.PERSISTENT],
        ];
      // Not in the child table: a recursive watch never hears NodeChildrenChanged.
      case 'persistentRecursive':
        return [[this.data, WatcherMode.PERSISTENT_RECURSIVE]];
    }
  }

  private placesOfType(type: WatcherType): readonly Place[] {
    switch (type) {
      case WatcherType.Data:
        return this.placesOfKind('data');
      case WatcherType.Children:
        return this.placesOfKind('child');
      case WatcherType.Persistent:
        return this.placesOfKind('persistent');
      case WatcherType.PersistentRecursive:
        return this.placesOfKind('persistentRecursive');
      case WatcherType.Any:
        return [
          [this.data, ANY_MODE],
          [this.child, ANY_MODE],
        ];
    }
  }
}

function eventOf(type: EventType, path: string): WatcherEvent {
  return { type, state: KeeperState.SyncConnected, path };
}
