/** What a leader and its LearnerHandlers ask of each other. Source: LearnerMaster. */

import type { Zxid } from '../../protocol/zxid.ts';
import type { Sid } from '../config.ts';
import type { ServerContext } from '../context.ts';
import type { Database } from '../database.ts';
import type { ConnectionId } from '../events.ts';
import type { QuorumRequest, RequestPipeline } from '../replication.ts';
import type { Membership } from './Membership.ts';
import type { OutgoingPacket } from './packets.ts';

/** How a learner is brought to its leader's history. TRUNC counts as DIFF. */
export type SyncKind = 'diff' | 'snap';

export interface ConnectedLearner {
  readonly sid: Sid;
  readonly connection: ConnectionId;
  readonly isObserver: boolean;
  send(outgoing: OutgoingPacket): void;
  sendProposal(zxid: Zxid, outgoing: OutgoingPacket): void;
  /** LEADERINFO: `epoch` is the leader's, and on its stable storage. */
  sendLeaderInfo(epoch: number): void;
  /** Brings the learner to the leader's history, and has it told of everything after that. */
  syncFollower(): void;
  sendUpToDate(): void;
  /** Closes the link; the leader has forgotten the learner already. */
  close(): void;
}

export interface LearnerMaster {
  readonly context: ServerContext;
  readonly database: Database;
  readonly membership: Membership;
  /** A quorum has acknowledged NEWLEADER. */
  readonly isEstablished: boolean;
  readonly pipeline: RequestPipeline;
  readonly learners: { countSyncing(kind: SyncKind): number };
  /** Ticks since this leader began. */
  readonly tick: number;
  /** Answered by `handler.sendLeaderInfo` once the epoch is known and safe. */
  getEpochToPropose(handler: ConnectedLearner, acceptedEpoch: number): void;
  /** Answered by `handler.syncFollower` once a quorum has accepted the epoch. */
  waitForEpochAck(handler: ConnectedLearner, currentEpoch: number, lastZxid: Zxid): void;
  /** From now on the learner gets what is proposed (observers: what is committed). */
  startForwarding(handler: ConnectedLearner): void;
  /** Answered by `handler.sendUpToDate` once a quorum is in sync. */
  waitForNewLeaderAck(handler: ConnectedLearner): void;
  processAck(handler: ConnectedLearner, zxid: Zxid): void;
  onRequest(handler: ConnectedLearner, request: QuorumRequest): void;
  removeLearner(handler: ConnectedLearner, reason: string): void;
}
