/**
 * Writes to a znode that exists: what is checked, in ZooKeeper's order, and the txn.
 * Source: PrepRequestProcessor.pRequest2Txn, checkAndIncVersion.
 */

import { err, ok } from '../../base/result.ts';
import { Perms } from '../../protocol/acl.ts';
import { KeeperErrorCode } from '../../protocol/errors.ts';
import { isValidPath } from '../../protocol/paths.ts';
import type { RequestOf } from '../../protocol/requests.ts';
import { checkACL, fixupACL } from '../tree/acl.ts';
import { ephemeralType } from '../tree/EphemeralType.ts';
import type { PendingNode } from './OutstandingChanges.ts';
import type { Prepared, PrepStep } from './PrepStep.ts';

const ANY_VERSION = -1;

/** Znodes without which nothing works. */
const SPECIAL_PATHS: ReadonlySet<string> = new Set([
  '/',
  '/zookeeper',
  '/zookeeper/quota',
  '/zookeeper/config',
]);

export function prepDelete(step: PrepStep, op: RequestOf<'delete'>): Prepared {
  const session = step.checkSession();
  if (session !== KeeperErrorCode.OK) return err(session);
  if (!isDeletable(op.path)) return err(KeeperErrorCode.BADARGUMENTS);
  const parent = step.changes.get(parentOfLoose(op.path));
  if (parent === null) return err(KeeperErrorCode.NONODE);
  if (!checkACL(parent.acl, Perms.DELETE, step.authinfo)) return err(KeeperErrorCode.NOAUTH);
  const node = step.changes.get(op.path);
  if (node === null) return err(KeeperErrorCode.NONODE);
  if (!versionMatches(op.version, node.stat.version)) return err(KeeperErrorCode.BADVERSION);
  if (node.childCount > 0) return err(KeeperErrorCode.NOTEMPTY);
  removeNode(step, op.path);
  return ok({ type: 'delete', path: op.path });
}

/** Fails if a child appeared since the check, or if the znode is another one by now. */
export function prepDeleteContainer(step: PrepStep, op: RequestOf<'deleteContainer'>): Prepared {
  if (!isDeletable(op.path)) return err(KeeperErrorCode.BADARGUMENTS);
  const node = step.changes.get(op.path);
  if (node === null) return err(KeeperErrorCode.NONODE);
  if (node.childCount > 0) return err(KeeperErrorCode.NOTEMPTY);
  const kind = ephemeralType(node.stat.ephemeralOwner);
  if (kind !== 'container' && kind !== 'ttl') return err(KeeperErrorCode.BADVERSION);
  removeNode(step, op.path);
  return ok({ type: 'deleteContainer', path: op.path });
}

export function prepSetData(step: PrepStep, op: RequestOf<'setData'>): Prepared {
  const session = step.checkSession();
  if (session !== KeeperErrorCode.OK) return err(session);
  if (!isValidPath(op.path)) return err(KeeperErrorCode.BADARGUMENTS);
  const node = step.changes.get(op.path);
  if (node === null) return err(KeeperErrorCode.NONODE);
  if (!checkACL(node.acl, Perms.WRITE, step.authinfo)) return err(KeeperErrorCode.NOAUTH);
  const bytesDelta = (op.data?.length ?? 0) - (node.data?.length ?? 0);
  const quota = step.checkQuota({ path: op.path, bytesDelta, countDelta: 0 });
  if (quota !== KeeperErrorCode.OK) return err(quota);
  if (!versionMatches(op.version, node.stat.version)) return err(KeeperErrorCode.BADVERSION);
  const version = next(node.stat.version);
  const stat = { ...node.stat, version, mzxid: step.zxid, mtime: step.timeMs };
  step.changes.set(op.path, { ...node, stat, data: op.data }, step.zxid);
  return ok({ type: 'setData', path: op.path, data: op.data, version });
}

export function prepSetACL(step: PrepStep, op: RequestOf<'setACL'>): Prepared {
  const session = step.checkSession();
  if (session !== KeeperErrorCode.OK) return err(session);
  if (!isValidPath(op.path)) return err(KeeperErrorCode.BADARGUMENTS);
  const acl = fixupACL(op.acl, step.authinfo, step.config);
  if (!acl.ok) return acl;
  const node = step.changes.get(op.path);
  if (node === null) return err(KeeperErrorCode.NONODE);
  if (!checkACL(node.acl, Perms.ADMIN, step.authinfo)) return err(KeeperErrorCode.NOAUTH);
  if (!versionMatches(op.version, node.stat.aversion)) return err(KeeperErrorCode.BADVERSION);
  const version = next(node.stat.aversion);
  const stat = { ...node.stat, aversion: version };
  step.changes.set(op.path, { ...node, stat, acl: acl.value }, step.zxid);
  return ok({ type: 'setACL', path: op.path, acl: acl.value, version });
}

export function prepCheck(step: PrepStep, op: RequestOf<'check'>): Prepared {
  const session = step.checkSession();
  if (session !== KeeperErrorCode.OK) return err(session);
  if (!isValidPath(op.path)) return err(KeeperErrorCode.BADARGUMENTS);
  const node = step.changes.get(op.path);
  if (node === null) return err(KeeperErrorCode.NONODE);
  if (!checkACL(node.acl, Perms.READ, step.authinfo)) return err(KeeperErrorCode.NOAUTH);
  if (!versionMatches(op.version, node.stat.version)) return err(KeeperErrorCode.BADVERSION);
  return ok({ type: 'check', path: op.path, version: next(node.stat.version) });
}

/** Takes the znode away, with what that does to its parent. */
export function removeNode(step: PrepStep, path: string): void {
  const parentPath = parentOfLoose(path);
  const parent = step.changes.get(parentPath);
  if (parent !== null) {
    const stat = { ...parent.stat, pzxid: step.zxid };
    const left: PendingNode = { ...parent, stat, childCount: parent.childCount - 1 };
    step.changes.set(parentPath, left, step.zxid);
  }
  step.changes.set(path, null, step.zxid);
}

/** All that ZooKeeper asks of a path to delete. */
function isDeletable(path: string): boolean {
  return path.includes('/') && !path.includes('\0') && !SPECIAL_PATHS.has(path);
}

/** The path may be malformed: then nothing is found under its parent. */
function parentOfLoose(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

function versionMatches(expected: number, current: number): boolean {
  return expected === ANY_VERSION || expected === current;
}

/** Versions wrap as Java's ints do. */
function next(version: number): number {
  return (version + 1) | 0;
}
