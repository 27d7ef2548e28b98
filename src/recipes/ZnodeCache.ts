/**
 * A copy of part of the tree that follows the servers: one znode (`node`, Curator's NodeCache), the
 * children of one (`children`, PathChildrenCache), or all from one down (`tree`, TreeCache). It
 * works as CuratorCache does: one persistent watch, one read for each event, all read anew after a
 * reconnect.
 *
 * Guarantees: what it holds of a znode never goes back to something older; once things stop
 * changing it comes to what the servers have, over lost connections and expired sessions.
 * Does not guarantee that it sees every value that there was, nor that all it holds was there at
 * one time; while there is no connection it keeps what it had.
 * Errors: none of the session while it runs; any other failure ends `run` (NOAUTH, say).
 * Source: Curator NodeCache, PathChildrenCache, TreeCache, CuratorCache.
 */

import type { ClientContext } from '../client/ClientContext.ts';
import { isKeeperError } from '../client/KeeperError.ts';
import type { WatchedEvent } from '../client/watch.ts';
import type { ZooKeeper } from '../client/ZooKeeper.ts';
import { parentOf } from '../protocol/paths.ts';
import type { Stat } from '../protocol/stat.ts';
import { orNull } from './retry.ts';
import { Standing } from './Standing.ts';

export type CacheScope = 'node' | 'children' | 'tree';

export interface CachedZnode {
  readonly path: string;
  readonly data: Uint8Array | null;
  readonly stat: Stat;
}

export type CacheEvent =
  | { readonly type: 'added' | 'changed' | 'removed'; readonly znode: CachedZnode }
  /** All that there was at first has been read. */
  | { readonly type: 'initialized' };

/** Reads under way together. */
const BATCH = 100;
/** Znodes kept; beyond that the cache says so by failing. */
const ZNODES_MAX = 100_000;

const RECIPE = 'cache';

export class ZnodeCache {
  readonly path: string;
  readonly scope: CacheScope;
  private readonly context: ClientContext;
  private readonly onEvent: (event: CacheEvent) => void;
  private readonly standing: Standing;
  private readonly znodes = new Map<string, CachedZnode>();
  /** Read because of an event since the last reading of everything began. */
  private readonly fresh = new Set<string>();
  private watchedBy: ZooKeeper | null = null;
  private isFilled = false;

  /** `onEvent` must not throw. The znode need not exist. */
  constructor(
    context: ClientContext,
    path: string,
    scope: CacheScope,
    onEvent: (event: CacheEvent) => void = () => {},
  ) {
    this.context = context;
    this.path = path;
    this.scope = scope;
    this.onEvent = onEvent;
    const onSessionOver = (): void => {
      this.watchedBy = null;
    };
    this.standing = new Standing(context, { look: (zk) => this.look(zk), onSessionOver });
  }

  get isInitialized(): boolean {
    return this.isFilled;
  }

  /** Null for what is not there, or not in scope. */
  get(path: string): CachedZnode | null {
    return this.znodes.get(path) ?? null;
  }

  /** Sorted by path. */
  all(): readonly CachedZnode[] {
    return [...this.znodes.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  /** Resolves when it takes part for the first time: it has what the servers had. */
  get stands(): Promise<void> {
    return this.standing.stands;
  }

  /** Follows until `close`; resolves then. Call it once. */
  run(): Promise<void> {
    return this.standing.run();
  }

  /** Keeps what it has, and follows no more. */
  async close(): Promise<void> {
    const zk = this.watchedBy;
    this.watchedBy = null;
    this.standing.close();
    if (zk === null) return;
    this.step('remove watch');
    try {
      // Another cache of this path is told, and sets the watch again.
      await zk.removeWatches(this.path, this.isDeep ? 'PersistentRecursive' : 'Persistent', true);
    } catch (error) {
      const isHarmless =
        isKeeperError(error, 'CONNECTIONLOSS') || isKeeperError(error, 'NOWATCHER');
      if (!isHarmless && zk.isAlive) throw error;
    }
  }

  private get isDeep(): boolean {
    return this.scope !== 'node';
  }

  private async look(zk: ZooKeeper): Promise<void> {
    if (this.watchedBy !== zk) {
      this.step('add persistent watch');
      const mode = this.isDeep ? 'PERSISTENT_RECURSIVE' : 'PERSISTENT';
      await zk.addWatch(this.path, mode, (event) => this.onWatched(zk, event));
      if (this.standing.isClosed) return;
      this.watchedBy = zk;
    }
    this.step('read everything');
    await this.readAll(zk);
    if (this.isFilled) return;
    this.isFilled = true;
    this.step('initialized');
    this.onEvent({ type: 'initialized' });
  }

  private onWatched(zk: ZooKeeper, { type, path }: WatchedEvent): void {
    if (this.watchedBy !== zk || type === 'None') return;
    if (type === 'PersistentWatchRemoved') {
      this.watchedBy = null;
      this.standing.nudge();
    } else if (type !== 'NodeChildrenChanged' && this.covers(path)) {
      this.step('read what has changed');
      // What ends the connection also has everything read anew.
      this.read(zk, path, true).catch(() => this.standing.nudge());
    }
  }

  private covers(path: string): boolean {
    if (this.scope === 'children') return path !== '/' && parentOf(path) === this.path;
    if (path === this.path) return true;
    return this.scope === 'tree' && path.startsWith(this.path === '/' ? '/' : `${this.path}/`);
  }

  private async readAll(zk: ZooKeeper): Promise<void> {
    this.fresh.clear();
    const seen = new Set<string>();
    let level: readonly string[] = [this.path];
    while (level.length > 0) {
      const below: string[] = [];
      for (let at = 0; at < level.length; at += BATCH) {
        const batch = level.slice(at, at + BATCH);
        const found = await Promise.all(batch.map((path) => this.visit(zk, path, seen)));
        for (const paths of found) below.push(...paths);
      }
      if (seen.size > ZNODES_MAX) throw new Error(`more than ${ZNODES_MAX} below ${this.path}`);
      level = below;
    }
    for (const path of [...this.znodes.keys()]) {
      if (!seen.has(path) && !this.fresh.has(path)) this.put(path, null);
    }
  }

  /** Reads one znode; returns what is below and in scope. */
  private async visit(zk: ZooKeeper, path: string, seen: Set<string>): Promise<readonly string[]> {
    const isRoot = path === this.path;
    const goesOn = this.scope === 'tree' || (this.scope === 'children' && isRoot);
    const reading = this.covers(path) ? this.read(zk, path, false) : null;
    const listing = goesOn ? orNull(() => zk.getChildren(path)) : null;
    const [isThere, listed] = await Promise.all([reading, listing]);
    if (isThere === true) seen.add(path);
    const prefix = path === '/' ? '/' : `${path}/`;
    return (listed?.children ?? []).map((name) => prefix + name).sort();
  }

  /** False if it is not there. Reads are answered in their order: the last one is the newest. */
  private async read(zk: ZooKeeper, path: string, isFresh: boolean): Promise<boolean> {
    const found = await orNull(() => zk.getData(path));
    if (this.standing.isClosed) return true;
    if (isFresh) this.fresh.add(path);
    this.put(path, found && { path, ...found });
    return found !== null;
  }

  private put(path: string, znode: CachedZnode | null): void {
    const before = this.znodes.get(path);
    if (znode === null) {
      if (before === undefined) return;
      this.znodes.delete(path);
      this.onEvent({ type: 'removed', znode: before });
      return;
    }
    this.znodes.set(path, znode);
    if (before === undefined) this.onEvent({ type: 'added', znode });
    else if (before.stat.mzxid !== znode.stat.mzxid) this.onEvent({ type: 'changed', znode });
  }

  private step(text: string): void {
    this.context.step(RECIPE, this.path, text);
  }
}
