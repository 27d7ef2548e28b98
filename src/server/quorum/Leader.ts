/**
 * The leader: finds an epoch that nobody has seen, brings a quorum to its own history, and then
 * broadcasts. Source: Leader; Zab (DSN 2011) §IV, whose NEWEPOCH is LEADERINFO here.
 *
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
import type { Sid } from '../config.ts';
import type { ServerContext } from '../context.ts';
import type { Database } from '../database.ts';
import type { ConnectionId } from '../events.ts';
import type { Proposal, QuorumRequest, SessionTimeout } from '../replication.ts';
import { LearnerHandler } from './LearnerHandler.ts';
import type { ConnectedLearner, LearnerMaster } from './LearnerMaster.ts';
import { PendingSyncs } from './PendingSyncs.ts';
import { ProposalStats } from './ProposalStats.ts';
import type { OutgoingPacket } from './packets.ts';
import { packet, proposalPacket } from './packets.ts';
import type { QuorumHost, QuorumRole, QuorumTimer, RoleCounts } from './QuorumRole.ts';
import { SyncedLearnerTracker } from './SyncedLearnerTracker.ts';

/** A leader that cannot get more than this committed steps down. */
const OUTSTANDING_PROPOSALS_MAX = 100_000;

interface Outstanding {
  readonly proposal: Proposal;
  readonly outgoing: OutgoingPacket;
  readonly acks: SyncedLearnerTracker;
}

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
  private readonly handlers = new Map<ConnectionId, LearnerHandler>();
  /** Those that get proposals, or commits if they observe. */
  private readonly forwarding = new Set<ConnectedLearner>();
  /** In zxid order. */
  private readonly outstandingProposals = new Map<Zxid, Outstanding>();
  private lastProposed: Zxid;
  private readonly pendingSyncs = new PendingSyncs();
  private readonly stats = new ProposalStats();
  private ticks = 0;
  private isHalfTick = true;

  constructor(host: QuorumHost) {
    this.host = host;
    this.context = host.context;
    this.database = host.database;
    this.leader = host.context.config.sid;
    this.highestAccepted = host.database.acceptedEpoch;
    this.connecting = new SyncedLearnerTracker(host.verifier);
    this.electing = new SyncedLearnerTracker(host.verifier);
    this.newLeaderAcks = new SyncedLearnerTracker(host.verifier);
    this.lastProposed = host.database.lastLoggedZxid;
  }

  get epoch(): number {
    return this.proposedEpoch < 0 ? this.database.currentEpoch : this.proposedEpoch;
  }

  get tick(): number {
    return this.ticks;
  }

  // Discovery

  begin(): void {
    this.host.setPhase('DISCOVERY');
    this.restartInitLimit();
    this.connecting.addAck(this.leader);
    this.chooseEpoch();
  }

  getEpochToPropose(handler: ConnectedLearner, acceptedEpoch: number): void {
    if (this.stage === 'discovery') {
      this.highestAccepted = Math.max(this.highestAccepted, acceptedEpoch);
      if (!handler.isObserver) this.connecting.addAck(handler.sid);
      this.chooseEpoch();
    } else if (acceptedEpoch > this.proposedEpoch && !handler.isObserver) {
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
    if (!hasAcceptedBefore && this.isAhead(currentEpoch, lastZxid)) {
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
    this.durably(
      (done) => this.database.setAcceptedEpoch(epoch, done),
      () => {
        this.isEpochSafe = true;
        this.restartInitLimit();
        for (const handler of this.handlers.values()) handler.sendLeaderInfo(epoch);
        this.electing.addAck(this.leader);
        this.finishElection();
      },
    );
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
    this.restartInitLimit();
    for (const handler of [...this.handlers.values()]) handler.syncFollower();
    this.durably(
      (done) => this.database.setCurrentEpoch(epoch, done),
      () => {
        this.newLeaderAcks.addAck(this.leader);
        this.establish();
      },
    );
  }

  startForwarding(handler: ConnectedLearner): void {
    this.forwarding.add(handler);
    if (handler.isObserver) return;
    for (const { acks, proposal, outgoing } of this.outstandingProposals.values()) {
      acks.removeAck(handler.sid);
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
    this.stage = 'broadcast';
    this.context.cancelTimer('initLimit');
    const quorum = this.newLeaderAcks.sids();
    this.context.trace({ type: 'leaderEstablished', epoch, quorum });
    this.host.history.commitAll();
    this.host.updateElectionVote(epoch);
    this.host.setPhase('BROADCAST');
    this.context.setTimer('leaderPing', this.halfTickMs());
    this.database.initConfig();
    this.host.pipeline.startServing('leader', epoch);
    for (const handler of this.handlers.values()) handler.sendUpToDate();
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
    this.stats.add(bytes.length);
    if (this.context.isTracing) this.context.trace({ type: 'proposed', zxid, txn: bytes });
    const outgoing = proposalPacket('PROPOSAL', proposal);
    const acks = new SyncedLearnerTracker(this.host.verifier);
    this.outstandingProposals.set(zxid, { proposal, outgoing, acks });
    for (const handler of this.forwarding) {
      if (!handler.isObserver) handler.sendProposal(zxid, outgoing);
    }
    this.host.history.append(proposal, () => {
      if (this.stage === 'broadcast') this.ack(this.leader, zxid);
    });
  }

  processAck(handler: ConnectedLearner, zxid: Zxid): void {
    if (!handler.isObserver) this.ack(handler.sid, zxid);
  }

  private ack(from: Sid, zxid: Zxid): void {
    // Nothing is found when a quorum without `from` has committed it.
    const acks = this.outstandingProposals.get(zxid)?.acks;
    if (!acks?.addAck(from)) return;
    if (this.context.isTracing) this.context.trace({ type: 'acked', zxid, from, acks: acks.size });
    this.tryToCommit();
  }

  private tryToCommit(): void {
    for (const [zxid, { proposal, acks }] of this.outstandingProposals) {
      if (!acks.hasQuorum()) return;
      this.outstandingProposals.delete(zxid);
      this.commit(proposal);
      if (this.stage !== 'broadcast') return;
    }
  }

  private commit(proposal: Proposal): void {
    const { zxid } = proposal;
    const outgoing = packet('COMMIT', { zxid });
    let inform: OutgoingPacket | null = null;
    for (const handler of this.forwarding) {
      if (handler.isObserver) inform ??= proposalPacket('INFORM', proposal);
      handler.send(handler.isObserver && inform !== null ? inform : outgoing);
    }
    this.host.history.commit(proposal, (p) => this.host.pipeline.commit(p));
    for (const done of this.pendingSyncs.take(zxid)) done();
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

  touch(sessions: readonly SessionTimeout[]): void {
    this.host.pipeline.touch(sessions);
  }

  revalidateSession(handler: ConnectedLearner, session: SessionTimeout): boolean {
    return this.host.pipeline.revalidateFor(session, handler.sid);
  }

  // Links and time

  onConnected(peer: Sid, connection: ConnectionId, dialled: boolean): void {
    const isMember = this.context.config.peers.some(({ sid }) => sid === peer);
    if (dialled || !isMember) {
      this.context.emit({ type: 'disconnectPeer', connection });
      return;
    }
    for (const handler of this.handlers.values()) {
      if (handler.sid === peer) this.removeLearner(handler, 'it has connected again');
    }
    this.handlers.set(connection, new LearnerHandler(this, peer, connection));
  }

  /** Of a dial that an earlier role left behind. */
  onRefused(_peer: Sid): void {}

  onPacket(connection: ConnectionId, bytes: Uint8Array): void {
    this.handlers.get(connection)?.onPacket(bytes);
  }

  onDisconnected(connection: ConnectionId): void {
    const handler = this.handlers.get(connection);
    if (handler === undefined) return;
    handler.onDisconnected();
    this.removeLearner(handler, 'the connection was closed');
  }

  removeLearner(handler: ConnectedLearner, reason: string): void {
    if (!this.handlers.delete(handler.connection)) return;
    this.forwarding.delete(handler);
    handler.close();
    this.context.trace({ type: 'learnerLost', learner: handler.sid, reason });
  }

  onTimer(timer: QuorumTimer): void {
    if (timer === 'initLimit') {
      this.host.shutDown(`no quorum within initLimit (${this.stage})`);
    } else if (timer === 'leaderPing') {
      this.isHalfTick = !this.isHalfTick;
      if (this.isHalfTick && !this.checkQuorum()) {
        this.host.shutDown('no quorum of learners was heard of within syncLimit');
        return;
      }
      for (const handler of [...this.handlers.values()]) handler.ping(this.lastProposed);
      this.context.setTimer('leaderPing', this.halfTickMs());
    }
  }

  counts(): RoleCounts {
    const synced = [...this.handlers.values()].filter((handler) => handler.isSynced);
    const syncedObservers = synced.filter((handler) => handler.isObserver).length;
    const { last, min, max } = this.stats;
    return {
      learners: this.handlers.size,
      syncedFollowers: synced.length - syncedObservers,
      syncedObservers,
      pendingSyncs: this.pendingSyncs.size,
      proposalBytes: { last, min, max },
    };
  }

  end(): void {
    const isServing = this.stage === 'broadcast';
    this.stage = 'ended';
    if (isServing) this.host.pipeline.stopServing();
    for (const handler of this.handlers.values()) handler.close();
    this.handlers.clear();
    this.forwarding.clear();
    this.context.cancelTimer('initLimit');
    this.context.cancelTimer('leaderPing');
  }

  private checkQuorum(): boolean {
    this.ticks++;
    const alive = new SyncedLearnerTracker(this.host.verifier);
    alive.addAck(this.leader);
    for (const handler of this.handlers.values()) if (handler.isAlive) alive.addAck(handler.sid);
    const hasQuorum = alive.hasQuorum();
    this.context.trace({ type: 'quorumChecked', synced: alive.sids(), hasQuorum });
    return hasQuorum;
  }

  private durably(work: (onDurable: () => void) => void, then: () => void): void {
    this.host.history.run(work, () => {
      if (this.stage !== 'ended') then();
    });
  }

  private restartInitLimit(): void {
    const { tickTimeMs, initLimitTicks } = this.context.config;
    this.context.setTimer('initLimit', tickTimeMs * initLimitTicks);
  }

  private halfTickMs(): number {
    return Math.floor(this.context.config.tickTimeMs / 2);
  }
}
