/**
 * A client that comes back: for each watch that it had, either what it missed or the watch again.
 * A create and delete while it was away stays unseen by an exists watch, as in ZooKeeper.
 * Source: DataTree.setWatches.
 */

import type { CodecType } from '../../protocol/codec.ts';
import { EventType } from '../../protocol/events.ts';
import type { SetWatches2 } from '../../protocol/records.ts';
import type { WatchKind } from '../trace.ts';
import type { DataTree } from './DataTree.ts';
import type { WatchManager } from './WatchManager.ts';

/** False as soon as the connection's limit of watches is reached; what was set until then stays. */
export function setWatches(
  tree: DataTree,
  watches: WatchManager,
  connection: number,
  request: CodecType<typeof SetWatches2>,
): boolean {
  const groups = [
    ['data', request.dataWatches],
    ['exist', request.existWatches],
    ['child', request.childWatches],
    ['persistent', request.persistentWatches],
    ['persistentRecursive', request.persistentRecursiveWatches],
  ] as const satisfies readonly (readonly [WatchKind, readonly string[]])[];
  for (const [kind, paths] of groups) {
    for (const path of paths) {
      const missed = missedEvent(tree, kind, path, request.relativeZxid);
      if (missed !== null) watches.notify(connection, missed, path);
      else if (!watches.addWatch(connection, path, kind)) return false;
    }
  }
  return true;
}

function missedEvent(
  tree: DataTree,
  kind: WatchKind,
  path: string,
  relativeZxid: number,
): EventType | null {
  const node = tree.getNode(path);
  switch (kind) {
    case 'data':
      if (node === undefined) return EventType.NodeDeleted;
      return node.mzxid > relativeZxid ? EventType.NodeDataChanged : null;
    case 'exist':
      return node === undefined ? null : EventType.NodeCreated;
    case 'child':
      if (node === undefined) return EventType.NodeDeleted;
      return node.pzxid > relativeZxid ? EventType.NodeChildrenChanged : null;
    case 'persistent':
    case 'persistentRecursive':
      return null;
  }
}
