/**
 * The znodes of one server: state, indexes and accounts that follow from it, and the primitive
 * changes that transactions are made of. `applyTxn` is the only caller of the changes but for
 * recovery and the configuration at start-up. Permissions and versions are checked before a txn
 * is made, never here.
 *
 * Invariants: 1. the parent of every znode is in the tree; 2. digest, data size, ACL uses and
 * the indexes by owner are what a walk over all znodes would give.
 * Source: DataTree, NodeHashMapImpl.
 */

import { assert } from '../../base/assert.ts';
import type { ACL } from '../../protocol/acl.ts';
import { READ_ACL_UNSAFE } from '../../protocol/acl.ts';
import { KeeperErrorCode } from '../../protocol/errors.ts';
import { EventType } from '../../protocol/events.ts';
import { nameOf, parentOf } from '../../protocol/paths.ts';
import type { StatPersisted } from '../../protocol/stat.ts';
import type { Zxid } from '../../protocol/zxid.ts';
import { ZERO_ZXID } from '../../protocol/zxid.ts';
import { DataBlocks } from './DataBlocks.ts';
import type { Znode } from './DataNode.ts';
import { DataNode } from './DataNode.ts';
import { digestOfContent, digestOfStat } from './digest.ts';
import { OwnerIndex } from './OwnerIndex.ts';
import {
  formatStatsTrack,
  formatUsage,
  parseStatsTrack,
  QuotaPaths,
  quotaOf,
  statPath,
} from './quota.ts';
import { OPEN_UNSAFE_ACL_ID, ReferenceCountedACLCache } from './ReferenceCountedACLCache.ts';
import { CONFIG_NODE, childPath, isServerLocal, QUOTA_NODE, SYSTEM_PATHS } from './systemPaths.ts';
import type { WatchManager } from './WatchManager.ts';

/** Keeps the digest an exact number; far beyond what a browser tab can hold. */
const ZNODES_MAX = 2 ** 21 - 1;

const SYSTEM_STAT: StatPersisted = {
  czxid: ZERO_ZXID,
  mzxid: ZERO_ZXID,
  ctime: 0,
  mtime: 0,
  version: 0,
  cversion: 0,
  aversion: 0,
  ephemeralOwner: 0n,
  pzxid: ZERO_ZXID,
};

/** `parentCVersion`: the parent's stored cversion afterwards; -1 for one more than now. */
export interface NewZnode {
  readonly path: string;
  readonly data: Uint8Array | null;
  readonly acl: readonly ACL[];
  readonly ephemeralOwner: bigint;
  readonly parentCVersion: number;
  readonly zxid: Zxid;
  readonly time: number;
}

export class DataTree {
  /** Set while clients are served here; null on the page and during recovery. */
  watches: WatchManager | null = null;
  readonly aclCache = new ReferenceCountedACLCache();
  private readonly nodes = new Map<string, DataNode>();
  private readonly owners = new OwnerIndex();
  private readonly quotas = new QuotaPaths();
  private readonly blocks = new DataBlocks();
  private digestSum = 0;
  private dataBytes = 0;

  constructor() {
    this.addSystemZnodes();
  }

  // Reading. '' stands for '/'.

  getNode(path: string): Znode | undefined {
    return this.nodes.get(path === '' ? '/' : path);
  }

  getACL(node: Znode): readonly ACL[] {
    return this.aclCache.get(node.aclId);
  }

  /** As `srvr` reports it: the root counts twice. */
  get nodeCount(): number {
    return this.nodes.size + 1;
  }

  /** Characters of all paths and bytes of all data. */
  get approximateDataSize(): number {
    return this.dataBytes;
  }

  /** Version 2, as in a TxnDigest. */
  digest(): bigint {
    return BigInt(this.digestSum);
  }

  /** Descendants of the znode; 0 if there is none. */
  getAllChildrenNumber(path: string): number {
    if (path === '/' || path === '') return this.nodes.size - 1;
    let count = -1;
    for (const _ of this.walk(path)) count++;
    return Math.max(count, 0);
  }

  /** Sorted. `prefix` is compared as text; null, blank and '/' mean all. */
  getEphemerals(sessionId: bigint, prefix: string | null = null): string[] {
    const all = [...this.owners.ephemeralsOf(sessionId)].sort();
    const isAll = prefix === null || prefix.trim() === '' || prefix === '/';
    return isAll ? all : all.filter((path) => path.startsWith(prefix));
  }

  /** Sessions that own ephemerals, with their paths in order of creation. */
  get ephemerals(): ReadonlyMap<bigint, ReadonlySet<string>> {
    return this.owners.ephemerals;
  }

  get ephemeralsCount(): number {
    return this.owners.ephemeralsCount;
  }

  get containers(): ReadonlySet<string> {
    return this.owners.containers;
  }

  get ttls(): ReadonlySet<string> {
    return this.owners.ttls;
  }

  /** The subtree whose quota an operation at `path` counts towards. */
  quotaPathFor(path: string): string | null {
    return this.quotas.deepest(path);
  }

  /** The znode and its descendants, parents first, siblings in order of creation. */
  *walk(path = '/'): Generator<readonly [path: string, node: Znode]> {
    const pending = [path];
    for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
      const node = this.nodes.get(at);
      if (node === undefined) continue;
      yield [at, node];
      for (const child of [...node.childPaths].reverse()) pending.push(child);
    }
  }

  // Changing. Each returns a KeeperErrorCode, OK if it was done.

  /**
   * Errors: NODEEXISTS, NONODE, BADARGUMENTS.
   * Departs: NODEEXISTS moves the parent's counters for every kind of create, not only opcode 1.
   */
  createNode(created: NewZnode): KeeperErrorCode {
    const { path, data, acl, ephemeralOwner, zxid, time } = created;
    const parentPath = parentOf(path);
    const parent = this.nodes.get(parentPath);
    const existing = this.nodes.get(path);
    if (parent === undefined) return KeeperErrorCode.NONODE;
    if (existing === undefined && !isChildOf(path, parentPath)) return KeeperErrorCode.BADARGUMENTS;
    this.countCreate(parentPath, parent, created);
    if (existing !== undefined) {
      // A replay over a snapshot that was taken while txns were applied.
      if (!this.aclCache.has(existing.aclId)) existing.aclId = this.aclCache.convertAcls(acl);
      return KeeperErrorCode.NODEEXISTS;
    }
    const stat: StatPersisted = {
      ...SYSTEM_STAT,
      czxid: zxid,
      mzxid: zxid,
      pzxid: zxid,
      ctime: time,
      mtime: time,
      ephemeralOwner,
    };
    const node = new DataNode(this.blocks.own(data), this.aclCache.convertAcls(acl), stat);
    parent.addChild(path);
    this.put(path, node);
    this.onQuotaZnodeCreated(path);
    this.account(path, node.dataLength, 1);
    const change = { path, type: EventType.NodeCreated, zxid, acl } as const;
    this.watches?.triggerData(change);
    this.childrenChanged(parentPath, parent, zxid);
    return KeeperErrorCode.OK;
  }

  /** Errors: NONODE, BADARGUMENTS for the root. */
  deleteNode(path: string, zxid: Zxid): KeeperErrorCode {
    if (path === '/') return KeeperErrorCode.BADARGUMENTS;
    const parentPath = parentOf(path);
    const parent = this.nodes.get(parentPath);
    if (parent === undefined) return KeeperErrorCode.NONODE;
    parent.removeChild(path);
    if (zxid > parent.pzxid) parent.pzxid = zxid;
    this.redigest(parentPath, parent);
    const node = this.nodes.get(path);
    if (node === undefined) return KeeperErrorCode.NONODE;
    const acl = this.getACL(node);
    // Departs: ZooKeeper leaves descendants behind without a parent. They exist only in a replay
    // over a newer snapshot, which will create them again.
    for (const [at] of [...this.walk(path)]) this.drop(at);
    const change = { path, type: EventType.NodeDeleted, zxid, acl } as const;
    const told = this.watches?.triggerData(change);
    this.watches?.triggerChild(change, told);
    this.childrenChanged(parentPath, parent, zxid);
    return KeeperErrorCode.OK;
  }

  /** `version`: the new one. Errors: NONODE. */
  setData(
    path: string,
    data: Uint8Array | null,
    { version, zxid, time }: { version: number; zxid: Zxid; time: number },
  ): KeeperErrorCode {
    const node = this.nodes.get(path);
    if (node === undefined) return KeeperErrorCode.NONODE;
    const lengthBefore = node.dataLength;
    node.version = version;
    node.mzxid = zxid;
    node.mtime = time;
    this.replaceData(path, node, data);
    this.account(path, node.dataLength - lengthBefore, 0);
    const acl = this.getACL(node);
    this.watches?.triggerData({ path, type: EventType.NodeDataChanged, zxid, acl });
    return KeeperErrorCode.OK;
  }

  /** `aversion`: the new one. Errors: NONODE. */
  setACL(path: string, acl: readonly ACL[], aversion: number): KeeperErrorCode {
    const node = this.nodes.get(path);
    if (node === undefined) return KeeperErrorCode.NONODE;
    const before = node.aclId;
    node.aclId = this.aclCache.convertAcls(acl);
    this.aclCache.removeUsage(before);
    node.aversion = aversion;
    this.redigest(path, node);
    return KeeperErrorCode.OK;
  }

  /** Deletes the listed znodes, then whatever else the session still owns. */
  killSession(sessionId: bigint, paths2Delete: readonly string[], zxid: Zxid): void {
    for (const path of paths2Delete) this.deleteNode(path, zxid);
    for (const path of this.getEphemerals(sessionId)) this.deleteNode(path, zxid);
  }

  // Restoring from a snapshot: clear, restoreNode in the order of the file, completeRestore.

  clear(): void {
    for (const path of [...this.nodes.keys()]) this.drop(path);
  }

  /** Takes the next znode, parents first. False if it has no place in the tree. */
  restoreNode(path: string, data: Uint8Array | null, aclId: number, stat: StatPersisted): boolean {
    if (this.nodes.has(path) || this.nodes.size >= ZNODES_MAX) return false;
    if (path !== '/') {
      const parentPath = parentOf(path);
      const parent = this.nodes.get(parentPath);
      if (parent === undefined || !isChildOf(path, parentPath)) return false;
      parent.addChild(path);
    }
    this.aclCache.addUsage(aclId);
    this.put(path, new DataNode(this.blocks.own(data), aclId, stat));
    return true;
  }

  /** Adds what old snapshots lack and counts anew what servers count for themselves. */
  completeRestore(): void {
    this.addSystemZnodes();
    for (const [path] of this.walk(QUOTA_NODE)) {
      const quota = quotaOf(path);
      if (quota?.kind !== 'limits') continue;
      this.quotas.add(quota.quotaPath);
      this.recount(quota.quotaPath);
    }
    this.aclCache.purgeUnused();
  }

  private addSystemZnodes(): void {
    for (const path of SYSTEM_PATHS) {
      if (this.nodes.has(path)) continue;
      if (path !== '/') this.nodes.get(parentOf(path))?.addChild(path);
      this.put(path, new DataNode(new Uint8Array(0), OPEN_UNSAFE_ACL_ID, SYSTEM_STAT));
      if (path === CONFIG_NODE) this.setACL(path, READ_ACL_UNSAFE, -1);
    }
  }

  private put(path: string, node: DataNode): void {
    assert(this.nodes.size < ZNODES_MAX, 'too many znodes');
    this.nodes.set(path, node);
    this.owners.add(path, node.ephemeralOwner);
    this.dataBytes += path.length + node.dataLength;
    this.digestContent(path, node);
  }

  /** Undoes `put`; the parent's list of children is the caller's. */
  private drop(path: string): void {
    const node = this.nodes.get(path);
    assert(node !== undefined, `${path} is in the tree`);
    this.nodes.delete(path);
    this.owners.delete(path, node.ephemeralOwner);
    this.dataBytes -= path.length + node.dataLength;
    this.digestSum -= node.digest;
    this.aclCache.removeUsage(node.aclId);
    const quota = quotaOf(path);
    if (quota?.kind === 'limits') this.quotas.delete(quota.quotaPath);
    this.account(path, -node.dataLength, -1);
    this.blocks.compact(this.nodes, this.dataBytes);
  }

  private replaceData(path: string, node: DataNode, data: Uint8Array | null): void {
    this.dataBytes -= node.dataLength;
    node.data = this.blocks.own(data);
    this.dataBytes += node.dataLength;
    this.digestContent(path, node);
    this.blocks.compact(this.nodes, this.dataBytes);
  }

  private digestContent(path: string, node: DataNode): void {
    if (!isServerLocal(path)) node.contentDigest = digestOfContent(path, node.data);
    this.redigest(path, node);
  }

  private redigest(path: string, node: DataNode): void {
    const digest = digestOfStat(path, node.contentDigest, node);
    this.digestSum += digest - node.digest;
    node.digest = digest;
  }

  /** Only forward, so that a replay over newer state leaves that state alone. */
  private countCreate(path: string, node: DataNode, created: NewZnode): void {
    const cversion = created.parentCVersion === -1 ? node.cversion + 1 : created.parentCVersion;
    if (cversion <= node.cversion) return;
    node.cversion = cversion;
    node.pzxid = created.zxid;
    this.redigest(path, node);
  }

  private childrenChanged(path: string, node: DataNode, zxid: Zxid): void {
    const type = EventType.NodeChildrenChanged;
    this.watches?.triggerChild({ path, type, zxid, acl: this.getACL(node) });
  }

  private onQuotaZnodeCreated(path: string): void {
    const quota = quotaOf(path);
    if (quota?.kind === 'limits') this.quotas.add(quota.quotaPath);
    if (quota?.kind === 'stats') this.recount(quota.quotaPath);
  }

  /**
   * Every server counts by itself: no txn, no new version, no event.
   * Departs: the data size follows; ZooKeeper lets it drift.
   */
  private account(path: string, bytesDelta: number, countDelta: number): void {
    const quotaPath = this.quotas.deepest(path);
    if (quotaPath === null) return;
    const at = statPath(quotaPath);
    const node = this.nodes.get(at);
    if (node === undefined) return;
    const track = parseStatsTrack(node.data);
    if (track === null) {
      this.recount(quotaPath);
      return;
    }
    const count = track.count + countDelta;
    const bytes = track.bytes + bytesDelta;
    this.replaceData(at, node, formatStatsTrack({ ...track, count, bytes }));
  }

  private recount(quotaPath: string): void {
    const at = statPath(quotaPath);
    const node = this.nodes.get(at);
    if (node === undefined) return;
    const usage = { count: 0, bytes: 0 };
    for (const [, counted] of this.walk(quotaPath)) {
      usage.count++;
      usage.bytes += counted.dataLength;
    }
    this.replaceData(at, node, formatUsage(usage));
  }
}

function isChildOf(path: string, parentPath: string): boolean {
  const name = nameOf(path);
  return name !== '' && childPath(parentPath, name) === path;
}
