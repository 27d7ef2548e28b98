/** Small histories of txns, and what a database looks like to a test. */

import { OPEN_ACL_UNSAFE } from '../../../protocol/acl.ts';
import type { TxnBody } from '../../../protocol/txns.ts';
import { encodeTxn } from '../../../protocol/txns.ts';
import type { Zxid } from '../../../protocol/zxid.ts';
import { counterOf, makeZxid } from '../../../protocol/zxid.ts';
import type { Database } from '../../database.ts';
import type { DiskFiles } from '../../disk.ts';
import type { Proposal } from '../../replication.ts';
import type { MemoryDatabase } from '../MemoryDatabase.ts';
import { recover } from '../recovery.ts';

export function proposalOf(zxid: Zxid, body: TxnBody, clientId = 0x1_0000_0001n): Proposal {
  const header = { clientId, cxid: counterOf(zxid), zxid, time: 1000 + counterOf(zxid) };
  const txn = { header, body, digest: null };
  return { zxid, txn, bytes: encodeTxn(txn) };
}

/** A txn of a kind that depends on its zxid: sessions, creates, writes, errors, ephemerals. */
export function exampleProposal(zxid: Zxid): Proposal {
  const n = counterOf(zxid);
  const path = `/n${zxid.toString(16)}`;
  const session = BigInt(n - (n % 5)) + 0x1_0000_0000n;
  switch (n % 5) {
    case 0:
      return proposalOf(zxid, { type: 'createSession', timeOut: 4000 + n }, session);
    case 1:
      return proposalOf(zxid, create(path, false), session);
    case 2:
      return proposalOf(zxid, create(path, true), session);
    case 3:
      return proposalOf(zxid, { type: 'error', err: -101 }, session);
    default:
      return n % 2 === 0
        ? proposalOf(zxid, { type: 'closeSession', paths2Delete: [] }, session)
        : proposalOf(zxid, { type: 'setData', path: '/', data: new Uint8Array(n), version: n });
  }
}

/** `count` proposals of an epoch, from `from` on. */
export function history(epoch: number, count: number, from = 1): Proposal[] {
  return Array.from({ length: count }, (_, i) => exampleProposal(makeZxid(epoch, from + i)));
}

function create(path: string, ephemeral: boolean): TxnBody {
  const data = new Uint8Array([1, 2, 3]);
  return { type: 'create', path, data, acl: OPEN_ACL_UNSAFE, ephemeral, parentCVersion: -1 };
}

export interface State {
  readonly zxid: Zxid;
  readonly digest: bigint;
  readonly sessions: readonly (readonly [bigint, number])[];
  readonly committed: readonly Zxid[];
}

export function stateOf(database: Database | MemoryDatabase): State {
  return {
    zxid: database.lastProcessedZxid,
    digest: database.tree.digest(),
    sessions: [...database.sessions].sort(([a], [b]) => (a < b ? -1 : 1)),
    committed: database.committedLog.map(({ zxid }) => zxid),
  };
}

/** What a server that starts with these files finds; throws if it refuses them. */
export function recoverState(files: DiskFiles, commitLogCount = 500) {
  const recovered = recover(files, commitLogCount);
  if (!recovered.ok) throw new Error(JSON.stringify(recovered.error));
  return { ...recovered.value, state: stateOf(recovered.value.memory) };
}
