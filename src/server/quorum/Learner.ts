/**
 * What followers and observers have in common: they find their leader, agree on its epoch, take
 * over its history, and then serve clients while they listen. Source: Learner, Follower, Observer;
 * Zab (DSN 2011) §IV, whose CEPOCH is FOLLOWERINFO here and whose ACK-E is ACKEPOCH.
 *
 * Packets that arrive while the disk works on an earlier one wait, and are handled in order.
 */

import { assert } from '../../base/assert.ts';
import { RingBuffer } from '../../base/RingBuffer.ts';
import { decode, decodePrefix, encode } from '../../protocol/codec.ts';
import { opName } from '../../protocol/opcodes.ts';
import {
  AckEpoch,
  ForwardedRequest,
  LEARNER_PROTOCOL_VERSION,
  LearnerInfo,
  PingReply,
  packetName,
  QuorumPacket,
  RevalidateReply,
  RevalidateRequest,
} from '../../protocol/quorumPackets.ts';
import { epochOf, makeZxid } from '../../protocol/zxid.ts';
import type { Sid } from '../config.ts';
import type { ConnectionId } from '../events.ts';
import type { QuorumRequest, SessionTimeout } from '../replication.ts';
import { Follower } from './Follower.ts';
import type { LeftOver } from './LearnerSync.ts';
import { LearnerSync } from './LearnerSync.ts';
import { Observer } from './Observer.ts';
import type { OutgoingPacket } from './packets.ts';
import { commitOf, packet, proposalOf } from './packets.ts';
import type { QuorumHost, QuorumRole, QuorumTimer, RoleCounts } from './QuorumRole.ts';
import { initLimitMs, syncLimitMs } from './tickLimits.ts';

const CONNECT_TRIES = 5;
const CONNECT_RETRY_MS = 100;
const PACKETS_WAITING_MAX = 200_000;
/** Far above what the limits per connection let through. */
const PENDING_MAX = 1_000_000;

export class Learner implements QuorumRole {
  readonly leader: Sid;
  private readonly host: QuorumHost;
  private readonly isObserver: boolean;
  private readonly follower: Follower;
  private readonly observer: Observer;
  private stage: 'connecting' | 'discovery' | 'synchronization' | 'broadcast' | 'ended' =
    'connecting';
  private connection: ConnectionId | null = null;
  private tries = 0;
  private hasHeard = false;
  private lastHeardMs = 0;
  private newEpoch: number | null = null;
  private synchronization: LearnerSync | null = null;
  private isHolding = false;
  private syncSinceMs = 0;
  private readonly waiting = new RingBuffer<Uint8Array>(PACKETS_WAITING_MAX);
  private readonly pendingSyncs: (() => void)[] = [];
  private readonly pendingRevalidations = new Map<bigint, ((valid: boolean) => void)[]>();

  constructor(host: QuorumHost, leader: Sid, isObserver: boolean) {
    this.host = host;
    this.leader = leader;
    this.isObserver = isObserver;
    this.follower = new Follower(host, (outgoing) => this.send(outgoing));
    this.observer = new Observer(host);
  }

  get epoch(): number {
    return this.newEpoch ?? this.host.database.currentEpoch;
  }

  // Connecting

  begin(): void {
    const { context } = this.host;
    this.host.setPhase('DISCOVERY');
    context.setTimer('initLimit', initLimitMs(context.config));
    this.connectToLeader();
  }

  onConnected(peer: Sid, connection: ConnectionId, dialled: boolean): void {
    const { context, database } = this.host;
    if (!dialled || peer !== this.leader || this.connection !== null) {
      context.emit({ type: 'disconnectPeer', connection });
      return;
    }
    this.connection = connection;
    this.stage = 'discovery';
    const { sid } = context.config;
    const info = {
      sid,
      protocolVersion: LEARNER_PROTOCOL_VERSION,
      configVersion: this.host.membership.committed.version,
    };
    const epoch = database.acceptedEpoch;
    const data = encode(LearnerInfo, info);
    const content = { zxid: makeZxid(epoch, 0), data, text: `accepted epoch ${epoch}` };
    this.send(packet(this.isObserver ? 'OBSERVERINFO' : 'FOLLOWERINFO', content));
  }

  onRefused(peer: Sid): void {
    if (peer === this.leader && this.stage === 'connecting') this.retry();
  }

  /** A connection that dies before the leader said anything is as good as refused. */
  onDisconnected(connection: ConnectionId): void {
    if (connection !== this.connection) return;
    this.connection = null;
    if (this.hasHeard) {
      this.host.shutDown('the connection to the leader was closed');
    } else {
      this.stage = 'connecting';
      this.retry();
    }
  }

  private connectToLeader(): void {
    this.tries++;
    this.host.dialLeader(this.leader);
  }

  private retry(): void {
    if (this.tries === CONNECT_TRIES) this.host.shutDown('the leader cannot be reached');
    else this.host.context.setTimer('connectLeader', CONNECT_RETRY_MS);
  }

  // Packets

  onPacket(connection: ConnectionId, bytes: Uint8Array): void {
    if (connection !== this.connection) return;
    this.hasHeard = true;
    this.lastHeardMs = this.host.context.nowMs;
    if (this.waiting.size === PACKETS_WAITING_MAX) {
      this.host.shutDown('the leader sends faster than the disk writes');
      return;
    }
    this.waiting.push(bytes);
    this.drain();
  }

  private drain(): void {
    while (!this.isHolding && !this.hasEnded()) {
      const bytes = this.waiting.shift();
      if (bytes === undefined) return;
      const decoded = decodePrefix(QuorumPacket, bytes);
      const problem = decoded.ok
        ? this.handle(decoded.value.value, bytes.subarray(decoded.value.consumed))
        : decoded.error.message;
      if (problem !== null) this.refuse(problem);
    }
  }

  /** Returns why the packet cannot be, or null. */
  private handle(p: QuorumPacket, stream: Uint8Array): string | null {
    if (this.stage === 'broadcast') return this.onBroadcast(p);
    if (this.synchronization !== null) return this.synchronization.onPacket(p, stream);
    return this.onLeaderInfo(p);
  }

  private hold(work: (onDurable: () => void) => void, then: () => void): void {
    this.isHolding = true;
    this.host.history.run(work, () => {
      if (this.hasEnded()) return;
      this.isHolding = false;
      then();
      this.drain();
    });
  }

  // Discovery and synchronisation

  private onLeaderInfo(p: QuorumPacket): string | null {
    const name = packetName(p.type);
    const { acceptedEpoch } = this.host.database;
    const newEpoch = epochOf(p.zxid);
    if (name !== 'LEADERINFO') return `${name ?? p.type} before LEADERINFO`;
    if (newEpoch < acceptedEpoch) return `epoch ${newEpoch} is below the accepted ${acceptedEpoch}`;
    this.newEpoch = newEpoch;
    if (newEpoch === acceptedEpoch) {
      this.ackEpoch(newEpoch, -1);
    } else {
      this.hold(
        (done) => this.host.database.setAcceptedEpoch(newEpoch, done),
        () => this.ackEpoch(newEpoch, this.host.database.currentEpoch),
      );
    }
    return null;
  }

  /** `currentEpoch` -1: this epoch was promised before, and does not count twice. */
  private ackEpoch(epoch: number, currentEpoch: number): void {
    const { host } = this;
    const zxid = host.database.lastLoggedZxid;
    const data = encode(AckEpoch, { currentEpoch });
    this.send(packet('ACKEPOCH', { zxid, data, text: `epoch ${epoch} accepted` }));
    this.stage = 'synchronization';
    this.syncSinceMs = host.context.nowMs;
    this.synchronization = new LearnerSync({
      host,
      epoch,
      send: (outgoing) => this.send(outgoing),
      hold: (work, then) => this.hold(work, then),
      onUpToDate: (leftOver) => this.startServing(epoch, leftOver),
    });
    host.setPhase('SYNCHRONIZATION');
  }

  private startServing(epoch: number, { proposals, committed, config }: LeftOver): void {
    const { host } = this;
    if (config !== null) host.activate(config, null);
    if (this.hasEnded()) return;
    this.stage = 'broadcast';
    this.synchronization = null;
    host.context.cancelTimer('initLimit');
    host.context.setTimer('syncLimit', syncLimitMs(host.context.config));
    host.history.commitAll();
    host.updateElectionVote(epoch);
    host.setPhase('BROADCAST');
    const { follower_sync_time, observer_sync_time } = host.context.metrics.summaries;
    const syncTime = this.isObserver ? observer_sync_time : follower_sync_time;
    syncTime.add(host.context.nowMs - this.syncSinceMs);
    host.database.initConfig();
    host.pipeline.startServing(this.isObserver ? 'observer' : 'follower', epoch);
    if (!this.isObserver) for (const proposal of proposals) this.follower.logRequest(proposal);
    committed.forEach((commit, i) => {
      const proposal = proposals[i];
      if (this.hasEnded() || proposal === undefined) return;
      if (this.isObserver) this.observer.commitRequest(proposal, commit.designatedLeader);
      else this.follower.commit(commit);
    });
  }

  // Broadcast

  private onBroadcast(p: QuorumPacket): string | null {
    const name = packetName(p.type);
    const { counters } = this.host.context.metrics;
    switch (name) {
      case 'PROPOSAL':
      case 'INFORM':
      case 'INFORMANDACTIVATE': {
        const proposal = proposalOf(p);
        if (proposal === undefined) return `${name} without a txn`;
        if ((name !== 'PROPOSAL') !== this.isObserver) return `${name} for another kind of learner`;
        if (name === 'INFORM') counters.learner_commit_received_count++;
        if (name === 'PROPOSAL') counters.learner_proposal_received_count++;
        if (this.isObserver) this.observer.commitRequest(proposal, commitOf(p).designatedLeader);
        else this.follower.logRequest(proposal);
        return null;
      }
      case 'COMMIT':
      case 'COMMITANDACTIVATE':
        if (this.isObserver) return `${name} for an observer`;
        if (name === 'COMMIT') counters.learner_commit_received_count++;
        this.follower.commit(commitOf(p));
        return null;
      case 'PING':
        this.onPing(p);
        return null;
      case 'SYNC':
        counters.request_commit_queued++;
        this.pendingSyncs.shift()?.();
        return null;
      case 'REVALIDATE':
        return this.onRevalidate(p);
      default:
        return `${name ?? p.type} for a learner that serves`;
    }
  }

  private onPing({ zxid }: QuorumPacket): void {
    const { context, pipeline } = this.host;
    const touched = pipeline
      .takeTouched()
      .map(({ sessionId, timeoutMs }) => ({ sessionId, timeout: timeoutMs }));
    const text = `pong, ${touched.length} sessions`;
    this.send(packet('PING', { zxid, data: encode(PingReply, { touched }), text }));
    context.setTimer('syncLimit', syncLimitMs(context.config));
  }

  private onRevalidate(p: QuorumPacket): string | null {
    const decoded = decode(RevalidateReply, p.data ?? new Uint8Array(0));
    if (!decoded.ok) return decoded.error.message;
    const { sessionId, valid } = decoded.value;
    const waiting = this.pendingRevalidations.get(sessionId) ?? [];
    const done = waiting.shift();
    if (waiting.length === 0) this.pendingRevalidations.delete(sessionId);
    done?.(valid);
    return null;
  }

  // Requests

  forward(request: QuorumRequest): void {
    const { sessionId, cxid, opcode, body, authinfo } = request;
    const data = encode(ForwardedRequest, { sessionId, cxid, opcode, body });
    const text = `${opName(opcode) ?? opcode} 0x${sessionId.toString(16)}`;
    this.send(packet('REQUEST', { data, authinfo, text }));
  }

  sync(request: QuorumRequest, done: () => void): void {
    assert(this.pendingSyncs.length < PENDING_MAX, 'too many syncs are pending');
    this.pendingSyncs.push(done);
    this.forward(request);
  }

  revalidate({ sessionId, timeoutMs }: SessionTimeout, done: (valid: boolean) => void): void {
    assert(this.pendingRevalidations.size < PENDING_MAX, 'too many sessions are revalidated');
    const waiting = this.pendingRevalidations.get(sessionId);
    if (waiting) waiting.push(done);
    else this.pendingRevalidations.set(sessionId, [done]);
    const data = encode(RevalidateRequest, { sessionId, timeout: timeoutMs });
    this.send(packet('REVALIDATE', { data, text: `session 0x${sessionId.toString(16)}` }));
  }

  // Time, and the end

  onTimer(timer: QuorumTimer): void {
    if (timer === 'connectLeader') {
      if (this.stage === 'connecting') this.connectToLeader();
    } else if (timer === 'initLimit') {
      this.host.shutDown(`not in sync within initLimit (${this.stage})`);
    } else if (timer === 'syncLimit') {
      this.checkSyncLimit();
    }
  }

  counts(): RoleCounts {
    return {
      learners: 0,
      syncedFollowers: 0,
      syncedNonVotingFollowers: 0,
      syncedObservers: 0,
      pendingSyncs: this.pendingSyncs.length,
      proposalBytes: { last: -1, min: -1, max: -1 },
    };
  }

  end(): void {
    const { context, pipeline } = this.host;
    const isServing = this.stage === 'broadcast';
    this.stage = 'ended';
    if (isServing) pipeline.stopServing();
    if (this.connection !== null) {
      context.emit({ type: 'disconnectPeer', connection: this.connection });
      this.connection = null;
    }
    context.cancelTimer('connectLeader');
    context.cancelTimer('initLimit');
    context.cancelTimer('syncLimit');
  }

  /** Only pings move the timer, so that it is not set anew by every packet. */
  private checkSyncLimit(): void {
    const { context } = this.host;
    const leftMs = this.lastHeardMs + syncLimitMs(context.config) - context.nowMs;
    if (leftMs > 0) context.setTimer('syncLimit', leftMs);
    else this.host.shutDown('nothing heard of the leader for syncLimit');
  }

  private hasEnded(): boolean {
    return this.stage === 'ended';
  }

  private send(outgoing: OutgoingPacket): void {
    if (this.connection === null) return;
    this.host.context.emit({ type: 'sendPeer', connection: this.connection, ...outgoing });
  }

  private refuse(reason: string): void {
    const { leader } = this;
    this.host.context.trace({ type: 'refused', from: leader, what: 'packet', reason });
    this.host.shutDown(reason);
  }
}
