/**
 * The tree as it will be once all that is proposed is applied: pending changes on top of the real
 * one.
 * Source: ZooKeeperServer.outstandingChanges, PrepRequestProcessor.getRecordForPath, ChangeRecord.
 *
 * Invariants: 1. `byPath` holds the newest pending change of a path, and only pending ones.
 * 2. `digest` is the tree digest after the last pending change.
 */

import type { ACL } from '../../protocol/acl.ts';
import type { StatPersisted } from '../../protocol/stat.ts';
import type { Zxid } from '../../protocol/zxid.ts';
import type { ServerMetrics } from '../metrics/ServerMetrics.ts';
import type { Znode } from '../tree/DataNode.ts';
import type { DataTree } from '../tree/DataTree.ts';
import { digestOfNode } from '../tree/digest.ts';

/** A znode as it will be. */
export interface PendingNode {
  readonly stat: StatPersisted;
  readonly childCount: number;
  readonly acl: readonly ACL[];
  readonly data: Uint8Array | null;
}

/** `node` is null for a delete. */
interface ChangeRecord {
  readonly zxid: Zxid;
  readonly path: string;
  readonly node: PendingNode | null;
  /** What the znode adds to the digest of the tree. */
  readonly digest: number;
  readonly previous: ChangeRecord | undefined;
}

export interface ChangeMark {
  readonly length: number;
  readonly digest: number;
}

export class OutstandingChanges {
  private readonly tree: DataTree;
  private readonly metrics: ServerMetrics;
  private readonly records: ChangeRecord[] = [];
  private readonly byPath = new Map<string, ChangeRecord>();
  private pendingDigest: number;

  constructor(tree: DataTree, metrics: ServerMetrics) {
    this.tree = tree;
    this.metrics = metrics;
    this.pendingDigest = Number(tree.digest());
  }

  get digest(): bigint {
    return BigInt(this.pendingDigest);
  }

  /** Null if there will be no such znode. '' is the root, as for ZooKeeper. */
  get(path: string): PendingNode | null {
    const record = this.byPath.get(rooted(path));
    return record === undefined ? this.applied(path) : record.node;
  }

  set(path: string, node: PendingNode | null, zxid: Zxid): void {
    const key = rooted(path);
    const previous = this.byPath.get(key);
    const digestBefore = previous?.digest ?? this.tree.getNode(key)?.digest ?? 0;
    const digest = node === null ? 0 : digestOfNode(key, node.data, node.stat);
    this.pendingDigest += digest - digestBefore;
    const record = { zxid, path: key, node, digest, previous };
    this.records.push(record);
    this.metrics.counters.outstanding_changes_queued++;
    this.byPath.set(key, record);
  }

  /** Ephemerals that the session will have. */
  ephemeralsOf(sessionId: bigint): readonly string[] {
    const paths = new Set(this.tree.getEphemerals(sessionId));
    for (const { path, node } of this.records) {
      if (node === null) paths.delete(path);
      else if (node.stat.ephemeralOwner === sessionId) paths.add(path);
    }
    return [...paths];
  }

  mark(): ChangeMark {
    return { length: this.records.length, digest: this.pendingDigest };
  }

  /** Forgets what was set since the mark. */
  rollBack(mark: ChangeMark): void {
    for (const record of this.records.splice(mark.length).reverse()) {
      if (record.previous === undefined) this.byPath.delete(record.path);
      else this.byPath.set(record.path, record.previous);
    }
    this.pendingDigest = mark.digest;
  }

  /** The txn with this zxid is applied, as all before it are. */
  forget(zxid: Zxid): void {
    let count = 0;
    for (const record of this.records) {
      if (record.zxid > zxid) break;
      if (this.byPath.get(record.path) === record) this.byPath.delete(record.path);
      count++;
    }
    if (count > 0) this.records.splice(0, count);
    this.metrics.counters.outstanding_changes_removed += count;
  }

  private applied(path: string): PendingNode | null {
    const node = this.tree.getNode(path);
    if (node === undefined) return null;
    return {
      stat: persistedStat(node),
      childCount: node.childCount,
      acl: this.tree.getACL(node),
      data: node.data,
    };
  }
}

/** A copy: the znode changes while the pending one must not. */
function persistedStat(node: Znode): StatPersisted {
  const { czxid, mzxid, ctime, mtime, version, cversion, aversion, ephemeralOwner, pzxid } = node;
  return { czxid, mzxid, ctime, mtime, version, cversion, aversion, ephemeralOwner, pzxid };
}

function rooted(path: string): string {
  return path === '' ? '/' : path;
}
