/**
 * One learner, as its leader sees it: discovery, synchronisation, then whatever it sends.
 * Source: LearnerHandler; Zab (DSN 2011) §IV.
 */

import { concatBytes } from '../../base/bytes.ts';
import { utf8Encode } from '../../base/utf8.ts';
import type { Codec } from '../../protocol/codec.ts';
import { decode, decodePrefix, encode, string } from '../../protocol/codec.ts';
import {
  AckEpoch,
  ForwardedRequest,
  LEARNER_PROTOCOL_VERSION,
  LeaderInfo,
  LearnerInfo,
  PingReply,
  packetName,
  QuorumPacket,
  RevalidateReply,
  RevalidateRequest,
} from '../../protocol/quorumPackets.ts';
import type { Zxid } from '../../protocol/zxid.ts';
import { counterOf, epochOf, formatZxid, makeZxid } from '../../protocol/zxid.ts';
import type { Sid } from '../config.ts';
import { formatConfig } from '../DynamicConfig.ts';
import type { ConnectionId } from '../events.ts';
import type { Proposal, SessionTimeout } from '../replication.ts';
import type { ConnectedLearner, LearnerMaster, SyncKind } from './LearnerMaster.ts';
import type { OutgoingPacket } from './packets.ts';
import { packet, proposalPacket, SNAP_SIGNATURE } from './packets.ts';
import { SyncLimitCheck } from './SyncLimitCheck.ts';
import { syncModeFor } from './syncModeFor.ts';
import { syncLimitMs } from './tickLimits.ts';

/**
 * What the handler waits for: from the learner where it is a packet's name, from the disk for
 * `txnLog`, else from the leader.
 */
type Stage =
  | 'FOLLOWERINFO'
  | 'epochToPropose'
  | 'ACKEPOCH'
  | 'quorumOfAckEpoch'
  | 'txnLog'
  | 'ACK'
  | 'quorumOfAck'
  | 'synced'
  | 'closed';

export class LearnerHandler implements ConnectedLearner {
  readonly sid: Sid;
  readonly connection: ConnectionId;
  private readonly master: LearnerMaster;
  private stage: Stage = 'FOLLOWERINFO';
  private observer = false;
  private lastZxid: Zxid | null = null;
  private syncKind: SyncKind | null = null;
  private newLeaderZxid: Zxid | null = null;
  private lastHeardMs: number;
  private tickOfNextAckDeadline: number;
  private readonly syncLimitCheck = new SyncLimitCheck();

  constructor(master: LearnerMaster, sid: Sid, connection: ConnectionId) {
    this.master = master;
    this.sid = sid;
    this.connection = connection;
    const { initLimitTicks, syncLimitTicks } = master.context.config;
    this.lastHeardMs = master.context.nowMs;
    this.tickOfNextAckDeadline = master.tick + initLimitTicks + syncLimitTicks;
  }

  get isObserver(): boolean {
    return this.observer;
  }

  /** From DIFF, TRUNC or SNAP until NEWLEADER is acknowledged. */
  get syncing(): SyncKind | null {
    return this.stage === 'ACK' ? this.syncKind : null;
  }

  get isSynced(): boolean {
    return this.stage === 'synced';
  }

  /** Heard of lately enough to count for the leader's quorum. */
  get isAlive(): boolean {
    return this.stage !== 'closed' && this.master.tick <= this.tickOfNextAckDeadline;
  }

  send(outgoing: OutgoingPacket): void {
    if (this.stage === 'closed') return;
    this.master.context.emit({ type: 'sendPeer', connection: this.connection, ...outgoing });
  }

  close(): void {
    if (this.stage === 'closed') return;
    this.stage = 'closed';
    this.master.context.emit({ type: 'disconnectPeer', connection: this.connection });
  }

  /** The other side closed the link. */
  onDisconnected(): void {
    this.stage = 'closed';
  }

  onPacket(bytes: Uint8Array): void {
    const decoded = decodePrefix(QuorumPacket, bytes);
    const { context, tick } = this.master;
    this.lastHeardMs = context.nowMs;
    this.tickOfNextAckDeadline = tick + context.config.syncLimitTicks;
    if (decoded.ok) this.handle(decoded.value.value);
    else this.refuse('packet', decoded.error.message);
  }

  sendLeaderInfo(epoch: number): void {
    if (this.stage !== 'epochToPropose') return;
    this.stage = 'ACKEPOCH';
    this.newLeaderZxid = makeZxid(epoch, 0);
    const data = encode(LeaderInfo, { protocolVersion: LEARNER_PROTOCOL_VERSION });
    this.send(packet('LEADERINFO', { zxid: this.newLeaderZxid, data, text: `epoch ${epoch}` }));
  }

  syncFollower(): void {
    if (this.stage !== 'quorumOfAckEpoch' || this.lastZxid === null) return;
    const learnerZxid = this.lastZxid;
    const { database } = this.master;
    const min = database.committedLog[0]?.zxid;
    if (min === undefined || learnerZxid >= min) {
      this.syncFrom(learnerZxid, []);
      return;
    }
    this.stage = 'txnLog';
    database.readTxnLog(learnerZxid, (older) => {
      if (this.stage === 'txnLog') this.syncFrom(learnerZxid, older);
    });
  }

  /** `older`: what the disk knows of before the committed log. */
  private syncFrom(learnerZxid: Zxid, older: readonly Proposal[]): void {
    const { database, context } = this.master;
    const { lastProcessedZxid } = database;
    const committedLog = [...older, ...database.committedLog];
    const plan = syncModeFor(learnerZxid, { lastProcessedZxid, committedLog });
    const { mode, zxid } = plan;
    context.trace({ type: 'learnerSyncing', learner: this.sid, mode, zxid, learnerZxid });
    this.beginSync(mode === 'SNAP' ? 'snap' : 'diff');
    if (mode === 'SNAP') this.sendSnapshot(zxid);
    else this.send(packet(mode, { zxid }));
    for (const proposal of plan.proposals) {
      this.send(proposalPacket('PROPOSAL', proposal));
      this.send(packet('COMMIT', { zxid: proposal.zxid }));
    }
    this.master.startForwarding(this);
    this.sendNewLeader();
  }

  private beginSync(kind: SyncKind): void {
    this.stage = 'ACK';
    this.syncKind = kind;
    this.master.context.metrics.counters[`${kind}_count`]++;
    this.countInflight(kind);
  }

  private countInflight(kind: SyncKind): void {
    const { summaries } = this.master.context.metrics;
    summaries[`inflight_${kind}_count`].add(this.master.learners.countSyncing(kind));
  }

  sendUpToDate(): void {
    if (this.stage !== 'quorumOfAck') return;
    this.stage = 'synced';
    this.send(packet('UPTODATE'));
    const { sid: learner, observer } = this;
    this.master.context.trace({ type: 'learnerSynced', learner, observer });
  }

  sendProposal(zxid: Zxid, outgoing: OutgoingPacket): void {
    if (this.isSynced) this.syncLimitCheck.updateProposal(zxid, this.master.context.nowMs);
    this.send(outgoing);
  }

  /** Asks a synced learner for a sign of life; drops it when the last one is too long ago. */
  ping(lastProposed: Zxid): void {
    if (!this.isSynced) return;
    const { context } = this.master;
    const limitMs = syncLimitMs(context.config);
    if (context.nowMs - this.lastHeardMs > limitMs) {
      this.master.removeLearner(this, 'nothing heard for syncLimit');
    } else if (this.syncLimitCheck.waitingMs(context.nowMs) > limitMs) {
      this.master.removeLearner(this, 'a proposal is unacknowledged for syncLimit');
    } else {
      this.send(packet('PING', { zxid: lastProposed, text: 'ping' }));
    }
  }

  private handle(p: QuorumPacket): void {
    const name = packetName(p.type);
    if (this.stage === 'synced') this.onSynced(p);
    else if (this.stage === 'FOLLOWERINFO') this.onLearnerInfo(p);
    else if (name === 'ACKEPOCH' && this.stage === 'ACKEPOCH') this.onAckEpoch(p);
    else if (name === 'ACK' && this.stage === 'ACK') this.onNewLeaderAck(p);
    else if (name === 'ACK' && this.stage === 'quorumOfAck') this.onEarlyAck(p);
    else this.refuse(name ?? `type ${p.type}`, `waiting for ${this.stage}`);
  }

  private onLearnerInfo(p: QuorumPacket): void {
    const name = packetName(p.type);
    const isObserver = name === 'OBSERVERINFO';
    if (name !== 'FOLLOWERINFO' && !isObserver) {
      this.refuse(name ?? `type ${p.type}`, 'the first packet must say who it is');
      return;
    }
    const info = this.read(name, LearnerInfo, p.data);
    if (info === undefined) return;
    if (info.sid !== this.sid) {
      this.refuse(name, `it says that it is S${info.sid}`);
      return;
    }
    if (info.configVersion > this.master.membership.committed.version) {
      this.refuse(name, 'its configuration is later than the one in force here');
      return;
    }
    this.observer = isObserver;
    this.stage = 'epochToPropose';
    this.master.getEpochToPropose(this, epochOf(p.zxid));
  }

  private onAckEpoch(p: QuorumPacket): void {
    const ack = this.read('ACKEPOCH', AckEpoch, p.data);
    if (ack === undefined) return;
    this.lastZxid = p.zxid;
    this.stage = 'quorumOfAckEpoch';
    this.master.waitForEpochAck(this, ack.currentEpoch, p.zxid);
  }

  private onNewLeaderAck(p: QuorumPacket): void {
    // ZooKeeper up to 3.9.2 begins to log proposals a moment before it acknowledges NEWLEADER.
    if (counterOf(p.zxid) !== 0) {
      this.onEarlyAck(p);
      return;
    }
    if (p.zxid !== this.newLeaderZxid) {
      this.refuse('ACK', `${formatZxid(p.zxid)} is not this leader's NEWLEADER`);
      return;
    }
    this.stage = 'quorumOfAck';
    if (this.syncKind !== null) this.countInflight(this.syncKind);
    this.master.waitForNewLeaderAck(this);
  }

  /** Of a proposal, before UPTODATE. */
  private onEarlyAck(p: QuorumPacket): void {
    if (counterOf(p.zxid) !== 0) this.master.processAck(this, p.zxid);
  }

  private onSynced(p: QuorumPacket): void {
    const name = packetName(p.type);
    switch (name) {
      case 'ACK':
        this.syncLimitCheck.updateAck(p.zxid);
        // Zero: of UPTODATE.
        if (counterOf(p.zxid) !== 0) this.master.processAck(this, p.zxid);
        return;
      case 'PING': {
        const reply = this.read(name, PingReply, p.data ?? new Uint8Array(0));
        if (reply) this.master.pipeline.touch(reply.touched.map(sessionTimeout));
        return;
      }
      case 'REVALIDATE':
        this.onRevalidate(p);
        return;
      case 'REQUEST': {
        const request = this.read(name, ForwardedRequest, p.data);
        if (request) this.master.onRequest(this, { ...request, authinfo: p.authinfo ?? [] });
        return;
      }
      default:
        this.refuse(name ?? `type ${p.type}`, 'not for a leader');
    }
  }

  private onRevalidate(p: QuorumPacket): void {
    const asked = this.read('REVALIDATE', RevalidateRequest, p.data);
    if (asked === undefined) return;
    this.master.context.metrics.counters.revalidate_count++;
    const valid = this.master.pipeline.revalidateFor(sessionTimeout(asked), this.sid);
    const data = encode(RevalidateReply, { sessionId: asked.sessionId, valid });
    const text = `session 0x${asked.sessionId.toString(16)} ${valid ? 'lives' : 'is gone'}`;
    this.send(packet('REVALIDATE', { data, text }));
  }

  /**
   * What it carries comes into force with UPTODATE.
   * Departs: of an established leader it is what is in force, for a pending configuration is not
   * committed and comes as a proposal. ZooKeeper sends the pending one all the same, and a learner
   * that joins meanwhile brings it into force though it may never be committed.
   */
  private sendNewLeader(): void {
    if (this.newLeaderZxid === null) return;
    const { isEstablished, membership } = this.master;
    const config = isEstablished ? membership.committed : membership.lastSeen;
    const data = utf8Encode(formatConfig(config));
    this.send(packet('NEWLEADER', { zxid: this.newLeaderZxid, data }));
  }

  private sendSnapshot(zxid: Zxid): void {
    const { bytes, summary } = packet('SNAP', { zxid });
    const body = this.master.database.snapshotBody();
    this.send({ bytes: concatBytes(bytes, body, encode(string, SNAP_SIGNATURE)), summary });
  }

  private read<T>(name: string, codec: Codec<T>, data: Uint8Array | null): T | undefined {
    const decoded = decode(codec, data ?? new Uint8Array(0));
    if (decoded.ok) return decoded.value;
    this.refuse(name, decoded.error.message);
    return undefined;
  }

  private refuse(what: string, reason: string): void {
    this.master.context.trace({ type: 'refused', from: this.sid, what, reason });
    this.master.removeLearner(this, reason);
  }
}

function sessionTimeout(wire: RevalidateRequest): SessionTimeout {
  return { sessionId: wire.sessionId, timeoutMs: wire.timeout };
}
