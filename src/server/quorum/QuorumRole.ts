/** What a server does between two elections, and what it needs from its QuorumPeer for that. */

import type { Sid } from '../config.ts';
import type { ServerContext } from '../context.ts';
import type { DynamicConfig } from '../DynamicConfig.ts';
import type { Database } from '../database.ts';
import type { ConnectionId } from '../events.ts';
import type { QuorumRequest, RequestPipeline, SessionTimeout } from '../replication.ts';
import type { TimerName } from '../timers.ts';
import type { ZabPhase } from '../trace.ts';
import type { History } from './History.ts';
import type { Membership } from './Membership.ts';

/** The timers of the quorum side; the pipeline has the others. */
export type QuorumTimer = Exclude<
  TimerName,
  'sessionExpiry' | 'containerCheck' | 'connectionExpiry' | 'localSessionExpiry' | 'requestThrottle'
>;

export interface QuorumHost {
  readonly context: ServerContext;
  readonly database: Database;
  readonly pipeline: RequestPipeline;
  readonly membership: Membership;
  readonly history: History;
  setPhase(phase: ZabPhase): void;
  updateElectionVote(epoch: number): void;
  /** Dials the leader's quorum port; at most one dial is under way. */
  dialLeader(leader: Sid): void;
  /**
   * The configuration is in force from now on. Ends the role if another server leads in it, or if
   * this server is something else in it; then the designated leader is followed without an
   * election. Null: whoever leads now, if it may.
   */
  activate(config: DynamicConfig, designatedLeader: Sid | null): void;
  /** Ends the current role and looks for a leader again. The role must do nothing afterwards. */
  shutDown(reason: string): void;
}

export interface RoleCounts {
  readonly learners: number;
  readonly syncedFollowers: number;
  readonly syncedNonVotingFollowers: number;
  readonly syncedObservers: number;
  readonly pendingSyncs: number;
  readonly proposalBytes: { readonly last: number; readonly min: number; readonly max: number };
}

export interface QuorumRole {
  readonly leader: Sid;
  readonly epoch: number;
  begin(): void;
  /** On the quorum link. A connection that the role does not want must be closed by it. */
  onConnected(peer: Sid, connection: ConnectionId, dialled: boolean): void;
  onRefused(peer: Sid): void;
  onPacket(connection: ConnectionId, bytes: Uint8Array): void;
  onDisconnected(connection: ConnectionId): void;
  onTimer(timer: QuorumTimer): void;
  sync(request: QuorumRequest, done: () => void): void;
  forward(request: QuorumRequest): void;
  revalidate(session: SessionTimeout, done: (valid: boolean) => void): void;
  counts(): RoleCounts;
  /** Closes connections, cancels timers, stops serving; from now on every callback is void. */
  end(): void;
}
