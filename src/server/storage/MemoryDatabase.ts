/**
 * What a server's database is in memory: the tree, the sessions, and the end of the history that
 * made them.
 * Source: ZKDatabase, ZooKeeperServer.processTxn.
 */

import { assert } from '../../base/assert.ts';
import type { Zxid } from '../../protocol/zxid.ts';
import { ZERO_ZXID } from '../../protocol/zxid.ts';
import type { Proposal } from '../replication.ts';
import type { ApplyResult } from '../tree/applyTxn.ts';
import { applyTxn } from '../tree/applyTxn.ts';
import { DataTree } from '../tree/DataTree.ts';
import { follows } from './follows.ts';
import type { Snapshot } from './snapshotFile.ts';

export class MemoryDatabase {
  readonly tree: DataTree;
  readonly sessions: Map<bigint, number>;
  readonly committedLog: Proposal[] = [];
  lastProcessedZxid: Zxid;
  private readonly commitLogCount: number;

  constructor(commitLogCount: number, snapshot?: Snapshot & { readonly zxid: Zxid }) {
    this.commitLogCount = commitLogCount;
    this.tree = snapshot?.tree ?? new DataTree();
    this.sessions = new Map(snapshot?.sessions);
    this.lastProcessedZxid = snapshot?.zxid ?? ZERO_ZXID;
  }

  /**
   * The next txn of the history. The committed log may hold one more than its count, as
   * ZooKeeper's.
   */
  apply(proposal: Proposal): ApplyResult {
    const { zxid, txn } = proposal;
    assert(
      follows(zxid, this.lastProcessedZxid),
      `txn ${zxid} applied after ${this.lastProcessedZxid}`,
    );
    const result = applyTxn(this.tree, txn.header, txn.body);
    if (txn.body.type === 'createSession') {
      this.sessions.set(txn.header.clientId, txn.body.timeOut);
    } else if (txn.body.type === 'closeSession') {
      this.sessions.delete(txn.header.clientId);
    }
    if (this.committedLog.length > this.commitLogCount) this.committedLog.shift();
    this.committedLog.push(proposal);
    this.lastProcessedZxid = zxid;
    return result;
  }
}
