/**
 * An ensemble of QuorumPeers on one virtual clock, for tests of this folder only: FIFO links, disks
 * that take time, kills, power cuts and partitions, all from a seed. It checks as it goes:
 *
 * 1. An epoch has at most one established leader.
 * 2. Whatever two servers have applied up to the same zxid is the same (by tree digest).
 * 3. What one server commits is in the history of every later leader, and stays there.
 * 4. Every server commits in zxid order, each txn once.
 * 5. Nothing is promised before it is on the disk: acknowledgements and epochs.
 */

import { assert } from '../../../base/assert.ts';
import { Heap } from '../../../base/Heap.ts';
import { Prng } from '../../../base/prng.ts';
import { utf8Decode } from '../../../base/utf8.ts';
import type { Zxid } from '../../../protocol/zxid.ts';
import { counterOf, epochOf, formatZxid } from '../../../protocol/zxid.ts';
import type { PeerSpec, ServerConfig, Sid } from '../../config.ts';
import { DEFAULT_CONFIG } from '../../config.ts';
import type { MessageSummary, ServerEffect } from '../../effects.ts';
import type { LinkKind } from '../../events.ts';
import type { ServerTrace } from '../../trace.ts';
import { TestDisk, TestServer, type TestWorld, znodeOf } from './TestServer.ts';

interface Scheduled {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

interface Connection {
  readonly id: number;
  readonly link: LinkKind;
  readonly ends: readonly [TestServer, TestServer];
  isOpen: boolean;
  /** Of the newest message, so that none overtakes another. */
  lastArrivalMs: number;
}

interface Span {
  readonly min: number;
  readonly max: number;
}

export interface TestOptions {
  readonly seed: number;
  readonly participants: number;
  readonly observers?: number;
  readonly config?: Partial<ServerConfig>;
  readonly latencyMs?: Span;
  readonly diskMs?: Span;
}

export class TestEnsemble implements TestWorld {
  nowMs = 0;
  readonly random: Prng;
  readonly sids: readonly Sid[];
  readonly traces: { readonly sid: Sid; readonly atMs: number; readonly event: ServerTrace }[] = [];
  readonly committed = new Set<Zxid>();
  readonly sent: { readonly from: Sid; readonly to: Sid; readonly kind: string }[] = [];
  private readonly options: TestOptions;
  private readonly peers: readonly PeerSpec[];
  private readonly queue = new Heap<Scheduled>((a, b) => a.atMs - b.atMs || a.order - b.order);
  private order = 0;
  private readonly servers = new Map<Sid, TestServer>();
  private readonly disks = new Map<Sid, TestDisk>();
  private readonly connections = new Map<number, Connection>();
  private connectionCount = 0;
  private cut: ReadonlySet<Sid> = new Set();
  private readonly leaderOf = new Map<number, Sid>();
  private readonly digestAt = new Map<Zxid, string>();
  private readonly lastCommittedBy = new Map<TestServer, Zxid>();
  private readonly leftOut = new Set<string>();
  private readonly diskMs = new Map<Sid, Span>();
  /** End of the log on the disk. */
  private readonly durable = new Map<Sid, Zxid>();

  constructor(options: TestOptions) {
    this.options = options;
    this.random = new Prng(options.seed);
    const { participants, observers = 0 } = options;
    this.sids = Array.from({ length: participants + observers }, (_, i) => i + 1);
    this.peers =
      options.config?.peers ??
      this.sids.map((sid) => ({
        sid,
        role: sid <= participants ? 'participant' : 'observer',
      }));
    for (const sid of this.sids) this.disks.set(sid, new TestDisk());
  }

  // Driving

  startAll(): void {
    for (const sid of this.sids) this.start(sid);
  }

  start(sid: Sid): void {
    if (this.isUp(sid)) return;
    const config: ServerConfig = {
      ...DEFAULT_CONFIG,
      tickTimeMs: 200,
      commitLogCount: 8,
      snapCount: 30,
      ...this.options.config,
      sid,
      peers: this.peers,
      seed: this.random.below(2 ** 32),
    };
    const server = new TestServer(this, this.disk(sid), config);
    this.servers.set(sid, server);
    server.peer.start();
  }

  stop(sid: Sid, keepsUnsynced = true): void {
    const server = this.server(sid);
    if (server.isDown) return;
    server.stop(keepsUnsynced);
    for (const connection of this.connections.values()) {
      if (connection.ends.includes(server)) this.close(connection, server);
    }
  }

  wipe(sid: Sid): void {
    assert(!this.isUp(sid), 'a running server keeps its disk');
    this.disks.set(sid, new TestDisk());
  }

  /** Nothing passes between these and the others; nobody is told. */
  isolate(sids: Iterable<Sid>): void {
    this.cut = new Set(sids);
  }

  heal(): void {
    this.cut = new Set();
  }

  /** Messages of this kind get lost between two servers, in this direction. */
  lose(from: Sid, to: Sid, kind: string): void {
    this.leftOut.add(`${from} ${to} ${kind}`);
  }

  loseNothing(): void {
    this.leftOut.clear();
  }

  setDiskMs(sid: Sid, span: Span): void {
    this.diskMs.set(sid, span);
  }

  /** The network resets a connection between learner and leader; both are told. */
  breakQuorumLink(a: Sid, b: Sid): void {
    for (const connection of this.connections.values()) {
      const sids = connection.ends.map((end) => end.sid);
      const isThis = connection.link === 'quorum' && sids.includes(a) && sids.includes(b);
      if (isThis) this.close(connection, null);
    }
  }

  run(forMs: number): void {
    const untilMs = this.nowMs + forMs;
    for (;;) {
      const next = this.queue.peek();
      if (next === undefined || next.atMs > untilMs) break;
      this.queue.pop();
      this.nowMs = next.atMs;
      next.run();
    }
    this.nowMs = untilMs;
  }

  /** Asserts that it comes true in time. */
  runUntil(condition: () => boolean, withinMs = 60_000): void {
    const untilMs = this.nowMs + withinMs;
    while (!condition()) {
      assert(this.nowMs < untilMs, `not within ${withinMs} ms: ${condition}`);
      this.run(10);
    }
  }

  // Looking

  server(sid: Sid): TestServer {
    const server = this.servers.get(sid);
    assert(server, `S${sid} was never started`);
    return server;
  }

  isUp(sid: Sid): boolean {
    const server = this.servers.get(sid);
    return server !== undefined && !server.isDown;
  }

  get up(): TestServer[] {
    return [...this.servers.values()].filter((server) => !server.isDown);
  }

  /** The serving leader of the latest epoch. */
  get leader(): TestServer | undefined {
    return this.up
      .filter((server) => server.serving === 'leader')
      .sort((a, b) => b.peer.status().epoch - a.peer.status().epoch)[0];
  }

  /** All serve, follow one leader, and have applied the same. */
  hasConverged(): boolean {
    const [first, ...others] = this.up;
    const { leader } = this;
    if (first === undefined || leader === undefined || this.up.length < this.sids.length)
      return false;
    const end = first.database.lastProcessedZxid;
    return (
      this.up.every((s) => s.serving !== null && s.peer.status().leader === leader.sid) &&
      others.every((s) => s.database.lastProcessedZxid === end) &&
      leader.database.lastLoggedZxid === end
    );
  }

  tracesOf<T extends ServerTrace['type']>(type: T, sid?: Sid): Extract<ServerTrace, { type: T }>[] {
    return this.traces
      .filter((trace) => sid === undefined || trace.sid === sid)
      .map((trace) => trace.event)
      .filter((event): event is Extract<ServerTrace, { type: T }> => event.type === type);
  }

  // TestWorld

  after(delayMs: number, run: () => void): void {
    this.queue.push({ atMs: this.nowMs + delayMs, order: this.order++, run });
  }

  diskDelayMs(of: Sid): number {
    const { min, max } = this.diskMs.get(of) ?? this.options.diskMs ?? { min: 1, max: 5 };
    return this.random.between(min, max);
  }

  onTrace(from: TestServer, event: ServerTrace): void {
    this.traces.push({ sid: from.sid, atMs: this.nowMs, event });
    switch (event.type) {
      case 'leaderEstablished': {
        const other = this.leaderOf.get(event.epoch) ?? from.sid;
        assert(other === from.sid, `S${other} and S${from.sid} both lead epoch ${event.epoch}`);
        this.leaderOf.set(event.epoch, from.sid);
        this.checkHasCommitted(from);
        break;
      }
      case 'applied': {
        const digest = this.digestAt.get(event.zxid) ?? event.digest;
        assert(digest === event.digest, `histories differ at ${formatZxid(event.zxid)}`);
        this.digestAt.set(event.zxid, digest);
        break;
      }
      case 'logged':
      case 'truncated':
      case 'snapshotTaken':
        // A snapshot says nothing of a log that is longer already.
        if (event.type !== 'snapshotTaken' || event.zxid > (this.durable.get(from.sid) ?? 0)) {
          this.durable.set(from.sid, event.zxid);
        }
        break;
      case 'recovered':
        this.durable.set(from.sid, event.lastZxid);
        break;
      case 'committed': {
        const last = this.lastCommittedBy.get(from) ?? -1;
        assert(event.zxid > last, `S${from.sid} commits ${formatZxid(event.zxid)} out of order`);
        this.lastCommittedBy.set(from, event.zxid);
        this.committed.add(event.zxid);
        break;
      }
      default:
    }
  }

  /** Asserts that a server has every txn that was ever committed. */
  checkHasCommitted(server: TestServer): void {
    for (const zxid of this.committed) {
      const has = server.database.tree.getNode(znodeOf(zxid)) !== undefined;
      assert(has, `S${server.sid} lacks the committed ${formatZxid(zxid)}`);
    }
  }

  onEffect(from: TestServer, effect: ServerEffect): void {
    if (effect.type === 'connectPeer') this.dial(from, effect.link, effect.peer);
    else if (effect.type === 'sendPeer') this.transmit(from, effect);
    else if (effect.type === 'disconnectPeer') {
      const connection = this.connections.get(effect.connection);
      if (connection) this.close(connection, from);
    }
  }

  // Links

  private disk(sid: Sid): TestDisk {
    const disk = this.disks.get(sid);
    assert(disk, `S${sid} is no member`);
    return disk;
  }

  private latency(): number {
    const { min, max } = this.options.latencyMs ?? { min: 1, max: 10 };
    return this.random.between(min, max);
  }

  private isCut(a: Sid, b: Sid): boolean {
    return this.cut.has(a) !== this.cut.has(b);
  }

  private dial(from: TestServer, link: LinkKind, peer: Sid): void {
    this.after(this.latency(), () => {
      const to = this.servers.get(peer);
      const isRefused = from.isDown || to === undefined || to.isDown || this.isCut(from.sid, peer);
      const back = this.latency();
      if (isRefused) {
        this.after(back, () => {
          if (!from.isDown) from.peer.onPeerRefused({ type: 'peerRefused', link, peer });
        });
        return;
      }
      const id = ++this.connectionCount;
      const lastArrivalMs = this.nowMs + back;
      const connection = { id, link, ends: [from, to], isOpen: true, lastArrivalMs } as const;
      const open: Connection = { ...connection };
      this.connections.set(id, open);
      const event = { type: 'peerConnected', link, connection: id } as const;
      this.after(back, () => {
        if (!from.isDown) from.peer.onPeerConnected({ ...event, peer, dialled: true });
      });
      to.peer.onPeerConnected({ ...event, peer: from.sid, dialled: false });
    });
  }

  private transmit(from: TestServer, effect: Extract<ServerEffect, { type: 'sendPeer' }>): void {
    const connection = this.connections.get(effect.connection);
    if (connection === undefined || !connection.isOpen) return;
    const { link, id, ends } = connection;
    const to = ends[0] === from ? ends[1] : ends[0];
    const { kind } = effect.summary;
    this.sent.push({ from: from.sid, to: to.sid, kind });
    if (this.leftOut.has(`${from.sid} ${to.sid} ${kind}`)) return;
    this.checkPromise(from, effect.summary);
    const { bytes } = effect;
    this.deliver(connection, () => {
      if (this.isCut(from.sid, to.sid)) {
        // TCP would send again; here the connection dies, and both learn of it later.
        this.after(this.random.between(100, 2000), () => this.close(connection, null));
        connection.isOpen = false;
      } else if (connection.isOpen && !to.isDown) {
        to.peer.onPeerPacket({ type: 'peerPacket', link, connection: id, peer: from.sid, bytes });
      }
    });
  }

  private checkPromise(from: TestServer, { kind, zxid }: MessageSummary): void {
    if (zxid === undefined) return;
    const what = `S${from.sid} sends ${kind} ${formatZxid(zxid)} before it is safe`;
    const durable = this.durable.get(from.sid) ?? 0;
    if (kind === 'ACK' && counterOf(zxid) !== 0) assert(zxid <= durable, what);
    const epoch = epochOf(zxid);
    if (kind === 'ACK' && counterOf(zxid) === 0) {
      assert(from.database.lastProcessedZxid <= durable, what);
      assert(epochOnDisk(from, 'currentEpoch') === epoch, what);
    }
    if (kind === 'LEADERINFO') assert(epochOnDisk(from, 'acceptedEpoch') === epoch, what);
    if (kind === 'ACKEPOCH') assert(zxid <= durable, what);
  }

  private deliver(connection: Connection, run: () => void): void {
    const arrivalMs = Math.max(connection.lastArrivalMs, this.nowMs + this.latency());
    connection.lastArrivalMs = arrivalMs;
    this.after(arrivalMs - this.nowMs, run);
  }

  /** `by` closes it and is told nothing; null: the network does. */
  private close(connection: Connection, by: TestServer | null): void {
    const { id, link, ends } = connection;
    if (!this.connections.delete(id)) return;
    for (const end of ends) {
      if (end === by) continue;
      const peer = (end === ends[0] ? ends[1] : ends[0]).sid;
      this.deliver(connection, () => {
        connection.isOpen = false;
        if (end.isDown) return;
        end.peer.onPeerDisconnected({ type: 'peerDisconnected', link, connection: id, peer });
      });
    }
  }
}

function epochOnDisk(server: TestServer, file: string): number {
  const bytes = server.disk.files.get(file);
  return bytes === undefined ? 0 : Number(utf8Decode(bytes));
}
