/**
 * A vote for a leader, and the total order on votes: the server with the longest history wins.
 * Source: Vote, FastLeaderElection.totalOrderPredicate.
 */

import type { PeerState } from '../../protocol/notification.ts';
import type { Zxid } from '../../protocol/zxid.ts';
import { asZxid, MIN_LONG } from '../../protocol/zxid.ts';
import type { QuorumVerifier } from './QuorumVerifier.ts';

/** Who should lead, and how long that server's history is. */
export interface Candidate {
  readonly leader: number;
  readonly zxid: Zxid;
  /** currentEpoch of the candidate. */
  readonly peerEpoch: number;
}

export interface Vote extends Candidate {
  /** The round: the logical clock of the voter. */
  readonly electionEpoch: number;
  /** What the voter was doing. */
  readonly state: PeerState;
  /** Of the notification; 0 in old forms. */
  readonly version: number;
}

/** What a server that may not vote proposes: worse than everything. */
export const NO_CANDIDATE: Candidate = {
  leader: MIN_LONG,
  zxid: asZxid(MIN_LONG),
  peerEpoch: MIN_LONG,
};

/**
 * Whether `candidate` is better than `current`: higher epoch, then higher zxid, then higher sid.
 */
export function totalOrderPredicate(
  candidate: Candidate,
  current: Candidate,
  verifier: QuorumVerifier,
): boolean {
  if (verifier.weightOf(candidate.leader) === 0) return false;
  if (candidate.peerEpoch !== current.peerEpoch) return candidate.peerEpoch > current.peerEpoch;
  if (candidate.zxid !== current.zxid) return candidate.zxid > current.zxid;
  return candidate.leader > current.leader;
}

/**
 * Whether two votes count together. Servers that follow a leader may have joined it in different
 * rounds and at different zxids, so between them only leader and epoch count.
 */
export function isSameVote(a: Vote, b: Vote): boolean {
  if (a.leader !== b.leader) return false;
  if (a.state === 'LOOKING' || b.state === 'LOOKING') {
    return a.zxid === b.zxid && a.electionEpoch === b.electionEpoch && a.peerEpoch === b.peerEpoch;
  }
  return a.version > 0 !== b.version > 0 || a.peerEpoch === b.peerEpoch;
}
