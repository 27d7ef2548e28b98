/**
 * Our own servers in this thread: whole ones, over links without latency and disks in memory. Time
 * stands still but for `elapse`, so that a run is over as soon as everything has been said.
 */

import { assert } from '../src/base/assert.ts';
import { concatBytes } from '../src/base/bytes.ts';
import { utf8Decode } from '../src/base/utf8.ts';
import { FrameSplitter } from '../src/protocol/frames.ts';
import type { PeerSpec, ServerConfig } from '../src/server/config.ts';
import { ALWAYS_TRACING } from '../src/server/context.ts';
import { formatPeer } from '../src/server/DynamicConfig.ts';
import type { DiskFiles, DiskOp } from '../src/server/disk.ts';
import type { ServerEffect } from '../src/server/effects.ts';
import type { LinkKind, ServerEvent } from '../src/server/events.ts';
import { createOperatorCommands } from '../src/server/pipeline/operatorCommands.ts';
import { createSaslServer } from '../src/server/pipeline/sasl/DigestMd5Server.ts';
import type { TimerName } from '../src/server/timers.ts';
import type { ServerTrace } from '../src/server/trace.ts';
import { ZooKeeperServer } from '../src/server/ZooKeeperServer.ts';
import { configOf } from './configOf.ts';
import type { Ensemble, Setting, Wire } from './Wire.ts';

const ELECTION_MS_MAX = 60_000;

/** The two ends of a connection between servers, by the number that both know it by. */
interface Link {
  readonly link: LinkKind;
  readonly ends: readonly [from: number, to: number];
}

export class OwnEnsemble implements Ensemble {
  readonly size: number;
  nowMs = 0;
  private readonly hosts: Host[];
  private readonly links = new Map<number, Link>();
  private lastConnection = 0;
  /** What happens next, in order. */
  private readonly events: (() => void)[] = [];
  private isRunning = false;

  /** `files`: the disk of the first server, for an ensemble of one. */
  constructor(setting: Setting, files: DiskFiles = new Map()) {
    this.size = setting.size;
    const peers = Array.from({ length: setting.size }, (_, i) => ({
      sid: i + 1,
      role: setting.observers.includes(i) ? ('observer' as const) : ('participant' as const),
      ...(setting.weights === null ? {} : { group: 1, weight: setting.weights[i] ?? 1 }),
    }));
    this.hosts = peers.map(({ sid }) => new Host(this, { ...configOf(setting), sid, peers }));
    for (const [i, host] of this.hosts.entries()) {
      host.disk.load(i === 0 ? files : new Map());
      host.boot();
    }
    this.run();
    this.runUntil(() => this.hosts.every((host) => host.isServing));
  }

  /** What the server has on its disk. */
  files(server: number): DiskFiles {
    return this.host(server).disk.files();
  }

  async open(server: number): Promise<Wire> {
    return this.host(server).open();
  }

  async word(server: number, word: string): Promise<string> {
    const wire = this.host(server).open();
    this.step(this.host(server), { type: 'fourLetterWord', connection: wire.connection, word });
    const text = wire.text;
    wire.end();
    return text;
  }

  async elapse(ms: number): Promise<void> {
    const endMs = this.nowMs + ms;
    while (this.fireNext(endMs)) this.run();
    this.nowMs = endMs;
  }

  async kill(server: number): Promise<void> {
    const host = this.host(server);
    host.die();
    for (const connection of [...this.links.keys()]) this.disconnect(connection, host);
    this.run();
  }

  async restart(servers: readonly number[]): Promise<void> {
    const hosts = servers.map((server) => this.host(server));
    for (const host of hosts) host.boot();
    this.run();
    this.runUntil(() => this.hosts.every((host) => host.isServing || !host.isUp));
  }

  member(server: number): string {
    const { peers } = this.host(server).config;
    return formatPeer(peers[server] as PeerSpec).replace(/^server\.\d+=/, '');
  }

  async stop(): Promise<void> {}

  /** Handles the event, and all that follows from it. */
  step(host: Host, event: ServerEvent): void {
    this.queue(() => host.step(event));
    this.run();
  }

  queue(happening: () => void): void {
    this.events.push(happening);
  }

  nextConnection(): number {
    return ++this.lastConnection;
  }

  dial(from: Host, link: LinkKind, peer: number): void {
    const to = this.host(peer - 1);
    if (!to.isUp) {
      this.queue(() => from.step({ type: 'peerRefused', link, peer }));
      return;
    }
    const connection = this.nextConnection();
    const { sid } = from.config;
    this.links.set(connection, { link, ends: [sid, peer] });
    const told = { type: 'peerConnected', link, connection } as const;
    this.queue(() => from.step({ ...told, peer, dialled: true }));
    this.queue(() => to.step({ ...told, peer: sid, dialled: false }));
  }

  send(from: Host, connection: number, bytes: Uint8Array): void {
    const link = this.links.get(connection);
    if (link === undefined) return;
    const peer = from.config.sid;
    const to = this.otherEnd(link, from);
    const packet = { type: 'peerPacket', link: link.link, peer, connection, bytes } as const;
    this.queue(() => {
      if (this.links.has(connection)) to.step(packet);
    });
  }

  disconnect(connection: number, by: Host): void {
    const link = this.links.get(connection);
    if (link === undefined || !link.ends.includes(by.config.sid)) return;
    // What was sent before arrives before.
    this.queue(() => {
      if (!this.links.delete(connection)) return;
      const peer = by.config.sid;
      const other = this.otherEnd(link, by);
      other.step({ type: 'peerDisconnected', link: link.link, peer, connection });
    });
  }

  private otherEnd({ ends: [from, to] }: Link, host: Host): Host {
    return this.host((host.config.sid === from ? to : from) - 1);
  }

  private host(server: number): Host {
    const host = this.hosts[server];
    assert(host !== undefined, `no server ${server}`);
    return host;
  }

  private run(): void {
    if (this.isRunning) return;
    this.isRunning = true;
    try {
      for (let next = this.events.shift(); next !== undefined; next = this.events.shift()) next();
    } finally {
      this.isRunning = false;
    }
  }

  private runUntil(isDone: () => boolean): void {
    const endMs = this.nowMs + ELECTION_MS_MAX;
    while (!isDone()) {
      assert(this.fireNext(endMs), 'the ensemble does not come up');
      this.run();
    }
  }

  /** False if no timer is due by then. */
  private fireNext(endMs: number): boolean {
    let due: { host: Host; timer: TimerName; atMs: number } | null = null;
    for (const host of this.hosts) {
      for (const [timer, atMs] of host.timers) {
        if (due === null || atMs < due.atMs) due = { host, timer, atMs };
      }
    }
    if (due === null || due.atMs > endMs) return false;
    const { host, timer, atMs } = due;
    host.timers.delete(timer);
    this.nowMs = atMs;
    this.queue(() => host.step({ type: 'timerFired', timer }));
    return true;
  }
}

/** One server with its machine. */
class Host {
  readonly config: ServerConfig;
  readonly disk = new MemoryDisk();
  readonly timers = new Map<TimerName, number>();
  isServing = false;
  private readonly ensemble: OwnEnsemble;
  private server: ZooKeeperServer | null = null;
  private readonly wires = new Map<number, OwnWire>();

  constructor(ensemble: OwnEnsemble, config: ServerConfig) {
    this.ensemble = ensemble;
    this.config = config;
  }

  get isUp(): boolean {
    return this.server !== null;
  }

  boot(): void {
    this.server = new ZooKeeperServer(
      this.config,
      ALWAYS_TRACING,
      createOperatorCommands,
      createSaslServer,
    );
    this.ensemble.queue(() => this.step({ type: 'boot', files: this.disk.files() }));
  }

  die(): void {
    this.server = null;
    this.isServing = false;
    this.timers.clear();
    for (const wire of this.wires.values()) wire.close();
    this.wires.clear();
  }

  open(): OwnWire {
    assert(this.isUp, 'connection refused');
    const connection = this.ensemble.nextConnection();
    const wire = new OwnWire(connection, (event) => {
      if (event.type === 'clientDisconnected') this.wires.delete(connection);
      this.ensemble.step(this, event);
    });
    this.wires.set(connection, wire);
    const address = `127.0.0.1:${40_000 + (connection % 20_000)}`;
    this.ensemble.step(this, { type: 'clientConnected', connection, address });
    return wire;
  }

  step(event: ServerEvent): void {
    if (this.server === null) return;
    for (const effect of this.server.step(this.ensemble.nowMs, event)) this.perform(effect);
  }

  private observe(event: ServerTrace): void {
    if (event.type === 'stateChanged') this.isServing = event.phase === 'BROADCAST';
    const isFatal = event.type === 'assertionFailed' || event.type === 'recoveryRefused';
    assert(!isFatal, () => JSON.stringify(event));
  }

  private perform(effect: ServerEffect): void {
    switch (effect.type) {
      case 'connectPeer':
        return this.ensemble.dial(this, effect.link, effect.peer);
      case 'sendPeer':
        return this.ensemble.send(this, effect.connection, effect.bytes);
      case 'disconnectPeer':
        return this.ensemble.disconnect(effect.connection, this);
      case 'sendClient': {
        const isText = effect.summary.kind === 'fourLetterWord';
        return this.wires.get(effect.connection)?.receive(effect.payload, isText);
      }
      case 'closeClient':
        this.wires.get(effect.connection)?.close();
        this.wires.delete(effect.connection);
        return;
      case 'setTimer':
        this.timers.set(effect.timer, this.ensemble.nowMs + effect.afterMs);
        return;
      case 'cancelTimer':
        this.timers.delete(effect.timer);
        return;
      case 'persist':
        this.disk.apply(effect.ops);
        return this.ensemble.queue(() => this.step({ type: 'persisted', token: effect.token }));
      case 'readDisk':
        return this.ensemble.queue(() => this.step({ type: 'diskRead', files: this.disk.files() }));
      case 'trace':
        return this.observe(effect.event);
    }
  }
}

/** Appended bytes stay in pieces until somebody reads the file. */
class MemoryDisk {
  private readonly pieces = new Map<string, Uint8Array[]>();

  load(files: DiskFiles): void {
    for (const [name, bytes] of files) this.pieces.set(name, [bytes]);
  }

  files(): DiskFiles {
    return new Map([...this.pieces.keys()].map((name) => [name, this.read(name)]));
  }

  apply(ops: readonly DiskOp[]): void {
    for (const op of ops) {
      if (op.type === 'remove') this.pieces.delete(op.file);
      else if (op.type === 'replace') this.pieces.set(op.file, [op.bytes]);
      else if (op.type === 'truncate') {
        this.pieces.set(op.file, [this.read(op.file).slice(0, op.length)]);
      } else {
        const pieces = this.pieces.get(op.file);
        if (pieces === undefined) this.pieces.set(op.file, [op.bytes]);
        else pieces.push(op.bytes);
      }
    }
  }

  private read(name: string): Uint8Array {
    const whole = concatBytes(...(this.pieces.get(name) ?? []));
    this.pieces.set(name, [whole]);
    return whole;
  }
}

class OwnWire implements Wire {
  readonly connection: number;
  readonly frames: Uint8Array[] = [];
  isClosed = false;
  text = '';
  private readonly tell: (event: ServerEvent) => void;
  private readonly splitter = new FrameSplitter();

  constructor(connection: number, tell: (event: ServerEvent) => void) {
    this.connection = connection;
    this.tell = tell;
  }

  write(bytes: Uint8Array): void {
    const { connection } = this;
    for (const event of this.splitter.push(bytes)) {
      if (this.isClosed) return;
      if (event.type === 'frame') {
        this.tell({ type: 'clientFrame', connection, payload: event.bytes });
      } else if (event.type === 'badLength') {
        this.end();
      }
    }
  }

  async until(isDone: () => boolean): Promise<boolean> {
    return isDone();
  }

  end(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.tell({ type: 'clientDisconnected', connection: this.connection });
  }

  receive(payload: Uint8Array, isText: boolean): void {
    if (isText) this.text += utf8Decode(payload);
    else if (!this.isClosed) this.frames.push(payload);
  }

  close(): void {
    this.isClosed = true;
  }
}
