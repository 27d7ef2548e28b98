/**
 * create, create2, createContainer, createTTL: what is checked, in ZooKeeper's order, and the txn.
 * Source: PrepRequestProcessor.pRequest2TxnCreate, validateCreateRequest.
 */

import { err, ok } from '../../base/result.ts';
import { Perms } from '../../protocol/acl.ts';
import {
  CreateMode,
  createModeName,
  isEphemeral,
  isSequential,
  isTTL,
  TTL_MAX_MS,
} from '../../protocol/createMode.ts';
import { KeeperErrorCode } from '../../protocol/errors.ts';
import { isValidPath, sequenceSuffix } from '../../protocol/paths.ts';
import type { RequestOf } from '../../protocol/requests.ts';
import type { StatPersisted } from '../../protocol/stat.ts';
import { checkACL, fixupACL } from '../tree/acl.ts';
import { CONTAINER_OWNER, ephemeralType, ttlOwner } from '../tree/EphemeralType.ts';
import type { PendingNode } from './OutstandingChanges.ts';
import type { Prepared, PrepStep } from './PrepStep.ts';

export type CreateOp = RequestOf<'create' | 'create2' | 'createContainer' | 'createTTL'>;

export function prepCreate(step: PrepStep, op: CreateOp): Prepared {
  const invalid = flagsProblem(step, op);
  if (invalid !== KeeperErrorCode.OK) return err(invalid);
  const session = step.checkSession(isEphemeral(op.flags));
  if (session !== KeeperErrorCode.OK) return err(session);
  if (op.path === null) return err(KeeperErrorCode.MARSHALLINGERROR);
  const lastSlash = op.path.lastIndexOf('/');
  if (lastSlash < 0 || op.path.includes('\0')) return err(KeeperErrorCode.BADARGUMENTS);
  const acl = fixupACL(op.acl, step.authinfo, step.config);
  if (!acl.ok) return acl;
  const parentPath = op.path.slice(0, lastSlash);
  const parent = step.changes.get(parentPath);
  if (parent === null) return err(KeeperErrorCode.NONODE);
  if (!checkACL(parent.acl, Perms.CREATE, step.authinfo)) return err(KeeperErrorCode.NOAUTH);
  const suffix = isSequential(op.flags) ? sequenceSuffix(parent.stat.cversion) : '';
  const path = op.path + suffix;
  if (!isValidPath(path)) return err(KeeperErrorCode.BADARGUMENTS);
  if (step.changes.get(path) !== null) return err(KeeperErrorCode.NODEEXISTS);
  if (ephemeralType(parent.stat.ephemeralOwner) === 'session') {
    return err(KeeperErrorCode.NOCHILDRENFOREPHEMERALS);
  }
  const growth = { path, bytesDelta: op.data?.length ?? 0, countDelta: 1 };
  const quota = step.checkQuota(growth);
  if (quota !== KeeperErrorCode.OK) return err(quota);

  const parentCVersion = (parent.stat.cversion + 1) | 0;
  const stat = newStat(step, ownerOf(step, op));
  step.changes.set(parentPath, withNewChild(parent, parentCVersion, step), step.zxid);
  step.changes.set(path, { stat, childCount: 0, acl: acl.value, data: op.data }, step.zxid);
  const node = { path, data: op.data, acl: acl.value, parentCVersion };
  switch (op.type) {
    case 'createContainer':
      return ok({ type: 'createContainer', ...node });
    case 'createTTL':
      return ok({ type: 'createTTL', ...node, ttl: op.ttl });
    default:
      return ok({ type: op.type, ...node, ephemeral: isEphemeral(op.flags) });
  }
}

/**
 * Departs: createTTL with a flag that means no TTL is refused whatever its ttl; with ttl -1 it
 * makes 3.8.0 write a log that it cannot read.
 */
function flagsProblem(step: PrepStep, op: CreateOp): KeeperErrorCode {
  if (createModeName(op.flags) === undefined) return KeeperErrorCode.BADARGUMENTS;
  if (isTTL(op.flags) && !step.config.extendedTypesEnabled) return KeeperErrorCode.UNIMPLEMENTED;
  const valid =
    op.type === 'createTTL'
      ? isTTL(op.flags) && op.ttl >= 1 && op.ttl <= TTL_MAX_MS
      : !isTTL(op.flags);
  return valid ? KeeperErrorCode.OK : KeeperErrorCode.BADARGUMENTS;
}

function ownerOf(step: PrepStep, op: CreateOp): bigint {
  if (op.type === 'createContainer') return CONTAINER_OWNER;
  if (op.type === 'createTTL') return ttlOwner(op.ttl);
  return isEphemeral(op.flags) ? step.sessionId : 0n;
}

function newStat(step: PrepStep, ephemeralOwner: bigint): StatPersisted {
  return {
    czxid: step.zxid,
    mzxid: step.zxid,
    ctime: step.timeMs,
    mtime: step.timeMs,
    version: 0,
    cversion: 0,
    aversion: 0,
    ephemeralOwner,
    pzxid: step.zxid,
  };
}

function withNewChild(parent: PendingNode, cversion: number, step: PrepStep): PendingNode {
  const stat = { ...parent.stat, cversion, pzxid: step.zxid };
  return { ...parent, stat, childCount: parent.childCount + 1 };
}

/** Inside a multi the flags alone tell containers and TTL znodes from others. */
export function prepCreateInMulti(step: PrepStep, op: CreateOp): Prepared {
  if (op.flags === CreateMode.CONTAINER)
    return prepCreate(step, { ...op, type: 'createContainer' });
  const isPlain = op.type === 'createTTL' && !isTTL(op.flags);
  return prepCreate(step, isPlain ? { ...op, type: 'create' } : op);
}

/**
 * False without an ACL and for flags that the op cannot have: then the multi as a whole cannot be
 * read.
 */
export function isReadableInMulti(op: CreateOp): boolean {
  if (op.type === 'createTTL') return true;
  return op.acl !== null && createModeName(op.flags) !== undefined && !isTTL(op.flags);
}
