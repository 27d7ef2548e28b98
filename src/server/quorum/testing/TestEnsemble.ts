/**
 * An ensemble of QuorumPeers on one virtual clock, for tests of this folder only: FIFO links, disks
 * that take time, kills, power cuts and partitions, all from a seed. `SafetyChecks` looks on.
 */

import { assert } from '../../../base/assert.ts';
import { Heap } from '../../../base/Heap.ts';
import { Prng } from '../../../base/prng.ts';
import type { Zxid } from '../../../protocol/zxid.ts';
import type { PeerSpec, ServerConfig, Sid } from '../../config.ts';
import { DEFAULT_CONFIG } from '../../config.ts';
import type { ServerEffect } from '../../effects.ts';
import type { LinkKind } from '../../events.ts';
import type { ServerTrace } from '../../trace.ts';
import { SafetyChecks } from './SafetyChecks.ts';
import { TestDisk, TestServer, type TestWorld } from './TestServer.ts';

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
  readonly sids: Sid[];
  readonly traces: { readonly sid: Sid; readonly atMs: number; readonly event: ServerTrace }[] = [];
  readonly sent: { readonly from: Sid; readonly to: Sid; readonly kind: string }[] = [];
  private readonly options: TestOptions;
  private readonly peers: readonly PeerSpec[];
  /** Of servers that were started to join: what they were told. */
  private readonly joiners = new Map<Sid, readonly PeerSpec[]>();
  private readonly checks = new SafetyChecks();
  private readonly queue = new Heap<Scheduled>((a, b) => a.atMs - b.atMs || a.order - b.order);
  private order = 0;
  private readonly servers = new Map<Sid, TestServer>();
  private readonly disks = new Map<Sid, TestDisk>();
  private readonly connections = new Map<number, Connection>();
  private connectionCount = 0;
  private cut: ReadonlySet<Sid> = new Set();
  private readonly leftOut = new Set<string>();
  private readonly diskMs = new Map<Sid, Span>();

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
      peers: this.joiners.get(sid) ?? this.peers,
      seed: this.random.below(2 ** 32),
    };
    const server = new TestServer(this, this.disk(sid), config);
    this.servers.set(sid, server);
    server.peer.start();
  }

  /** Starts a server that nobody knows, with a configuration of `known` and itself. */
  join(sid: Sid, known: readonly PeerSpec[]): void {
    this.sids.push(sid);
    this.disks.set(sid, new TestDisk());
    this.joiners.set(sid, [...known, { sid, role: 'participant' }]);
    this.start(sid);
  }

  /** What the server believes the members to be; what it was told if it was never started. */
  configOf(sid: Sid): readonly PeerSpec[] {
    return this.servers.get(sid)?.database.configs.committed.peers ?? this.peers;
  }

  /** Has the leader propose other members. */
  reconfigure(peers: readonly PeerSpec[]): Zxid {
    const { leader } = this;
    assert(leader, 'nobody leads');
    const zxid = leader.proposeReconfig(peers);
    this.checks.reconfigs.add(zxid);
    return zxid;
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

  /** By anybody, ever. */
  get committed(): ReadonlySet<Zxid> {
    return this.checks.committed;
  }

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
    this.checks.onTrace(from, event);
  }

  /** Asserts that a server has every txn that was ever committed. */
  checkHasCommitted(server: TestServer): void {
    this.checks.checkHasCommitted(server);
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
    this.checks.onSend(from, effect.summary);
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
