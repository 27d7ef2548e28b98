/** One real server whose peers a test plays by hand, packet by packet. */

import { assert } from '../../../base/assert.ts';
import { Heap } from '../../../base/Heap.ts';
import { decodePrefix, encode } from '../../../protocol/codec.ts';
import { encodeNotification } from '../../../protocol/notification.ts';
import type { QuorumPacketName } from '../../../protocol/quorumPackets.ts';
import {
  AckEpoch,
  LearnerInfo,
  packetName,
  QuorumPacket,
  QuorumPacketType,
} from '../../../protocol/quorumPackets.ts';
import type { Zxid } from '../../../protocol/zxid.ts';
import { makeZxid, NO_ZXID, ZERO_ZXID } from '../../../protocol/zxid.ts';
import type { Sid } from '../../config.ts';
import { DEFAULT_CONFIG } from '../../config.ts';
import type { ServerEffect } from '../../effects.ts';
import type { ServerTrace } from '../../trace.ts';
import { participants } from './RecordingContext.ts';
import { createProposal, TestDisk, TestServer, type TestWorld } from './TestServer.ts';

interface Scheduled {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

export class OneServer implements TestWorld {
  nowMs = 0;
  diskMs = 5;
  readonly disk = new TestDisk();
  readonly traces: ServerTrace[] = [];
  readonly server: TestServer;
  private effects: ServerEffect[] = [];
  private readonly queue = new Heap<Scheduled>((a, b) => a.atMs - b.atMs || a.order - b.order);
  private order = 0;

  constructor(sid: Sid, count = 3) {
    this.server = new TestServer(this, this.disk, {
      ...DEFAULT_CONFIG,
      sid,
      peers: participants(count),
    });
    this.server.peer.start();
    this.run(1);
  }

  // What the peers do

  /** S`from` votes for `leader`, in the first round. */
  vote(from: Sid, leader: Sid): void {
    const bytes = encodeNotification({
      state: 'LOOKING',
      leader,
      zxid: ZERO_ZXID,
      electionEpoch: 1,
      peerEpoch: 0,
      config: null,
    });
    const event = { type: 'peerPacket', link: 'election', peer: from, connection: from } as const;
    this.server.peer.onPeerPacket({ ...event, bytes });
  }

  /** On the quorum link; the connection has the number of the peer unless told otherwise. */
  connect(peer: Sid, dialled: boolean, connection: number = peer): void {
    const event = { type: 'peerConnected', link: 'quorum', peer, connection, dialled } as const;
    this.server.peer.onPeerConnected(event);
  }

  refuse(peer: Sid): void {
    this.server.peer.onPeerRefused({ type: 'peerRefused', link: 'quorum', peer });
  }

  disconnect(peer: Sid, connection: number = peer): void {
    const event = { type: 'peerDisconnected', link: 'quorum', peer, connection } as const;
    this.server.peer.onPeerDisconnected(event);
  }

  send(
    from: Sid,
    type: QuorumPacketName,
    zxid: Zxid = NO_ZXID,
    data: Uint8Array | null = null,
  ): void {
    const bytes = encode(QuorumPacket, {
      type: QuorumPacketType[type],
      zxid,
      data,
      authinfo: null,
    });
    this.sendBytes(from, bytes);
  }

  sendBytes(from: Sid, bytes: Uint8Array): void {
    const event = { type: 'peerPacket', link: 'quorum', peer: from, connection: from } as const;
    this.server.peer.onPeerPacket({ ...event, bytes });
  }

  followerInfo(sid: Sid, acceptedEpoch: number, claimed: Sid = sid): void {
    const info = { sid: claimed, protocolVersion: 0x10000, configVersion: ZERO_ZXID };
    this.send(sid, 'FOLLOWERINFO', makeZxid(acceptedEpoch, 0), encode(LearnerInfo, info));
  }

  ackEpoch(sid: Sid, currentEpoch: number, lastZxid: Zxid): void {
    this.send(sid, 'ACKEPOCH', lastZxid, encode(AckEpoch, { currentEpoch }));
  }

  propose(from: Sid, zxid: Zxid): void {
    this.send(from, 'PROPOSAL', zxid, createProposal(zxid).bytes);
  }

  // What the server does

  run(forMs: number): void {
    const untilMs = this.nowMs + forMs;
    for (let next = this.queue.peek(); next && next.atMs <= untilMs; next = this.queue.peek()) {
      this.queue.pop();
      this.nowMs = next.atMs;
      next.run();
    }
    this.nowMs = untilMs;
  }

  /** On quorum links since the last call: `1: ACK 0x100000001`, `1: closed`, `1: dial`. */
  did(): string[] {
    const { effects } = this;
    this.effects = [];
    return effects.flatMap((effect) => {
      if (effect.type === 'connectPeer' && effect.link === 'quorum') return `${effect.peer}: dial`;
      if (effect.type === 'disconnectPeer') return `${effect.connection}: closed`;
      if (effect.type !== 'sendPeer' || effect.summary.kind === 'NOTIFICATION') return [];
      const decoded = decodePrefix(QuorumPacket, effect.bytes);
      assert(decoded.ok, 'the server sends quorum packets');
      const { type, zxid, data } = decoded.value.value;
      const name = packetName(type);
      const epoch =
        name === 'ACKEPOCH' && data
          ? ` ${new DataView(data.buffer, data.byteOffset).getInt32(0)}`
          : '';
      const about = zxid === NO_ZXID ? '' : ` 0x${zxid.toString(16)}`;
      return `${effect.connection}: ${name}${about}${epoch}`;
    });
  }

  get state(): string {
    return this.server.peer.status().state;
  }

  lastReason(): string | undefined {
    for (const event of this.traces.toReversed())
      if (event.type === 'roleEnded') return event.reason;
    return undefined;
  }

  // TestWorld

  after(delayMs: number, run: () => void): void {
    this.queue.push({ atMs: this.nowMs + delayMs, order: this.order++, run });
  }

  diskDelayMs(): number {
    return this.diskMs;
  }

  onEffect(_from: TestServer, effect: ServerEffect): void {
    this.effects.push(effect);
  }

  onTrace(_from: TestServer, event: ServerTrace): void {
    this.traces.push(event);
  }
}
