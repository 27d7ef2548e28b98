/**
 * The mesh of election links: one connection per pair, the newest message per peer.
 * Source: QuorumCnxManager.
 *
 * Of a pair, the server with the higher sid keeps the connection that it dialled. A server with a
 * lower sid that has something to say dials too, and is dialled back: that is how a server that
 * nobody misses makes itself heard, be it no member yet. On every new connection the last message
 * is sent (again), so receivers must bear a stale one.
 */

import { assert } from '../../base/assert.ts';
import type { Sid } from '../config.ts';
import type { ServerContext } from '../context.ts';
import type { MessageSummary } from '../effects.ts';
import type { ConnectionId } from '../events.ts';

export interface ElectionMessage {
  readonly bytes: Uint8Array;
  readonly summary: MessageSummary;
}

export class ElectionLinks {
  private readonly context: ServerContext;
  private readonly connections = new Map<Sid, ConnectionId>();
  private readonly dialling = new Set<Sid>();
  private readonly lastMessages = new Map<Sid, ElectionMessage>();

  constructor(context: ServerContext) {
    this.context = context;
  }

  /** Says it now, or as soon as there is a connection and nothing newer to say. */
  send(peer: Sid, message: ElectionMessage): void {
    this.lastMessages.set(peer, message);
    if (this.connections.has(peer)) this.sendLast(peer);
    else this.dial(peer);
  }

  onConnected(peer: Sid, connection: ConnectionId, dialled: boolean): void {
    if (dialled) this.dialling.delete(peer);
    const isHigher = this.context.config.sid > peer;
    if (dialled && !isHigher) {
      this.close(connection);
    } else if (!dialled && isHigher) {
      // The peer is without a connection, whatever this side believes.
      this.close(connection);
      this.drop(peer);
      this.dial(peer);
    } else {
      this.drop(peer);
      this.connections.set(peer, connection);
      if (this.lastMessages.has(peer)) this.sendLast(peer);
    }
  }

  /** The next message to this peer, at the latest by the notification timer, dials again. */
  onRefused(peer: Sid): void {
    this.dialling.delete(peer);
  }

  onDisconnected(peer: Sid, connection: ConnectionId): void {
    if (this.connections.get(peer) === connection) this.connections.delete(peer);
  }

  private dial(peer: Sid): void {
    if (this.dialling.has(peer)) return;
    this.dialling.add(peer);
    this.context.emit({ type: 'connectPeer', link: 'election', peer });
  }

  private drop(peer: Sid): void {
    const connection = this.connections.get(peer);
    if (connection === undefined) return;
    this.connections.delete(peer);
    this.close(connection);
  }

  private close(connection: ConnectionId): void {
    this.context.emit({ type: 'disconnectPeer', connection });
  }

  private sendLast(peer: Sid): void {
    const connection = this.connections.get(peer);
    const message = this.lastMessages.get(peer);
    assert(connection !== undefined && message !== undefined, `nothing to send to S${peer}`);
    this.context.emit({ type: 'sendPeer', connection, ...message });
  }
}
