/**
 * A socket to another server, from the dial or the accept to its end. What comes is cut into
 * packets; what a turn sends leaves as one write.
 */

import type { Socket } from 'node:net';
import type { InitialMessage } from '../../../protocol/initialMessage.ts';
import type { PeerStream } from './peerStreams.ts';

/** What may wait in a socket besides the longest message, which may be a snapshot. */
const UNSENT_MAX_BYTES = 256 << 20;
const KEEP_ALIVE_MS = 30_000;
/** From our end of the connection to the peer's. */
const LINGER_MS = 2_000;

export interface PeerConnectionOwner {
  /** It dialled, and says who it is. */
  onHello(connection: PeerConnection, message: InitialMessage): void;
  onPacket(connection: PeerConnection, bytes: Uint8Array): void;
  /** It is gone, by no wish of this side. */
  onGone(connection: PeerConnection): void;
}

export class PeerConnection {
  readonly id: number;
  /** Null until the peer has said who it is. */
  peer: number | null = null;
  private readonly socket: Socket;
  private readonly stream: PeerStream;
  private readonly owner: PeerConnectionOwner;
  private longestBytes = 0;
  private isDone = false;

  /** `socket`: connected. */
  constructor(id: number, socket: Socket, stream: PeerStream, owner: PeerConnectionOwner) {
    this.id = id;
    this.socket = socket;
    this.stream = stream;
    this.owner = owner;
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    socket.on('data', (chunk: Uint8Array) => this.receive(chunk));
    // 'close' follows, and says all that is needed.
    socket.on('error', () => {});
    socket.on('close', () => {
      if (this.isDone) return;
      this.isDone = true;
      owner.onGone(this);
    });
  }

  /** `bytes` as they go over the wire. A peer that does not read is cut off. */
  send(bytes: Uint8Array): void {
    if (this.isDone) return;
    this.longestBytes = Math.max(this.longestBytes, bytes.length);
    if (this.socket.writableCorked === 0) {
      this.socket.cork();
      process.nextTick(() => this.socket.uncork());
    }
    this.socket.write(bytes);
    if (this.socket.writableLength > UNSENT_MAX_BYTES + this.longestBytes) this.socket.destroy();
  }

  /** After what was sent; the owner hears nothing more. */
  close(): void {
    if (this.isDone) return;
    this.isDone = true;
    this.socket.end();
    // What comes now is nobody's.
    this.socket.resume();
    const timeout = setTimeout(() => this.socket.destroy(), LINGER_MS);
    this.socket.on('close', () => clearTimeout(timeout));
  }

  /** At once. The owner hears of it, unless it has closed the connection. */
  reset(): void {
    this.socket.destroy();
  }

  private receive(chunk: Uint8Array): void {
    if (this.isDone) return;
    for (const event of this.stream.push(chunk)) {
      if (event.type === 'hello') this.owner.onHello(this, event.message);
      else if (event.type === 'packet') this.owner.onPacket(this, event.bytes);
      else this.reset();
      if (this.isDone || this.socket.destroyed) return;
    }
  }
}
