/**
 * A member of the ensemble: looks for a leader, then leads, follows or observes until that ends.
 * Source: QuorumPeer.run.
 *
 * Everything that a role started and that ends after it (a dial, disk work) comes back here or to
 * the History, never to the next role.
 */

import { assert } from '../../base/assert.ts';
import { epochOf } from '../../protocol/zxid.ts';
import type { PeerSpec, Sid } from '../config.ts';
import type { ServerContext } from '../context.ts';
import type { DynamicConfig } from '../DynamicConfig.ts';
import type { Database } from '../database.ts';
import type { ServerEvent } from '../events.ts';
import type {
  Proposal,
  QuorumRequest,
  Replication,
  ReplicationStatus,
  RequestPipeline,
  SessionTimeout,
} from '../replication.ts';
import type { ServerState, ZabPhase } from '../trace.ts';
import { ElectionLinks } from './ElectionLinks.ts';
import { FastLeaderElection } from './FastLeaderElection.ts';
import { History } from './History.ts';
import { Leader } from './Leader.ts';
import { Learner } from './Learner.ts';
import { Membership } from './Membership.ts';
import type { QuorumHost, QuorumRole, QuorumTimer, RoleCounts } from './QuorumRole.ts';

type PeerEvent<T extends ServerEvent['type']> = Extract<ServerEvent, { readonly type: T }>;

const OBSERVER_BACKOFF_MAX_MS = 200;
/** Before a server believes that it is cut off: one tick, and no less than this. */
const READ_ONLY_GRACE_MIN_MS = 2_000;

const NO_COUNTS: RoleCounts = {
  learners: 0,
  syncedFollowers: 0,
  syncedNonVotingFollowers: 0,
  syncedObservers: 0,
  pendingSyncs: 0,
  proposalBytes: { last: -1, min: -1, max: -1 },
};

export class QuorumPeer implements Replication, QuorumHost {
  readonly context: ServerContext;
  readonly database: Database;
  readonly pipeline: RequestPipeline;
  readonly membership: Membership;
  readonly history: History;
  private readonly links: ElectionLinks;
  private readonly election: FastLeaderElection;
  private state: ServerState = 'LOOKING';
  private phase: ZabPhase = 'ELECTION';
  /** Null while LOOKING. */
  private role: QuorumRole | null = null;
  /** While LOOKING. */
  private isReadOnly = false;
  /** When the last role ended; null while in broadcast. */
  private unavailableSinceMs: number | null = null;
  private electionSinceMs = 0;
  /** Dials on the quorum link whose outcome is not known. */
  private readonly dialling = new Set<Sid>();

  constructor(context: ServerContext, database: Database, pipeline: RequestPipeline) {
    this.context = context;
    this.database = database;
    this.pipeline = pipeline;
    this.membership = new Membership(context.config.sid, database.configs);
    this.history = new History(context, database);
    this.links = new ElectionLinks(context);
    this.election = new FastLeaderElection({
      context,
      membership: this.membership,
      links: this.links,
      state: () => this.state,
      onDecided: (leader) => this.beginRole(leader),
      onConfig: (config) => this.activate(config, null),
    });
  }

  /** The database is recovered. */
  start(): void {
    this.becomeLooking();
    this.settle();
  }

  // Events

  onPeerConnected(event: PeerEvent<'peerConnected'>): void {
    const { link, peer, connection, dialled } = event;
    if (link === 'election') {
      this.links.onConnected(peer, connection, dialled);
      return;
    }
    if (dialled) this.dialling.delete(peer);
    // While nobody leads here it is as if nobody listened.
    if (this.role === null) this.context.emit({ type: 'disconnectPeer', connection });
    else this.role.onConnected(peer, connection, dialled);
  }

  onPeerRefused({ link, peer }: PeerEvent<'peerRefused'>): void {
    if (link === 'election') {
      this.links.onRefused(peer);
    } else {
      this.dialling.delete(peer);
      this.role?.onRefused(peer);
    }
  }

  onPeerPacket({ link, peer, connection, bytes }: PeerEvent<'peerPacket'>): void {
    if (link === 'election') this.election.onPacket(peer, bytes);
    else this.role?.onPacket(connection, bytes);
  }

  onPeerDisconnected({ link, peer, connection }: PeerEvent<'peerDisconnected'>): void {
    if (link === 'election') this.links.onDisconnected(peer, connection);
    else this.role?.onDisconnected(connection);
  }

  onTimer(timer: QuorumTimer): void {
    switch (timer) {
      case 'notification':
        this.election.onNotificationTimer();
        return;
      case 'finalizeWait':
        this.election.onFinalizeTimer();
        return;
      case 'observerBackoff':
        this.settle();
        return;
      case 'readOnly':
        this.enterReadOnlyMode();
        return;
      default:
        this.role?.onTimer(timer);
    }
  }

  // What the roles ask

  setPhase(phase: ZabPhase): void {
    this.phase = phase;
    if (phase === 'BROADCAST') this.countUnavailable();
    const leader = this.role?.leader ?? null;
    this.context.trace({ type: 'stateChanged', state: this.state, phase, leader });
  }

  updateElectionVote(epoch: number): void {
    this.election.updateElectionVote(epoch);
  }

  dialLeader(leader: Sid): void {
    // An earlier role may have dialled it just now; its outcome serves as well.
    if (this.dialling.has(leader)) return;
    this.dialling.add(leader);
    this.context.emit({ type: 'connectPeer', link: 'quorum', peer: leader });
  }

  activate(config: DynamicConfig, designatedLeader: Sid | null): void {
    const { membership, role } = this;
    const wasObserver = membership.isObserver;
    if (!membership.commit(config)) return;
    this.context.trace({ type: 'configActivated', config: membership.text });
    if (role === null) return;
    const leader = designatedLeader ?? role.leader;
    const mayLead = membership.inForce.isVoter(leader);
    const isSame = leader === role.leader && wasObserver === membership.isObserver;
    if (!mayLead || !isSame) this.shutDown('reconfigured', mayLead ? leader : null);
  }

  shutDown(reason: string, nextLeader: Sid | null = null): void {
    assert(this.role !== null, 'no role to shut down');
    const { state, role } = this;
    this.role = null;
    role.end();
    this.context.trace({ type: 'roleEnded', state, reason });
    this.becomeLooking();
    if (nextLeader !== null) {
      this.settle(nextLeader);
    } else if (state === 'OBSERVING') {
      const waitMs = this.context.random.below(OBSERVER_BACKOFF_MAX_MS + 1);
      this.context.setTimer('observerBackoff', waitMs);
    } else {
      this.settle();
    }
  }

  // Replication

  propose(proposal: Proposal): void {
    if (this.role instanceof Leader) this.role.propose(proposal);
  }

  forward(request: QuorumRequest): void {
    this.role?.forward(request);
  }

  sync(request: QuorumRequest, done: () => void): void {
    const { role } = this;
    role?.sync(request, () => {
      if (this.role === role) done();
    });
  }

  revalidate(session: SessionTimeout, done: (valid: boolean) => void): void {
    const { role } = this;
    role?.revalidate(session, (valid) => {
      if (this.role === role) done(valid);
    });
  }

  isQuorumSynced(peers: readonly PeerSpec[]): boolean {
    return this.role instanceof Leader && this.role.isQuorumSynced(peers);
  }

  rollOver(): void {
    if (this.role !== null) this.shutDown('the zxid counter is used up');
  }

  status(): ReplicationStatus {
    const { state, phase, role } = this;
    return {
      state,
      phase,
      leader: role?.leader ?? null,
      epoch: role?.epoch ?? this.database.currentEpoch,
      ...(role?.counts() ?? NO_COUNTS),
      quorumSize: this.membership.inForce.voters.length,
    };
  }

  resetProposalStats(): void {
    if (this.role instanceof Leader) this.role.stats.reset();
  }

  // From one role to the next

  private becomeLooking(): void {
    this.state = 'LOOKING';
    this.context.metrics.counters.looking_count++;
    this.unavailableSinceMs ??= this.context.nowMs;
    this.setPhase('ELECTION');
  }

  /**
   * A vote is a promise about the log, so the disk must be still before it is cast. `nextLeader`: a
   * reconfiguration has designated it.
   */
  private settle(nextLeader: Sid | null = null): void {
    this.history.settle(() => {
      const { lastLoggedZxid, currentEpoch } = this.database;
      const epoch = epochOf(lastLoggedZxid);
      if (epoch <= currentEpoch) {
        if (nextLeader !== null) {
          this.electionSinceMs = this.context.nowMs;
          this.election.accept({ leader: nextLeader, zxid: lastLoggedZxid, peerEpoch: epoch });
          return;
        }
        this.electionSinceMs = this.context.nowMs;
        this.election.lookForLeader(lastLoggedZxid, currentEpoch);
        this.awaitReadOnlyMode();
        return;
      }
      // Synchronisation broke off before currentEpoch was written. Recovery does the same.
      this.history.run(
        (done) => this.database.setCurrentEpoch(epoch, done),
        () => this.settle(nextLeader),
      );
    });
  }

  private awaitReadOnlyMode(): void {
    const { readOnlyModeEnabled, tickTimeMs } = this.context.config;
    if (!readOnlyModeEnabled || this.role !== null) return;
    this.context.setTimer('readOnly', Math.max(READ_ONLY_GRACE_MIN_MS, tickTimeMs));
  }

  private enterReadOnlyMode(): void {
    if (this.role !== null || this.isReadOnly) return;
    this.isReadOnly = true;
    this.database.initConfig();
    this.pipeline.startServing('read-only', this.database.currentEpoch);
  }

  private leaveReadOnlyMode(): void {
    this.context.cancelTimer('readOnly');
    if (this.isReadOnly) this.pipeline.stopServing();
    this.isReadOnly = false;
  }

  private beginRole(leader: Sid): void {
    assert(this.role === null, 'a role is under way');
    this.leaveReadOnlyMode();
    const isLeader = leader === this.context.config.sid;
    const { isObserver } = this.membership;
    const { election_time } = this.context.metrics.summaries;
    if (!isObserver) election_time.add(this.context.nowMs - this.electionSinceMs);
    this.state = isLeader ? 'LEADING' : isObserver ? 'OBSERVING' : 'FOLLOWING';
    this.role = isLeader ? new Leader(this) : new Learner(this, leader, isObserver);
    this.role.begin();
  }

  private countUnavailable(): void {
    if (this.unavailableSinceMs === null) return;
    const { summaries } = this.context.metrics;
    const ms = this.context.nowMs - this.unavailableSinceMs;
    summaries.unavailable_time.add(ms);
    if (this.state === 'LEADING') summaries.leader_unavailable_time.add(ms);
    this.unavailableSinceMs = null;
  }
}
