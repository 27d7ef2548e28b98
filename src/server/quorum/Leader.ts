/**
 * The leader: finds an epoch that nobody has seen, brings a quorum to its own history, and then
 * broadcasts. Source: Leader; Zab (DSN 2011) §IV, whose NEWEPOCH is LEADERINFO here.
 * Invariants
 * 1. What the epoch files vouch for is written before anybody is told of it.
 * 2. Nothing is proposed before a quorum has acknowledged NEWLEADER.
 * 3. Proposals are committed in zxid order, each when a quorum has it in its log.
 * 4. An acknowledgement counts while it holds: a learner that is synchronised again may lose the
 *    end of its log, so its acknowledgements of what is not committed are taken back.
 */

import { assert } from '../../base/assert.ts';
import { OpCode } from '../../protocol/opcodes.ts';
import type { Zxid } from '../../protocol/zxid.ts';
import { epochOf, formatZxid, makeZxid, nextZxid, ZERO_ZXID } from '../../protocol/zxid.ts';
import type { PeerSpec, Sid } from '../config.ts';
import type { ServerContext } from '../context.ts';
import { type DynamicConfig, isVoterOf } from '../DynamicConfig.ts';
import type { Database } from '../database.ts';
import type { ConnectionId } from '../events.ts';
import type { Proposal, QuorumRequest, RequestPipeline, SessionTimeout } from '../replication.ts';
import { LearnerHandler } from './LearnerHandler.ts';
import type { ConnectedLearner, LearnerMaster } from './LearnerMaster.ts';
import { Learners } from './Learners.ts';
import type { Membership } from './Membership.ts';
import { type Outstanding, OutstandingProposals } from './OutstandingProposals.ts';
import { PendingSyncs } from './PendingSyncs.ts';
import { ProposalStats } from './ProposalStats.ts';
import { activationPackets, configOf, packet, proposalPacket } from './packets.ts';
import type { QuorumHost, QuorumRole, QuorumTimer, RoleCounts } from './QuorumRole.ts';
import { quorumVerifierFor } from './quorumVerifierFor.ts';
import { SyncedLearnerTracker } from './SyncedLearnerTracker.ts';
import { halfTickMs, initLimitMs } from './tickLimits.ts';

/** A leader that cannot get more than this committed steps down. */
const OUTSTANDING_PROPOSALS_MAX = 100_000;

export class Leader implements QuorumRole, LearnerMaster {
  readonly leader: Sid;
  readonly context: ServerContext;
  readonly database: Database;
  private readonly host: QuorumHost;
  /** -1 until a quorum of learners has said what it accepted. */
  private proposedEpoch = -1;
  private highestAccepted: number;
  private stage: 'discovery' | 'ackEpoch' | 'synchronization' | 'broadcast' | 'ended' = 'discovery';
  private isEpochSafe = false;
  private readonly connecting: SyncedLearnerTracker;
  private readonly electing: SyncedLearnerTracker;
  private readonly newLeaderAcks: SyncedLearnerTracker;
  readonly learners = new Learners();
  private readonly outstandingProposals = new OutstandingProposals();
  private lastProposed: Zxid;
  private readonly pendingSyncs = new PendingSyncs();
  readonly stats: ProposalStats;
  private halfTicks = 0;

  constructor(host: QuorumHost) {
    this.host = host;
    this.context = host.context;
    this.database = host.database;
    this.stats = new ProposalStats(host.context);
    this.leader = host.context.config.sid;
    this.highestAccepted = host.database.acceptedEpoch;
    const { verifier } = host.membership;
    this.connecting = new SyncedLearnerTracker(verifier);
    this.electing = new SyncedLearnerTracker(verifier);
    this.newLeaderAcks = new SyncedLearnerTracker(verifier);
    this.lastProposed = host.database.lastLoggedZxid;
  }

  get epoch(): number {
    return this.proposedEpoch < 0 ? this.database.currentEpoch : this.proposedEpoch;
  }

  get membership(): Membership {
    return this.host.membership;
  }

  get isEstablished(): boolean {
    return this.stage === 'broadcast';
  }

  get pipeline(): RequestPipeline {
    return this.host.pipeline;
  }

  get tick(): number {
    return Math.floor(this.halfTicks / 2);
  }

  // Discovery

  begin(): void {
    this.host.setPhase('DISCOVERY');
    this.context.setTimer('initLimit', initLimitMs(this.context.config));
    this.connecting.addAck(this.leader);
    this.chooseEpoch();
  }

  getEpochToPropose(handler: ConnectedLearner, acceptedEpoch: number): void {
    if (this.stage === 'discovery') {
      this.highestAccepted = Math.max(this.highestAccepted, acceptedEpoch);
      if (!handler.isObserver) this.connecting.addAck(handler.sid);
      this.chooseEpoch();
    } else if (acceptedEpoch > this.proposedEpoch && this.mayObject(handler)) {
      // Departs: ZooKeeper goes on, and the learner comes back in vain until the next election.
      this.host.shutDown(`S${handler.sid} accepted the later epoch ${acceptedEpoch}`);
    } else if (this.isEpochSafe) {
      handler.sendLeaderInfo(this.proposedEpoch);
    }
  }

  waitForEpochAck(handler: ConnectedLearner, currentEpoch: number, lastZxid: Zxid): void {
    if (this.stage !== 'ackEpoch') {
      handler.syncFollower();
      return;
    }
    const hasAcceptedBefore = currentEpoch === -1;
    if (this.mayObject(handler) && !hasAcceptedBefore && this.isAhead(currentEpoch, lastZxid)) {
      const reason = `its history (epoch ${currentEpoch}, ${formatZxid(lastZxid)}) is longer`;
      this.context.trace({ type: 'refused', from: handler.sid, what: 'ACKEPOCH', reason });
      this.host.shutDown(`S${handler.sid} is ahead of this leader`);
      return;
    }
    if (!hasAcceptedBefore && !handler.isObserver) this.electing.addAck(handler.sid);
    this.finishElection();
  }

  private chooseEpoch(): void {
    if (!this.connecting.hasSid(this.leader) || !this.connecting.hasQuorum()) return;
    this.stage = 'ackEpoch';
    const epoch = this.highestAccepted + 1;
    this.proposedEpoch = epoch;
    this.host.membership.setFirstVersion(makeZxid(epoch, 0));
    this.durably(
      (done) => this.database.setAcceptedEpoch(epoch, done),
      () => {
        this.isEpochSafe = true;
        this.context.setTimer('initLimit', initLimitMs(this.context.config));
        for (const handler of this.learners.all) handler.sendLeaderInfo(epoch);
        this.electing.addAck(this.leader);
        this.finishElection();
      },
    );
  }

  /** What others than voters have heard of is no reason for a leader to go. */
  private mayObject({ sid, isObserver }: ConnectedLearner): boolean {
    return !isObserver && this.membership.verifier.isVoter(sid);
  }

  private isAhead(currentEpoch: number, lastZxid: Zxid): boolean {
    const own = this.database.currentEpoch;
    return currentEpoch > own || (currentEpoch === own && lastZxid > this.database.lastLoggedZxid);
  }

  // Synchronisation

  private finishElection(): void {
    if (!this.electing.hasSid(this.leader) || !this.electing.hasQuorum()) return;
    const epoch = this.proposedEpoch;
    this.stage = 'synchronization';
    this.lastProposed = makeZxid(epoch, 0);
    this.host.setPhase('SYNCHRONIZATION');
    this.context.setTimer('initLimit', initLimitMs(this.context.config));
    for (const handler of this.learners.all) handler.syncFollower();
    this.durably(
      (done) => this.database.setCurrentEpoch(epoch, done),
      () => {
        this.newLeaderAcks.addAck(this.leader);
        this.establish();
      },
    );
  }

  startForwarding(handler: ConnectedLearner): void {
    this.learners.startForwarding(handler);
    if (handler.isObserver) return;
    for (const { proposal, outgoing } of this.outstandingProposals.takeBackAcks(handler.sid)) {
      handler.sendProposal(proposal.zxid, outgoing);
    }
  }

  waitForNewLeaderAck(handler: ConnectedLearner): void {
    if (this.stage === 'broadcast') {
      handler.sendUpToDate();
      return;
    }
    if (!handler.isObserver) this.newLeaderAcks.addAck(handler.sid);
    this.establish();
  }

  private establish(): void {
    if (!this.newLeaderAcks.hasSid(this.leader) || !this.newLeaderAcks.hasQuorum()) return;
    const epoch = this.proposedEpoch;
    this.context.cancelTimer('initLimit');
    const quorum = this.newLeaderAcks.sids();
    this.context.trace({ type: 'leaderEstablished', epoch, quorum });
    this.host.history.commitAll();
    this.host.updateElectionVote(epoch);
    if (!this.activateLastSeen()) return;
    this.stage = 'broadcast';
    this.host.setPhase('BROADCAST');
    this.context.setTimer('leaderPing', halfTickMs(this.context.config));
    this.database.initConfig();
    this.host.pipeline.startServing('leader', epoch);
    this.learners.sendUpToDate();
  }

  /**
   * Completes a reconfiguration that an earlier leader left. False if there is no place in it for
   * this leader: those who are in sync know the configuration, and elect another.
   */
  private activateLastSeen(): boolean {
    const { lastSeen } = this.host.membership;
    const mayLead = isVoterOf(lastSeen, this.leader);
    if (!mayLead) this.learners.sendUpToDate();
    this.host.activate(lastSeen, mayLead ? this.leader : null);
    return mayLead;
  }

  // Broadcast

  propose(proposal: Proposal): void {
    const { zxid, bytes } = proposal;
    assert(this.stage === 'broadcast', 'proposal before a quorum is in sync');
    assert(epochOf(zxid) === this.proposedEpoch, () => `${formatZxid(zxid)} is of another epoch`);
    assert(zxid === nextZxid(this.lastProposed), () => `${formatZxid(zxid)} is not the next zxid`);
    if (this.outstandingProposals.size === OUTSTANDING_PROPOSALS_MAX) {
      this.host.shutDown('too many proposals are outstanding');
      return;
    }
    this.lastProposed = zxid;
    this.stats.onProposed(proposal);
    if (this.context.isTracing) this.context.trace({ type: 'proposed', zxid, txn: bytes });
    const outgoing = proposalPacket('PROPOSAL', proposal);
    const config = configOf(proposal);
    if (config !== null) this.host.membership.setLastSeen(config);
    this.outstandingProposals.add(proposal, outgoing, this.host.membership.verifier);
    this.learners.sendProposal(zxid, outgoing);
    this.host.history.append(proposal, () => {
      if (this.stage !== 'broadcast') return;
      this.stats.onLogged(proposal);
      this.ack(this.leader, zxid);
    });
  }

  processAck(handler: ConnectedLearner, zxid: Zxid): void {
    if (!handler.isObserver) this.ack(handler.sid, zxid);
  }

  private ack(from: Sid, zxid: Zxid): void {
    const acked = this.outstandingProposals.ack(from, zxid);
    if (acked === null) return;
    this.stats.onAck(from, acked.proposal);
    const acks = acked.acks.size;
    if (this.context.isTracing) this.context.trace({ type: 'acked', zxid, from, acks });
    this.tryToCommit();
  }

  private tryToCommit(): void {
    while (this.stage === 'broadcast') {
      const next = this.outstandingProposals.takeCommitted();
      if (next === null) return;
      const config = configOf(next.proposal);
      if (config === null) this.commit(next.proposal);
      else this.commitReconfig(next, config);
    }
  }

  private commit(proposal: Proposal): void {
    const commit = packet('COMMIT', { zxid: proposal.zxid });
    this.learners.sendCommit(commit, () => proposalPacket('INFORM', proposal));
    this.stats.onCommitted(proposal);
    this.apply(proposal);
  }

  /**
   * A leader that does not lead under the new configuration is done when it has told the others: it
   * commits nothing more, and all of them follow the designated leader without an election.
   */
  private commitReconfig({ proposal, acks }: Outstanding, config: DynamicConfig): void {
    const change = { from: this.membership.committed, to: config };
    const designated = this.outstandingProposals.designatedLeader(this.leader, change, acks);
    const { commit, inform } = activationPackets(proposal, designated);
    this.learners.sendCommit(commit, () => inform);
    this.host.activate(config, designated);
    if (this.stage !== 'broadcast') return;
    this.outstandingProposals.judgeBy(this.membership.verifier);
    this.apply(proposal);
  }

  private apply(proposal: Proposal): void {
    this.host.history.commit(proposal, (p) => this.host.pipeline.commit(p));
    for (const done of this.pendingSyncs.take(proposal.zxid)) done();
  }

  isQuorumSynced(peers: readonly PeerSpec[]): boolean {
    const synced = new Set([this.leader, ...this.learners.syncedFollowerSids()]);
    return quorumVerifierFor(peers).containsQuorum(synced);
  }

  // Requests

  sync(_request: QuorumRequest, done: () => void): void {
    if (this.outstandingProposals.size === 0) done();
    else this.pendingSyncs.add(this.lastProposed, done);
  }

  forward(_request: QuorumRequest): void {
    assert(false, 'a leader forwards nothing');
  }

  revalidate(_session: SessionTimeout, _done: (valid: boolean) => void): void {
    assert(false, 'a leader knows its sessions');
  }

  onRequest(handler: ConnectedLearner, request: QuorumRequest): void {
    if (request.opcode === OpCode.sync) {
      this.sync(request, () => handler.send(packet('SYNC', { zxid: ZERO_ZXID, text: 'sync' })));
    } else {
      this.host.pipeline.submit(request, handler.sid);
    }
  }

  // Links and time

  onConnected(peer: Sid, connection: ConnectionId, dialled: boolean): void {
    if (dialled) return this.context.emit({ type: 'disconnectPeer', connection });
    for (const handler of this.learners.all) {
      if (handler.sid === peer) this.removeLearner(handler, 'it has connected again');
    }
    this.learners.add(new LearnerHandler(this, peer, connection));
  }

  /** Of a dial that an earlier role left behind. */
  onRefused(_peer: Sid): void {}

  onPacket(connection: ConnectionId, bytes: Uint8Array): void {
    this.learners.get(connection)?.onPacket(bytes);
  }

  onDisconnected(connection: ConnectionId): void {
    const handler = this.learners.get(connection);
    if (handler === undefined) return;
    handler.onDisconnected();
    this.removeLearner(handler, 'the connection was closed');
  }

  removeLearner(handler: ConnectedLearner, reason: string): void {
    if (!this.learners.remove(handler)) return;
    handler.close();
    this.context.trace({ type: 'learnerLost', learner: handler.sid, reason });
  }

  onTimer(timer: QuorumTimer): void {
    if (timer === 'initLimit') {
      this.host.shutDown(`no quorum within initLimit (${this.stage})`);
    } else if (timer === 'leaderPing') {
      this.halfTicks++;
      if (this.halfTicks % 2 === 0 && !this.checkQuorum()) {
        this.host.shutDown('no quorum of learners was heard of within syncLimit');
        return;
      }
      for (const handler of this.learners.all) handler.ping(this.lastProposed);
      this.context.setTimer('leaderPing', halfTickMs(this.context.config));
    }
  }

  counts(): RoleCounts {
    return {
      ...this.learners.counts(this.membership.inForce),
      pendingSyncs: this.pendingSyncs.size,
      proposalBytes: this.stats,
    };
  }

  end(): void {
    const isServing = this.stage === 'broadcast';
    this.stage = 'ended';
    if (isServing) this.host.pipeline.stopServing();
    this.learners.close();
    this.context.cancelTimer('initLimit');
    this.context.cancelTimer('leaderPing');
  }

  private checkQuorum(): boolean {
    const alive = new SyncedLearnerTracker(this.host.membership.verifier);
    for (const sid of [this.leader, ...this.learners.aliveSids()]) alive.addAck(sid);
    const hasQuorum = alive.hasQuorum();
    this.context.trace({ type: 'quorumChecked', synced: alive.sids(), hasQuorum });
    return hasQuorum;
  }

  private durably(work: (onDurable: () => void) => void, then: () => void): void {
    this.host.history.run(work, () => this.stage !== 'ended' && then());
  }
}
