/**
 * Applies one transaction to a tree, and fires the watches that it concerns. What a txn says was
 * decided by the leader; nothing is checked again, and a replay over newer state does no harm.
 * Source: DataTree.processTxn.
 */

import { KeeperErrorCode } from '../../protocol/errors.ts';
import type { Stat } from '../../protocol/stat.ts';
import type { MultiTxnBody, SubTxnBody, TxnBody, TxnHeader } from '../../protocol/txns.ts';
import { isFailedTxn } from '../../protocol/txns.ts';
import type { DataTree } from './DataTree.ts';
import { CONTAINER_OWNER, isValidTtl, ttlOwner } from './EphemeralType.ts';

/** What the final processor answers from. */
export interface ApplyResult {
  readonly header: TxnHeader;
  /** `error` for every part of a failed multi, which itself keeps `multi`. */
  readonly type: TxnBody['type'];
  /** KeeperErrorCode. Of a multi: of its first failed part; the reply's header still says OK. */
  readonly error: number;
  /** Of the znode that was created, deleted, set or checked. */
  readonly path: string | null;
  /** Right after the txn, for create*, setData, reconfig and setACL that succeeded. */
  readonly stat: Stat | null;
  /** One per part of a multi. */
  readonly multi: readonly ApplyResult[] | null;
}

export function applyTxn(tree: DataTree, header: TxnHeader, body: TxnBody): ApplyResult {
  return body.type === 'multi' ? applyMulti(tree, header, body) : applySubTxn(tree, header, body);
}

/**
 * If one part failed then none is applied: parts before it report OK, later ones what they hold,
 * which is RUNTIMEINCONSISTENCY.
 */
function applyMulti(tree: DataTree, header: TxnHeader, body: MultiTxnBody): ApplyResult {
  const hasFailed = isFailedTxn(body);
  let error: number = KeeperErrorCode.OK;
  const multi = body.txns.map((txn) => {
    const part: SubTxnBody =
      hasFailed && txn.type !== 'error' ? { type: 'error', err: KeeperErrorCode.OK } : txn;
    const result = applySubTxn(tree, header, part);
    if (error === KeeperErrorCode.OK) error = result.error;
    return result;
  });
  return { header, type: 'multi', error, path: null, stat: null, multi };
}

function applySubTxn(tree: DataTree, header: TxnHeader, body: SubTxnBody): ApplyResult {
  const error = change(tree, header, body);
  const path = 'path' in body ? body.path : null;
  const stat = path !== null && hasStat(body.type) && error === KeeperErrorCode.OK;
  return {
    header,
    type: body.type,
    error,
    path,
    stat: stat ? (tree.getNode(path)?.stat() ?? null) : null,
    multi: null,
  };
}

function change(tree: DataTree, header: TxnHeader, body: SubTxnBody): number {
  const { clientId, zxid, time } = header;
  switch (body.type) {
    case 'create':
    case 'create2':
    case 'createContainer':
    case 'createTTL': {
      const ephemeralOwner = ownerOf(body, clientId);
      if (ephemeralOwner === null) return KeeperErrorCode.BADARGUMENTS;
      return tree.createNode({ ...body, ephemeralOwner, zxid, time });
    }
    case 'delete':
    case 'deleteContainer':
      return tree.deleteNode(body.path, zxid);
    case 'setData':
    case 'reconfig':
      return tree.setData(body.path, body.data, { version: body.version, zxid, time });
    case 'setACL':
      return tree.setACL(body.path, body.acl, body.version);
    case 'closeSession':
      tree.killSession(clientId, body.paths2Delete, zxid);
      return KeeperErrorCode.OK;
    case 'error':
      return body.err;
    case 'check':
    case 'createSession':
      return KeeperErrorCode.OK;
  }
}

type CreateBody = Extract<SubTxnBody, { readonly parentCVersion: number }>;

/** Null for a time to live out of range, which only a damaged log can hold. */
function ownerOf(body: CreateBody, clientId: bigint): bigint | null {
  switch (body.type) {
    case 'create':
    case 'create2':
      return body.ephemeral ? clientId : 0n;
    case 'createContainer':
      return CONTAINER_OWNER;
    case 'createTTL':
      return isValidTtl(body.ttl) ? ttlOwner(body.ttl) : null;
  }
}

function hasStat(type: SubTxnBody['type']): boolean {
  return (
    type.startsWith('create') || type === 'setData' || type === 'reconfig' || type === 'setACL'
  );
}
