/**
 * Requests that only look: each checks and reads the tree as it is, and may leave a watch.
 * Source: ZooKeeper FinalRequestProcessor.processRequest; Programmer's Guide "ZooKeeper Watches".
 * Paths are not validated: what is no path is simply not there. '' is the root.
 */

import type { Result } from '../../base/result.ts';
import { err, ok } from '../../base/result.ts';
import type { Id } from '../../protocol/acl.ts';
import { Perms } from '../../protocol/acl.ts';
import { KeeperErrorCode } from '../../protocol/errors.ts';
import type { MultiReadOp, MultiResult } from '../../protocol/multi.ts';
import type { RequestOf, ResponseOf } from '../../protocol/requests.ts';
import { namespaceOf } from '../metrics/namespaceOf.ts';
import type { ServerMetrics } from '../metrics/ServerMetrics.ts';
import type { WatchKind } from '../trace.ts';
import { checkACL, maskACL } from '../tree/acl.ts';
import { userName } from '../tree/authProviders.ts';
import type { Znode } from '../tree/DataNode.ts';
import type { DataTree } from '../tree/DataTree.ts';

/** Whose eyes look at which tree. */
export interface Reader {
  readonly tree: DataTree;
  readonly metrics: ServerMetrics;
  readonly sessionId: bigint;
  readonly authInfo: readonly Id[];
  /** False if the connection watches as much as it may. */
  watch(path: string, kind: WatchKind): boolean;
}

const MULTI_READ_BYTES_MAX = 32 << 20;
const STAT_BYTES = 68;

type Read<T> = Result<T, KeeperErrorCode>;

/** The watch is left even where there is no znode: it waits for its creation. */
export function exists(reader: Reader, op: RequestOf<'exists'>): Read<ResponseOf<'exists'>> {
  if (op.path.includes('\0')) return err(KeeperErrorCode.BADARGUMENTS);
  const node = reader.tree.getNode(op.path);
  if (node !== undefined && !mayRead(reader, node)) return err(KeeperErrorCode.NOAUTH);
  if (op.watch && !reader.watch(op.path, 'exist')) return err(KeeperErrorCode.THROTTLEDOP);
  if (node === undefined) return err(KeeperErrorCode.NONODE);
  countRead(reader, op.path, 0);
  return ok({ stat: node.stat() });
}

export function getData(
  reader: Reader,
  op: { readonly path: string; readonly watch: boolean },
): Read<ResponseOf<'getData'>> {
  const node = readable(reader, op.path);
  if (!node.ok) return node;
  if (op.watch && !reader.watch(op.path, 'data')) return err(KeeperErrorCode.THROTTLEDOP);
  const { data } = node.value;
  countRead(reader, op.path, data?.length ?? 0);
  return ok({ data, stat: node.value.stat() });
}

export function getChildren(
  reader: Reader,
  op: { readonly path: string; readonly watch: boolean },
): Read<ResponseOf<'getChildren2'>> {
  const node = readable(reader, op.path);
  if (!node.ok) return node;
  if (op.watch && !reader.watch(op.path, 'child')) return err(KeeperErrorCode.THROTTLEDOP);
  const children = node.value.sortedChildren();
  const bytes = children.reduce((sum, name) => sum + name.length, 0);
  countRead(reader, op.path, bytes);
  return ok({ children, stat: node.value.stat() });
}

export function getACL(reader: Reader, op: RequestOf<'getACL'>): Read<ResponseOf<'getACL'>> {
  const node = readable(reader, op.path, Perms.READ | Perms.ADMIN);
  if (!node.ok) return node;
  const acl = maskACL(reader.tree.getACL(node.value), reader.authInfo);
  return ok({ acl, stat: node.value.stat() });
}

export function getAllChildrenNumber(
  reader: Reader,
  op: RequestOf<'getAllChildrenNumber'>,
): Read<ResponseOf<'getAllChildrenNumber'>> {
  const node = readable(reader, op.path);
  if (!node.ok) return node;
  return ok({ totalNumber: reader.tree.getAllChildrenNumber(op.path) });
}

/** By a prefix that is a string and not a path. */
export function getEphemerals(
  reader: Reader,
  op: RequestOf<'getEphemerals'>,
): ResponseOf<'getEphemerals'> {
  return { ephemerals: reader.tree.getEphemerals(reader.sessionId, op.prefixPath) };
}

/**
 * Each on its own: one that fails is answered by its error.
 * Departs: MARSHALLINGERROR if the answer is far longer than any client takes. A short request can
 * ask for a long znode thousands of times; a ZooKeeper runs out of memory.
 */
export function multiRead(
  reader: Reader,
  ops: readonly MultiReadOp[],
): Read<ResponseOf<'multiRead'>> {
  const results: MultiResult[] = [];
  let bytes = 0;
  for (const op of ops) {
    const result = readOne(reader, op);
    if (result.type === 'getData') bytes += result.data?.length ?? 0;
    else if (result.type === 'getChildren')
      for (const name of result.children) bytes += name.length;
    if (bytes > MULTI_READ_BYTES_MAX) return err(KeeperErrorCode.MARSHALLINGERROR);
    results.push(result);
  }
  return ok({ results });
}

export function whoAmI(reader: Reader): ResponseOf<'whoAmI'> {
  const clientInfo = reader.authInfo.map((id) => ({ scheme: id.scheme, user: userName(id) }));
  return { clientInfo };
}

function readOne(reader: Reader, op: MultiReadOp): MultiResult {
  const unwatched = { path: op.path, watch: false };
  if (op.type === 'getData') {
    const read = getData(reader, unwatched);
    return read.ok ? { type: 'getData', ...read.value } : { type: 'error', err: read.error };
  }
  const read = getChildren(reader, unwatched);
  if (!read.ok) return { type: 'error', err: read.error };
  return { type: 'getChildren', children: read.value.children };
}

/** Bytes read by the first name of their paths. Source: DataTree.updateReadStat. */
function countRead({ metrics }: Reader, path: string, bytes: number): void {
  const namespace = namespaceOf(path);
  if (namespace === null) return;
  metrics.sets.read_per_namespace.add(namespace, path.length + bytes + STAT_BYTES);
}

function readable(reader: Reader, path: string, perms: number = Perms.READ): Read<Znode> {
  const node = reader.tree.getNode(path);
  if (node === undefined) return err(KeeperErrorCode.NONODE);
  return mayRead(reader, node, perms) ? ok(node) : err(KeeperErrorCode.NOAUTH);
}

function mayRead(reader: Reader, node: Znode, perms: number = Perms.READ): boolean {
  return checkACL(reader.tree.getACL(node), perms, reader.authInfo);
}
