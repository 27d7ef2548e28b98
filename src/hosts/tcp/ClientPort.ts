/**
 * The client port of one server: its sockets, what they have for the server, and what nobody may
 * take too much of. Open exactly as long as the server's process runs.
 * Source: ZooKeeper NIOServerCnxnFactory (maxClientCnxns), ZooKeeperServer.shouldThrottle
 * (globalOutstandingLimit).
 */

import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { OUTSIDE_CONNECTIONS_FROM, type OutsideEvent } from '../../conductor/Outside.ts';
import type { MessageKind } from '../../server/effects.ts';
import { ClientConnection, type Port } from './ClientConnection.ts';

/** As the limit of requests: a request may be long. */
const OUTSTANDING_MAX_BYTES = 32 << 20;
const SWEEP_MS = 1_000;

export interface ClientPortOptions {
  readonly host: string;
  readonly port: number;
  readonly tls: { readonly cert: Buffer; readonly key: Buffer } | null;
  readonly frameBytesMax: number;
  /** Of one address; 0 for any number. */
  readonly maxClientCnxns: number;
  /** From so many requests on only connections that wait for nothing may ask, one each. */
  readonly globalOutstandingLimit: number;
  /** A connection that has no session by then is closed. */
  readonly connectTimeoutMs: number;
}

export class ClientPort implements Port {
  private readonly options: ClientPortOptions;
  private readonly wake: () => void;
  private readonly connections = new Map<number, ClientConnection>();
  private readonly raw = new Set<Socket>();
  private readonly perAddress = new Map<string, number>();
  private readonly ready = new Set<ClientConnection>();
  private readonly dirty = new Set<ClientConnection>();
  private events: OutsideEvent[] = [];
  private listener: Server | null = null;
  private sweeper: NodeJS.Timeout | null = null;
  private listening = 0;
  private nextId = OUTSIDE_CONNECTIONS_FROM;

  /** `wake`: there is something for the server. */
  constructor(options: ClientPortOptions, wake: () => void) {
    this.options = options;
    this.wake = wake;
  }

  /** The real one, also if any was asked for. */
  get port(): number {
    return this.listening;
  }

  get isOpen(): boolean {
    return this.listener !== null;
  }

  get size(): number {
    return this.connections.size;
  }

  /** Rejects if the port cannot be had. */
  open(): Promise<void> {
    const listener = this.createListener();
    this.listener = listener;
    const { connectTimeoutMs } = this.options;
    this.sweeper = setInterval(() => this.sweep(), Math.min(SWEEP_MS, connectTimeoutMs));
    return new Promise((resolve, reject) => {
      listener.on('error', reject);
      // The same port in every life.
      listener.listen(this.listening || this.options.port, this.options.host, 511, () => {
        const address = listener.address();
        if (address !== null && typeof address === 'object') this.listening = address.port;
        resolve();
      });
    });
  }

  /** The process has ended. `isDark`: its machine, too, so clients hear nothing. */
  close(isDark: boolean): void {
    this.listener?.close();
    this.listener = null;
    if (this.sweeper !== null) clearInterval(this.sweeper);
    this.sweeper = null;
    for (const connection of this.connections.values()) {
      if (isDark) connection.freeze();
      else connection.reset();
    }
    if (!isDark) for (const socket of this.raw) socket.destroy();
    this.ready.clear();
    this.dirty.clear();
    this.events = [];
  }

  /** Clients are told at once that the process which they knew is gone. */
  resetAll(): void {
    for (const connection of this.connections.values()) connection.reset();
  }

  takeEvents(): readonly OutsideEvent[] {
    this.admitFrames();
    const { events } = this;
    if (events.length > 0) this.events = [];
    return events;
  }

  /** For what is no client: disks and operators. */
  push(event: OutsideEvent): void {
    if (this.listener === null) return;
    this.events.push(event);
    this.wake();
  }

  newId(): number {
    return this.nextId++;
  }

  send(id: number, payload: Uint8Array, kind: MessageKind): void {
    this.connections.get(id)?.send(payload, kind);
  }

  closeConnection(id: number): void {
    this.connections.get(id)?.close();
  }

  /** True if something waits that could go to the server now. */
  flush(): boolean {
    for (const connection of this.dirty) connection.flush();
    this.dirty.clear();
    if (this.events.length > 0) return true;
    for (const connection of this.ready) if (connection.isReady) return true;
    return false;
  }

  onReady(connection: ClientConnection): void {
    this.ready.add(connection);
    if (connection.isReady) this.wake();
  }

  onDirty(connection: ClientConnection): void {
    this.dirty.add(connection);
  }

  onGone(connection: ClientConnection): void {
    this.connections.delete(connection.id);
    this.ready.delete(connection);
    this.dirty.delete(connection);
    this.push({ type: 'clientDisconnected', connection: connection.id });
  }

  private createListener(): Server {
    const { tls, connectTimeoutMs } = this.options;
    if (tls === null) {
      const plain = createServer({ allowHalfOpen: true });
      return plain.on('connection', (socket) => this.admit(socket) && this.accept(socket));
    }
    const options = { ...tls, allowHalfOpen: true, handshakeTimeout: connectTimeoutMs };
    const listener = createTlsServer(options, (socket) => this.accept(socket));
    listener.on('connection', (socket: Socket) => this.admit(socket));
    // A client that does not get through the handshake hurts nobody but itself.
    listener.on('tlsClientError', (_error, socket) => socket.destroy());
    return listener;
  }

  /** Counts the socket, or closes it at once if its address has too many. */
  private admit(socket: Socket): boolean {
    const { perAddress, raw } = this;
    const address = socket.remoteAddress ?? '';
    const count = (perAddress.get(address) ?? 0) + 1;
    const { maxClientCnxns } = this.options;
    if (maxClientCnxns > 0 && count > maxClientCnxns) {
      socket.destroy();
      return false;
    }
    perAddress.set(address, count);
    raw.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => {
      raw.delete(socket);
      const left = (perAddress.get(address) ?? 1) - 1;
      if (left > 0) perAddress.set(address, left);
      else perAddress.delete(address);
    });
    return true;
  }

  private accept(socket: Socket): void {
    if (socket.destroyed || this.listener === null) {
      socket.destroy();
      return;
    }
    const id = this.newId();
    const connection = new ClientConnection(id, socket, this, this.options.frameBytesMax);
    this.connections.set(id, connection);
    this.push({ type: 'clientConnected', connection: id, address: addressOf(socket) });
  }

  /** What the server may have of what waits. */
  private admitFrames(): void {
    const { globalOutstandingLimit } = this.options;
    let count = 0;
    let bytes = 0;
    if (this.ready.size === 0) return;
    for (const connection of this.connections.values()) {
      count += connection.unanswered;
      bytes += connection.unansweredBytes;
    }
    for (const connection of this.ready) {
      const isFull = count >= globalOutstandingLimit || bytes >= OUTSTANDING_MAX_BYTES;
      if (connection.isReady && !(isFull && connection.unanswered > 0)) {
        const before = connection.unanswered;
        bytes += connection.takeInto(this.events, isFull ? 1 : globalOutstandingLimit - count);
        count += connection.unanswered - before;
      }
      if (!connection.hasWaiting) this.ready.delete(connection);
    }
  }

  private sweep(): void {
    const limitMs = performance.now() - this.options.connectTimeoutMs;
    for (const connection of this.connections.values()) {
      if (!connection.isEstablished && connection.openedAtMs <= limitMs) connection.reset();
    }
  }
}

function addressOf({ remoteAddress = '', remotePort = 0 }: Socket): string {
  return `${remoteAddress.replace(/^::ffff:/, '')}:${remotePort}`;
}
