/**
 * One server of an ensemble whose other members are elsewhere: other processes, other machines,
 * Apache ZooKeeper. The server is the same as everywhere, driven by the wall clock and by sockets:
 * a turn takes in what has come, fires what is due, and writes once per client.
 * Source: ZooKeeper QuorumPeerMain.
 */

import { utf8Decode } from '../../../base/utf8.ts';
import { serverId } from '../../../network/address.ts';
import { encodeInitialMessage, type InitialMessage } from '../../../protocol/initialMessage.ts';
import type { ServerConfig } from '../../../server/config.ts';
import type { ServerEffect } from '../../../server/effects.ts';
import type { LinkKind, ServerEvent } from '../../../server/events.ts';
import { createOperatorCommands } from '../../../server/pipeline/operatorCommands.ts';
import { createSaslServer } from '../../../server/pipeline/sasl/DigestMd5Server.ts';
import { CONFIG_FILES } from '../../../server/storage/ConfigStore.ts';
import type { TimerName } from '../../../server/timers.ts';
import type { ServerTrace } from '../../../server/trace.ts';
import { ZooKeeperServer } from '../../../server/ZooKeeperServer.ts';
import { ClientPort } from '../ClientPort.ts';
import { environment } from '../environment.ts';
import { NextTurn } from '../NextTurn.ts';
import { ServedServer } from '../ServedServer.ts';
import { hostPortOf, PeerAddresses } from './PeerAddresses.ts';
import { PeerPort, type PeerPortOwner } from './PeerPort.ts';
import type { MemberOptions } from './zooCfg.ts';

export interface MemberListener {
  /** What the server tells; with what is frequent only if the listener asks for it. */
  onTrace(event: ServerTrace): void;
  /** The server is down, or cannot go on; it has been closed. */
  onFailure(message: string): void;
}

const CONNECT_TIMEOUT_MS = 10_000;

export class MemberServer implements PeerPortOwner {
  readonly served: ServedServer;
  private readonly server: ZooKeeperServer;
  private readonly listener: MemberListener;
  private readonly addresses: PeerAddresses;
  private readonly ports: Readonly<Record<LinkKind, PeerPort>>;
  private readonly startedMs = performance.now();
  private readonly due = new Map<TimerName, number>();
  private events: ServerEvent[] = [];
  /** Connections with peers that the server has been told of and has not closed. */
  private readonly live = new Map<number, PeerPort>();
  private nextId = 1;
  private readonly next = new NextTurn(() => this.tryTurn());
  /** Its ports were free, so no other process works on its disk. */
  private hasBooted = false;
  private isClosed = false;

  private constructor(options: MemberOptions, listener: MemberListener) {
    const { config, clientAddress, data, globalOutstandingLimit } = options;
    const { sid, peers, frameBytesMax, maxClientCnxns } = config;
    this.listener = listener;
    this.addresses = new PeerAddresses(peers);
    const clientPort = new ClientPort(
      {
        ...clientAddress,
        tls: null,
        frameBytesMax,
        maxClientCnxns,
        globalOutstandingLimit,
        connectTimeoutMs: CONNECT_TIMEOUT_MS,
      },
      () => this.wake(),
    );
    const onDiskFailure = (error: Error) => this.fail(`disk: ${error.message}`);
    this.served = new ServedServer(sid, clientPort, data, onDiskFailure);
    this.ports = {
      election: this.portFor('election', options),
      quorum: this.portFor('quorum', options),
    };
    this.server = new ZooKeeperServer(
      { ...config, timeOriginMs: Date.now(), seed: Math.floor(Math.random() * 0x1_0000_0000) },
      { isOn: false },
      (parts) => createOperatorCommands(parts, environment),
      createSaslServer,
    );
  }

  /** Resolves once it listens; whether a quorum is there is another matter. */
  static async start(options: MemberOptions, listener: MemberListener): Promise<MemberServer> {
    const member = new MemberServer(options, listener);
    try {
      await member.served.onStarted();
      await member.ports.election.open();
    } catch (error) {
      member.close();
      throw error;
    }
    member.boot();
    return member;
  }

  /** For the admin endpoint. */
  get servers(): ReadonlyMap<string, ServedServer> {
    return new Map([[serverId(this.served.sid), this.served]]);
  }

  /** Every socket is closed; nothing happens any more. What was acknowledged is on the disk. */
  close(): void {
    this.isClosed = true;
    this.next.cancel();
    this.served.onKilled(false);
    for (const port of Object.values(this.ports)) port.close();
  }

  private boot(): void {
    const files = this.served.files();
    for (const name of CONFIG_FILES) {
      const bytes = files.get(name);
      if (bytes !== undefined) this.addresses.adopt(utf8Decode(bytes));
    }
    // Before what has come since the ports are open.
    this.events.unshift({ type: 'boot', files });
    this.hasBooted = true;
    this.wake();
  }

  // What the ports ask

  newId(): number {
    return this.nextId++;
  }

  push(event: ServerEvent): void {
    this.events.push(event);
    this.wake();
  }

  onHello(message: InitialMessage): void {
    this.addresses.learn(message);
  }

  // Turns

  private wake(): void {
    if (this.hasBooted && !this.isClosed) this.next.comeSoon();
  }

  private tryTurn(): void {
    try {
      this.turn();
    } catch (error) {
      // Of the disk, most likely: the server itself never throws.
      this.fail(error instanceof Error ? error.message : String(error));
    }
  }

  private turn(): void {
    const { events } = this;
    this.events = [];
    for (const event of events) this.take(event);
    for (const event of this.served.port.takeEvents()) this.step(event);
    this.fireTimers();
    if (this.isClosed) return;
    if (this.served.port.flush() || this.events.length > 0) this.wake();
    else this.sleep();
  }

  /** Peers may still say something on a connection that the server has closed meanwhile. */
  private take(event: ServerEvent): void {
    if (event.type === 'peerConnected') {
      this.live.set(event.connection, this.ports[event.link]);
    } else if (event.type === 'peerPacket') {
      if (!this.live.has(event.connection)) return;
    } else if (event.type === 'peerDisconnected') {
      if (!this.live.delete(event.connection)) return;
    }
    this.step(event);
  }

  /** After what has come, so that who spoke in time is heard even if this process was slow. */
  private fireTimers(): void {
    const nowMs = this.nowMs();
    const due = [...this.due].filter(([, atMs]) => atMs <= nowMs).sort((a, b) => a[1] - b[1]);
    for (const [timer, atMs] of due) {
      // One that fired before may have moved it or taken it away.
      if (this.due.get(timer) !== atMs) continue;
      this.due.delete(timer);
      this.step({ type: 'timerFired', timer });
    }
  }

  private step(event: ServerEvent): void {
    if (this.isClosed) return;
    for (const effect of this.server.step(this.nowMs(), event)) this.perform(effect);
  }

  private perform(effect: ServerEffect): void {
    const { served, ports, live } = this;
    switch (effect.type) {
      case 'connectPeer': {
        const { link, peer } = effect;
        return ports[link].dial(peer, this.addresses.of(peer, link));
      }
      case 'sendPeer':
        return live.get(effect.connection)?.send(effect.connection, effect.bytes);
      case 'disconnectPeer':
        live.get(effect.connection)?.disconnect(effect.connection);
        live.delete(effect.connection);
        return;
      case 'sendClient': {
        return served.outside.send(effect.connection, effect.payload, effect.summary.kind);
      }
      case 'closeClient':
        return served.outside.close(effect.connection);
      case 'setTimer':
        this.due.set(effect.timer, this.nowMs() + effect.afterMs);
        return;
      case 'cancelTimer':
        this.due.delete(effect.timer);
        return;
      case 'persist':
        return served.outside.disk?.persist(effect.token, effect.ops);
      case 'readDisk':
        return this.push({ type: 'diskRead', files: served.files() });
      case 'trace':
        return this.onTrace(effect.event);
    }
  }

  private onTrace(event: ServerTrace): void {
    if (event.type === 'stateChanged') this.listenForLearners(event.state === 'LEADING');
    else if (event.type === 'configActivated') this.addresses.adopt(event.config);
    else if (event.type === 'assertionFailed') return this.fail(event.message);
    else if (event.type === 'recoveryRefused') {
      return this.fail(`refuses its disk: ${event.file} at ${event.offset}: ${event.reason}`);
    }
    this.listener.onTrace(event);
  }

  /** Who finds nobody there tries again, which costs less than being turned away. */
  private listenForLearners(isLeading: boolean): void {
    const { quorum } = this.ports;
    if (!isLeading) quorum.closeListener();
    else if (!quorum.isOpen) {
      quorum.open().catch((error: unknown) => this.fail(String(error)));
    }
  }

  /** What could not be written must not be acknowledged later: the process ends, as a real one. */
  private fail(message: string): void {
    if (this.isClosed) return;
    this.close();
    this.listener.onFailure(message);
  }

  private sleep(): void {
    const nextMs = Math.min(...this.due.values());
    this.next.comeAfter(Math.max(1, nextMs - this.nowMs()));
  }

  private nowMs(): number {
    return Math.floor(performance.now() - this.startedMs);
  }

  private portFor(link: LinkKind, { config, listenOnAllIPs }: MemberOptions): PeerPort {
    const { sid } = config;
    const address = hostPortOf(memberOf(config), link);
    return new PeerPort(
      {
        link,
        sid,
        address: listenOnAllIPs ? { ...address, host: '0.0.0.0' } : address,
        greeting: link === 'election' ? greetingOf(config) : new Uint8Array(0),
        handshakeTimeoutMs: config.tickTimeMs * config.syncLimitTicks,
      },
      this,
    );
  }
}

function memberOf({ sid, peers }: Pick<ServerConfig, 'sid' | 'peers'>): ServerConfig['peers'][0] {
  const own = peers.find((peer) => peer.sid === sid);
  if (own === undefined) throw new Error(`S${sid} is no member of its own ensemble`);
  return own;
}

function greetingOf(config: Pick<ServerConfig, 'sid' | 'peers'>): Uint8Array {
  const { host, port } = hostPortOf(memberOf(config), 'election');
  return encodeInitialMessage({ sid: config.sid, addresses: [`${host}:${port}`] });
}
