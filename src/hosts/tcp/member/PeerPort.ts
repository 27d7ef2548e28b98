/**
 * One of a server's two ports to the others: those who dial it, and those whom it dials. Sockets
 * become the server's events, with who is at the other end.
 * Source: QuorumCnxManager.Listener and initiateConnection; Leader.LearnerCnxAcceptor and
 * Learner.connectToLeader.
 */

import { connect, createServer, type Server, type Socket } from 'node:net';
import { frame } from '../../../protocol/frames.ts';
import type { InitialMessage } from '../../../protocol/initialMessage.ts';
import type { LinkKind, ServerEvent } from '../../../server/events.ts';
import type { HostPort } from './PeerAddresses.ts';
import { PeerConnection, type PeerConnectionOwner } from './PeerConnection.ts';
import { peerStreamOf } from './peerStreams.ts';

/** Accepted sockets that have not said who they are. */
const STRANGERS_MAX = 64;
/** QuorumCnxManager's cnxTO. */
const DIAL_TIMEOUT_MS = 5_000;
/** The greatest number that a server may have. */
const SID_MAX = 254;

export interface PeerPortOptions {
  readonly link: LinkKind;
  readonly sid: number;
  /** Where it listens. */
  readonly address: HostPort;
  /** Said first by who dials; empty if nothing is. */
  readonly greeting: Uint8Array;
  /** Who dials must say who it is by then. */
  readonly handshakeTimeoutMs: number;
}

export interface PeerPortOwner {
  /** Unique in the life of the server, over both ports. */
  newId(): number;
  push(event: ServerEvent): void;
  /** A peer has dialled and said who and where it is. */
  onHello(message: InitialMessage): void;
}

export class PeerPort implements PeerConnectionOwner {
  private readonly options: PeerPortOptions;
  private readonly owner: PeerPortOwner;
  private readonly connections = new Map<number, PeerConnection>();
  private readonly strangers = new Map<PeerConnection, NodeJS.Timeout>();
  private readonly dialling = new Set<Socket>();
  private listener: Server | null = null;

  constructor(options: PeerPortOptions, owner: PeerPortOwner) {
    this.options = options;
    this.owner = owner;
  }

  get isOpen(): boolean {
    return this.listener !== null;
  }

  /** Rejects if the port cannot be had. */
  open(): Promise<void> {
    const listener = createServer();
    this.listener = listener;
    listener.on('connection', (socket) => this.accept(socket));
    return new Promise((resolve, reject) => {
      listener.on('error', reject);
      const { host, port } = this.options.address;
      listener.listen(port, host, () => resolve());
    });
  }

  /** Nobody can dial it any more; what is connected stays. */
  closeListener(): void {
    this.listener?.close();
    this.listener = null;
    for (const stranger of this.strangers.keys()) stranger.reset();
  }

  /** The server is gone. */
  close(): void {
    this.closeListener();
    for (const socket of this.dialling) socket.destroy();
    for (const connection of this.connections.values()) connection.reset();
  }

  /** Answered by `peerConnected` or `peerRefused`. Null: nobody knows where it lives. */
  dial(peer: number, address: HostPort | null): void {
    const { link } = this.options;
    if (address === null) {
      this.owner.push({ type: 'peerRefused', link, peer });
      return;
    }
    const socket = connect(address);
    this.dialling.add(socket);
    const timeout = setTimeout(() => socket.destroy(), DIAL_TIMEOUT_MS);
    // 'close' follows.
    const ignore = () => {};
    const onClose = () => {
      clearTimeout(timeout);
      if (this.dialling.delete(socket)) this.owner.push({ type: 'peerRefused', link, peer });
    };
    socket.on('error', ignore);
    socket.on('close', onClose);
    socket.on('connect', () => {
      clearTimeout(timeout);
      this.dialling.delete(socket);
      socket.off('close', onClose);
      const connection = this.connectionOf(socket, false);
      if (this.options.greeting.length > 0) connection.send(this.options.greeting);
      this.admit(connection, peer, true);
    });
  }

  send(id: number, bytes: Uint8Array): void {
    this.connections.get(id)?.send(this.options.link === 'election' ? frame(bytes) : bytes);
  }

  disconnect(id: number): void {
    this.connections.get(id)?.close();
    this.connections.delete(id);
  }

  onHello(connection: PeerConnection, message: InitialMessage): void {
    const { sid } = message;
    this.forget(connection);
    if (sid < 0 || sid > SID_MAX || sid === this.options.sid) {
      connection.close();
      return;
    }
    this.owner.onHello(message);
    this.admit(connection, sid, false);
  }

  onPacket({ id, peer }: PeerConnection, bytes: Uint8Array): void {
    const { link } = this.options;
    if (peer === null) return;
    this.owner.push({ type: 'peerPacket', link, peer, connection: id, bytes });
  }

  onGone(connection: PeerConnection): void {
    const { id, peer } = connection;
    this.forget(connection);
    if (!this.connections.delete(id) || peer === null) return;
    const { link } = this.options;
    this.owner.push({ type: 'peerDisconnected', link, peer, connection: id });
  }

  private accept(socket: Socket): void {
    if (this.strangers.size >= STRANGERS_MAX) {
      socket.destroy();
      return;
    }
    const stranger = this.connectionOf(socket, true);
    const timeout = setTimeout(() => stranger.reset(), this.options.handshakeTimeoutMs);
    this.strangers.set(stranger, timeout);
  }

  private connectionOf(socket: Socket, isPeerDialling: boolean): PeerConnection {
    const stream = peerStreamOf(this.options.link, isPeerDialling);
    return new PeerConnection(this.owner.newId(), socket, stream, this);
  }

  private admit(connection: PeerConnection, peer: number, dialled: boolean): void {
    const { link } = this.options;
    connection.peer = peer;
    this.connections.set(connection.id, connection);
    this.owner.push({ type: 'peerConnected', link, peer, connection: connection.id, dialled });
  }

  private forget(stranger: PeerConnection): void {
    clearTimeout(this.strangers.get(stranger));
    this.strangers.delete(stranger);
  }
}
