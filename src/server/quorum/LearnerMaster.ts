/** What a LearnerHandler asks of the leader. Source: LearnerMaster. */

import type { Zxid } from '../../protocol/zxid.ts';
import type { ServerContext } from '../context.ts';
import type { Database } from '../database.ts';
import type { QuorumRequest, SessionTimeout } from '../replication.ts';
import type { LearnerHandler } from './LearnerHandler.ts';

export interface LearnerMaster {
  readonly context: ServerContext;
  readonly database: Database;
  /** Ticks since this leader began. */
  readonly tick: number;
  /** Answered by `handler.sendLeaderInfo` once the epoch is known and safe. */
  getEpochToPropose(handler: LearnerHandler, acceptedEpoch: number): void;
  /** Answered by `handler.syncFollower` once a quorum has accepted the epoch. */
  waitForEpochAck(handler: LearnerHandler, currentEpoch: number, lastZxid: Zxid): void;
  /** From now on the learner gets what is proposed (observers: what is committed). */
  startForwarding(handler: LearnerHandler): void;
  /** Answered by `handler.sendUpToDate` once a quorum is in sync. */
  waitForNewLeaderAck(handler: LearnerHandler): void;
  processAck(handler: LearnerHandler, zxid: Zxid): void;
  onRequest(handler: LearnerHandler, request: QuorumRequest): void;
  touch(sessions: readonly SessionTimeout[]): void;
  revalidateSession(handler: LearnerHandler, session: SessionTimeout): boolean;
  removeLearner(handler: LearnerHandler, reason: string): void;
}
