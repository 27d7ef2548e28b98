/**
 * How to bring a learner to the leader's history: send what it lacks (DIFF), have it forget what
 * nobody committed (TRUNC), or send everything (SNAP).
 * Source: LearnerHandler.syncFollower and queueCommittedProposals; Zab (DSN 2011) §IV.B.
 */

import type { Zxid } from '../../protocol/zxid.ts';
import { counterOf, epochOf } from '../../protocol/zxid.ts';
import type { Proposal } from '../replication.ts';

export interface SyncPlan {
  readonly mode: 'DIFF' | 'TRUNC' | 'SNAP';
  /** Of the packet: for TRUNC where to cut, otherwise where the learner will be. */
  readonly zxid: Zxid;
  /** Sent after it, each as PROPOSAL and COMMIT. */
  readonly proposals: readonly Proposal[];
}

export interface LeaderHistory {
  readonly lastProcessedZxid: Zxid;
  /** Oldest first; with what the log on disk has of before, if that is needed. */
  readonly committedLog: readonly Proposal[];
}

export function syncModeFor(peerZxid: Zxid, history: LeaderHistory): SyncPlan {
  const { lastProcessedZxid, committedLog } = history;
  const min = committedLog[0]?.zxid ?? lastProcessedZxid;
  const max = committedLog.at(-1)?.zxid ?? lastProcessedZxid;
  // No txn has such a zxid, thus there is nothing to cut.
  const isNewEpochZxid = counterOf(peerZxid) === 0;
  if (peerZxid === lastProcessedZxid) return { mode: 'DIFF', zxid: peerZxid, proposals: [] };
  if (peerZxid > max && !isNewEpochZxid) return { mode: 'TRUNC', zxid: max, proposals: [] };
  const snap: SyncPlan = { mode: 'SNAP', zxid: lastProcessedZxid, proposals: [] };
  if (peerZxid > max || peerZxid < min) return snap;

  const from = committedLog.findIndex(({ zxid }) => zxid >= peerZxid);
  const first = committedLog[from];
  if (first === undefined) return snap;
  if (first.zxid === peerZxid) {
    return { mode: 'DIFF', zxid: max, proposals: committedLog.slice(from + 1) };
  }
  const proposals = committedLog.slice(from);
  if (isNewEpochZxid) return { mode: 'DIFF', zxid: max, proposals };
  const previous = committedLog[from - 1];
  // A cut across epochs could reach below the learner's log.
  if (previous === undefined || epochOf(first.zxid) !== epochOf(peerZxid)) return snap;
  return { mode: 'TRUNC', zxid: previous.zxid, proposals };
}
