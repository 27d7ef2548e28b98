/**
 * Requests about watches alone. Each returns an error code.
 * Source: ZooKeeper FinalRequestProcessor (setWatches, addWatch, removeWatches, checkWatches).
 */

import type { CodecType } from '../../protocol/codec.ts';
import { KeeperErrorCode } from '../../protocol/errors.ts';
import { AddWatchMode, WatcherType } from '../../protocol/events.ts';
import type { SetWatches2 } from '../../protocol/records.ts';
import type { RequestOf } from '../../protocol/requests.ts';
import { formatSessionId } from '../../protocol/sessionId.ts';
import type { ServerContext } from '../context.ts';
import type { WatchKind } from '../trace.ts';
import type { DataTree } from '../tree/DataTree.ts';
import { setWatches } from '../tree/setWatches.ts';
import type { WatchManager } from '../tree/WatchManager.ts';
import type { ServerCnxn } from './ServerCnxn.ts';

export class WatchRequests {
  private readonly context: ServerContext;
  private readonly watches: WatchManager;

  constructor(context: ServerContext, watches: WatchManager) {
    this.context = context;
    this.watches = watches;
  }

  /** False if the connection watches as much as it may. */
  add(cnxn: ServerCnxn, path: string, kind: WatchKind): boolean {
    const isAdded = this.watches.addWatch(cnxn.id, path, kind);
    if (isAdded) this.trace('watchSet', cnxn, path, kind);
    return isAdded;
  }

  /**
   * Neither the path nor its ACL is looked at.
   * Departs: THROTTLEDOP at the limit of watches; ZooKeeper has none.
   */
  addWatch(cnxn: ServerCnxn, op: RequestOf<'addWatch'>): KeeperErrorCode {
    const kind = kindOfMode(op.mode);
    if (kind === null) return KeeperErrorCode.MARSHALLINGERROR;
    return this.add(cnxn, op.path, kind) ? KeeperErrorCode.OK : KeeperErrorCode.THROTTLEDOP;
  }

  removeWatches(cnxn: ServerCnxn, op: RequestOf<'removeWatches'>): KeeperErrorCode {
    const type = watcherType(op.watcherType);
    if (type === null) return KeeperErrorCode.MARSHALLINGERROR;
    const kinds = this.kindsOf(cnxn, op.path, type);
    if (!this.watches.removeWatches(cnxn.id, op.path, type)) return KeeperErrorCode.NOWATCHER;
    for (const kind of kinds) this.trace('watchRemoved', cnxn, op.path, kind);
    return KeeperErrorCode.OK;
  }

  checkWatches(cnxn: ServerCnxn, op: RequestOf<'checkWatches'>): KeeperErrorCode {
    const type = watcherType(op.watcherType);
    if (type === null) return KeeperErrorCode.MARSHALLINGERROR;
    const isWatched = this.watches.checkWatches(cnxn.id, op.path, type);
    return isWatched ? KeeperErrorCode.OK : KeeperErrorCode.NOWATCHER;
  }

  /** What was missed is told at once, before the answer. */
  setWatches(cnxn: ServerCnxn, tree: DataTree, op: CodecType<typeof SetWatches2>): KeeperErrorCode {
    const isComplete = setWatches(tree, this.watches, cnxn.id, op);
    for (const [kind, paths] of [
      ['data', op.dataWatches],
      ['exist', op.existWatches],
      ['child', op.childWatches],
      ['persistent', op.persistentWatches],
      ['persistentRecursive', op.persistentRecursiveWatches],
    ] as const) {
      for (const path of paths) {
        const isSet = this.watches.checkWatches(cnxn.id, path, TYPE_OF_KIND[kind]);
        if (isSet) this.trace('watchSet', cnxn, path, kind);
      }
    }
    return isComplete ? KeeperErrorCode.OK : KeeperErrorCode.THROTTLEDOP;
  }

  private kindsOf(cnxn: ServerCnxn, path: string, type: WatcherType): readonly WatchKind[] {
    return KINDS.filter((kind) => {
      const kindType = TYPE_OF_KIND[kind];
      const isMeant = type === WatcherType.Any || type === kindType;
      return isMeant && this.watches.checkWatches(cnxn.id, path, kindType);
    });
  }

  private trace(
    type: 'watchSet' | 'watchRemoved',
    cnxn: ServerCnxn,
    path: string,
    kind: WatchKind,
  ): void {
    if (!this.context.isTracing) return;
    this.context.trace({ type, sessionId: formatSessionId(cnxn.sessionId), path, kind });
  }
}

const TYPE_OF_KIND: Readonly<Record<WatchKind, WatcherType>> = {
  data: WatcherType.Data,
  exist: WatcherType.Data,
  child: WatcherType.Children,
  persistent: WatcherType.Persistent,
  persistentRecursive: WatcherType.PersistentRecursive,
};

const KINDS = Object.keys(TYPE_OF_KIND) as WatchKind[];

function watcherType(value: number): WatcherType | null {
  return Object.values(WatcherType).find((type) => type === value) ?? null;
}

function kindOfMode(mode: number): WatchKind | null {
  if (mode === AddWatchMode.PERSISTENT) return 'persistent';
  return mode === AddWatchMode.PERSISTENT_RECURSIVE ? 'persistentRecursive' : null;
}
