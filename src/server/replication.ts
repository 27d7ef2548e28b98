/**
 * The seam inside a server: on one side the quorum (election, synchronisation, broadcast), on the
 * other the request pipeline (clients, sessions, prep, final). Each knows the other only by these
 * two interfaces.
 * Source: ZooKeeperServer's processor chains, Leader.processSync, Learner.validateSession.
 */

import type { Id } from '../protocol/acl.ts';
import type { Txn } from '../protocol/txns.ts';
import type { Zxid } from '../protocol/zxid.ts';
import type { PeerSpec, Sid } from './config.ts';

export interface Proposal {
  readonly zxid: Zxid;
  readonly txn: Txn;
  /** `txn` encoded: the data of a PROPOSAL packet and the payload of a log record. */
  readonly bytes: Uint8Array;
}

/** A request that must be ordered by the leader, as in a REQUEST packet. */
export interface QuorumRequest {
  readonly sessionId: bigint;
  readonly cxid: number;
  readonly opcode: number;
  readonly body: Uint8Array;
  readonly authinfo: readonly Id[];
}

/** `read-only`: without a leader; nothing is committed meanwhile. */
export type ServingRole = 'leader' | 'follower' | 'observer' | 'read-only';

export interface SessionTimeout {
  readonly sessionId: bigint;
  readonly timeoutMs: number;
}

/** What the pipeline asks of the quorum side. Callbacks are dropped when the role ends. */
export interface Replication {
  /** Leader: log it, send it to the learners, commit it when a quorum has it. In zxid order. */
  propose(proposal: Proposal): void;
  /** Learner: hand a request to the leader. Its outcome comes back through `commit`. */
  forward(request: QuorumRequest): void;
  /** `done` once everything proposed before this call (as the leader saw it) is committed here. */
  sync(request: QuorumRequest, done: () => void): void;
  /** Learner: ask the leader whether the session lives; this server becomes its owner if so. */
  revalidate(session: SessionTimeout, done: (valid: boolean) => void): void;
  /** Leader: whether a quorum of these is connected and in sync, itself included. */
  isQuorumSynced(peers: readonly PeerSpec[]): boolean;
  /** Leader: the zxid counter is used up; step down so that a new epoch begins. */
  rollOver(): void;
  /** Lines and numbers that four-letter words print about the quorum. */
  status(): ReplicationStatus;
}

export interface ReplicationStatus {
  readonly state: 'LOOKING' | 'FOLLOWING' | 'LEADING' | 'OBSERVING';
  readonly phase: 'ELECTION' | 'DISCOVERY' | 'SYNCHRONIZATION' | 'BROADCAST';
  readonly leader: Sid | null;
  readonly epoch: number;
  readonly learners: number;
  readonly syncedFollowers: number;
  /** Servers that follow and are no members. */
  readonly syncedNonVotingFollowers: number;
  readonly syncedObservers: number;
  readonly pendingSyncs: number;
  /** Bytes of the last, smallest and largest proposal of this leader; -1 before the first. */
  readonly proposalBytes: { readonly last: number; readonly min: number; readonly max: number };
  readonly quorumSize: number;
}

/** What the quorum side asks of the pipeline. */
export interface RequestPipeline {
  /** Serving begins; the database is in sync. A leader's first zxid is makeZxid(epoch, 1). */
  startServing(role: ServingRole, epoch: number): void;
  /** Serving ends: close every client connection, forget every request under way. */
  stopServing(): void;
  /**
   * The next txn of the history is committed: apply it, answer it if its client is here, fire
   * watches.
   */
  commit(proposal: Proposal): void;
  /** Leader: a learner's REQUEST (every opcode but sync), in the order in which it sent them. */
  submit(request: QuorumRequest, origin: Sid): void;
  /**
   * Leader: a learner's REVALIDATE; true if the session lives, which is touched and now owned by
   * `owner`.
   */
  revalidateFor(session: SessionTimeout, owner: Sid): boolean;
  /** Leader: sessions that a learner heard of since its last ping reply. */
  touch(sessions: readonly SessionTimeout[]): void;
  /** Learner: the sessions heard of here since the last call. */
  takeTouched(): readonly SessionTimeout[];
}
