/**
 * The TCP of one participant's machine: connections that are FIFO and reliable while open, over
 * links that lose and delay. It outlives no process: a kill ends it with a reset of every
 * connection. Source: RFC 9293 in outline.
 *
 * Departs: there are no acknowledgements. The sender's side knows the link, so it knows at once
 * what gets lost, and sends it again after the timeout that a real one would need to notice.
 */

import type { ParticipantId } from './address.ts';
import { Connection, type Outgoing, type Summary } from './Connection.ts';
import { HEALTHY, type LatencyRange, LinkModel, type LinkState } from './LinkModel.ts';
import { type ConnectionKey, connectionKey, type Message, NO_BYTES } from './Message.ts';
import { Peer, type PeerStatus } from './Peer.ts';
import type { Channel, NetworkTrace } from './trace.ts';

/** First wait before a lost message is sent again; doubles up to the longest. */
export const RETRANSMIT_US = 200_000;
export const RETRANSMIT_MAX_US = 3_200_000;
/** Tries of one message before its connection breaks, as tcp_retries2. */
export const ATTEMPTS_MAX = 15;
/** Messages that may wait behind a lost one. */
export const UNSENT_MAX = 10_000;
export const DIAL_TIMEOUT_US = 5_000_000;
export const CONNECTIONS_MAX = 4_096;

export interface StackWake {
  readonly type: 'retransmit' | 'dialTimeout' | 'refuse' | 'reset' | 'overflow';
  readonly connection: Connection;
}

/** What a stack needs from the participant that it is in, and what it tells it. */
export interface StackHost {
  readonly nowUs: number;
  wakeAt(atUs: number, wake: StackWake): void;
  post(message: Message): void;
  /** False: leave out what happens with every message. */
  readonly isTracing: boolean;
  trace(event: NetworkTrace): void;
  onConnected(connection: Connection, dialled: boolean): void;
  onRefused(connection: Connection): void;
  /** A `frame` or a `word`. */
  onMessage(connection: Connection, message: Message): void;
  onDisconnected(connection: Connection): void;
}

export interface StackIdentity {
  readonly id: ParticipantId;
  readonly incarnation: number;
  readonly seed: number;
  readonly latencyUs: LatencyRange;
  /** Id of the first message: ids rise through all lives of a participant. */
  readonly firstMessageId: number;
}

const SYN: Outgoing = control('SYN');
const ACCEPT: Outgoing = control('ACCEPT');
const FIN: Outgoing = control('FIN');
const RST: Outgoing = control('RST');

function control(type: 'SYN' | 'ACCEPT' | 'FIN' | 'RST'): Outgoing {
  return { type, payload: NO_BYTES, summary: { kind: type, text: '' } };
}

export class NetworkStack {
  nextMessageId: number;
  private readonly me: StackIdentity;
  private readonly host: StackHost;
  private readonly peers = new Map<ParticipantId, Peer>();
  private readonly connections = new Map<ConnectionKey, Connection>();
  private readonly byLocal = new Map<number, Connection>();
  private nextLocal = 1;

  constructor(me: StackIdentity, host: StackHost) {
    this.me = me;
    this.host = host;
    this.nextMessageId = me.firstMessageId;
  }

  /** The open connection that the process knows by this number. */
  find(local: number): Connection | undefined {
    return this.byLocal.get(local);
  }

  dial(to: ParticipantId, channel: Channel): Connection {
    const key = connectionKey(this.me.id, this.nextMessageId);
    const connection = this.open(key, this.peerOf(to), channel, 'dialling');
    this.host.wakeAt(this.host.nowUs + DIAL_TIMEOUT_US, { type: 'dialTimeout', connection });
    this.queue(connection, SYN);
    return connection;
  }

  /** Ignored once the connection is closed; `word` for a four-letter word. */
  send(
    connection: Connection,
    type: 'frame' | 'word',
    payload: Uint8Array,
    summary: Summary,
  ): void {
    if (connection.state === 'open') this.queue(connection, { type, payload, summary });
  }

  /** The process is done with it; the peer is told after everything that was sent. */
  close(connection: Connection): void {
    if (connection.state === 'dialling') {
      this.forget(connection);
    } else if (connection.state === 'open') {
      this.traceEnd(connection, 'closed here');
      connection.state = 'closing';
      this.byLocal.delete(connection.local);
      this.queue(connection, FIN);
      if (connection.unsent.length === 0) this.forget(connection);
    }
  }

  /** Breaks a connection from this side; the process is told. */
  reset(connection: Connection, reason: string): void {
    if (connection.state === 'closed') return;
    this.sendReset(connection.peer, connection.channel, connection.key, connection.lastArriveUs);
    this.end(connection, reason);
  }

  /** The process dies and its machine lives: every peer gets a reset. Nobody is told here. */
  resetAll(): void {
    for (const { peer, channel, key, lastArriveUs } of this.connections.values()) {
      this.sendReset(peer, channel, key, lastArriveUs);
    }
  }

  receive(message: Message): void {
    const { id, from, connection: key, type } = message;
    if (this.host.isTracing) this.host.trace({ type: 'messageDelivered', id, from });
    const connection = this.connections.get(key);
    if (type === 'SYN') {
      this.accept(message);
    } else if (connection === undefined) {
      if (type !== 'RST') this.sendReset(this.peerOf(from), message.channel, key, 0);
    } else if (type === 'ACCEPT') {
      if (connection.state !== 'dialling') return;
      connection.state = 'open';
      this.becomeOpen(connection, true);
    } else if (type === 'FIN' || type === 'RST') {
      this.end(connection, type === 'FIN' ? 'closed by peer' : 'reset by peer');
    } else if (connection.state === 'open') {
      this.host.onMessage(connection, message);
    }
  }

  wake({ type, connection }: StackWake): void {
    if (connection.state === 'closed') return;
    if (type === 'retransmit') {
      this.retransmit(connection);
    } else if (type === 'overflow') {
      this.reset(connection, 'too much unsent');
    } else if (type === 'reset') {
      this.end(connection, 'reset by peer');
    } else if (connection.state === 'dialling') {
      this.end(connection, type === 'refuse' ? 'refused' : 'no answer');
    }
  }

  /** What the conductor says of a peer. News of an earlier life are old news. */
  setPeer({ id, state, incarnation }: PeerStatus): void {
    const peer = this.peerOf(id);
    if (incarnation < peer.incarnation) return;
    const isNewLife = incarnation > peer.incarnation;
    peer.state = state;
    peer.incarnation = incarnation;
    if (state === 'down' || isNewLife) this.refuseDials(peer);
  }

  setLink(from: ParticipantId, to: ParticipantId, state: LinkState): void {
    if (to === this.me.id) this.peerOf(from).reverse = state;
    if (from !== this.me.id) return;
    const peer = this.peerOf(to);
    const { held: wasHeld } = peer.link.state;
    peer.link.state = state;
    if (state.held && !wasHeld) peer.heldSinceUs = this.host.nowUs;
    if (wasHeld && !state.held) this.release(peer);
  }

  /** What was on its way comes as much later as it stood still, and then what waited. */
  private release(peer: Peer): void {
    const laterUs = this.host.nowUs - peer.heldSinceUs;
    for (const connection of [...this.connections.values()]) {
      if (connection.peer !== peer) continue;
      if (connection.lastArriveUs > peer.heldSinceUs) connection.lastArriveUs += laterUs;
      this.retransmit(connection);
    }
  }

  private peerOf(id: ParticipantId): Peer {
    const known = this.peers.get(id);
    if (known !== undefined) return known;
    const { seed, id: from, incarnation, latencyUs } = this.me;
    const peer = new Peer(id, new LinkModel(seed, from, id, incarnation, latencyUs), HEALTHY);
    this.peers.set(id, peer);
    return peer;
  }

  private open(
    key: ConnectionKey,
    peer: Peer,
    channel: Channel,
    state: 'dialling' | 'open',
  ): Connection {
    const local = this.nextLocal++;
    const connection = new Connection(key, local, peer, channel, state, RETRANSMIT_US);
    this.connections.set(key, connection);
    this.byLocal.set(local, connection);
    return connection;
  }

  private accept({ from, channel, connection: key }: Message): void {
    const peer = this.peerOf(from);
    if (this.connections.size >= CONNECTIONS_MAX) {
      this.sendReset(peer, channel, key, 0);
      return;
    }
    const connection = this.open(key, peer, channel, 'open');
    this.queue(connection, ACCEPT);
    this.becomeOpen(connection, false);
  }

  private becomeOpen(connection: Connection, dialled: boolean): void {
    const { peer, channel } = connection;
    this.host.trace({ type: 'connected', to: peer.id, channel });
    this.host.onConnected(connection, dialled);
  }

  private end(connection: Connection, reason: string): void {
    const { state } = connection;
    this.forget(connection);
    if (state === 'dialling') {
      this.host.onRefused(connection);
    } else if (state === 'open') {
      this.traceEnd(connection, reason);
      this.host.onDisconnected(connection);
    }
  }

  private traceEnd({ peer, channel }: Connection, reason: string): void {
    this.host.trace({ type: 'disconnected', from: peer.id, channel, reason });
  }

  private forget(connection: Connection): void {
    connection.state = 'closed';
    connection.unsent.length = 0;
    this.connections.delete(connection.key);
    this.byLocal.delete(connection.local);
  }

  private queue(connection: Connection, outgoing: Outgoing): void {
    const { unsent } = connection;
    if (unsent.length === 0) {
      if (this.transmit(connection, outgoing)) return;
      if (!connection.peer.link.state.held) this.scheduleRetransmit(connection);
    } else if (unsent.length >= UNSENT_MAX) {
      // Not at once: the process is in the middle of what it does.
      this.host.wakeAt(this.host.nowUs, { type: 'overflow', connection });
      return;
    }
    unsent.push(outgoing);
  }

  private scheduleRetransmit(connection: Connection): void {
    const { retransmitUs } = connection;
    connection.retransmitUs = Math.min(2 * retransmitUs, RETRANSMIT_MAX_US);
    connection.attempts += 1;
    this.host.wakeAt(this.host.nowUs + retransmitUs, { type: 'retransmit', connection });
  }

  private retransmit(connection: Connection): void {
    const { unsent, peer } = connection;
    if (peer.link.state.held) return;
    for (let head = unsent[0]; head !== undefined; head = unsent[0]) {
      if (!this.transmit(connection, head)) {
        if (connection.attempts < ATTEMPTS_MAX) this.scheduleRetransmit(connection);
        else this.end(connection, 'no answer');
        return;
      }
      unsent.shift();
      connection.retransmitUs = RETRANSMIT_US;
      connection.attempts = 0;
    }
    if (connection.state === 'closing') this.forget(connection);
  }

  /** Puts a message on the wire. False if it is held back, or got lost and has to be sent again. */
  private transmit(connection: Connection, outgoing: Outgoing): boolean {
    const { peer, channel, key, lastArriveUs } = connection;
    if (peer.link.state.held) return false;
    const arriveUs = Math.max(this.host.nowUs + peer.link.drawLatencyUs(), lastArriveUs);
    const id = this.traceSent(peer, channel, outgoing, arriveUs);
    const reason = lossReason(peer);
    if (reason !== null) {
      this.traceLost(peer, id, arriveUs, reason);
      return false;
    }
    if (peer.state === 'down') {
      this.traceLost(peer, id, arriveUs, 'down');
      // The machine answers with RST, if the way back is open.
      if (peer.reverse.cut || peer.reverse.held) return false;
      const resetUs = arriveUs + peer.link.drawLatencyUs();
      this.host.wakeAt(resetUs, { type: 'reset', connection });
      return true;
    }
    connection.lastArriveUs = arriveUs;
    this.deliver(peer, channel, key, outgoing, id, arriveUs);
    return true;
  }

  /**
   * A reset is sent once, and not over a held link: whoever misses it gets another when it next
   * sends.
   */
  private sendReset(peer: Peer, channel: Channel, key: ConnectionKey, notBeforeUs: number): void {
    if (peer.link.state.held) return;
    const arriveUs = Math.max(this.host.nowUs + peer.link.drawLatencyUs(), notBeforeUs);
    const id = this.traceSent(peer, channel, RST, arriveUs);
    const reason = lossReason(peer) ?? (peer.state === 'down' ? 'down' : null);
    if (reason === null) this.deliver(peer, channel, key, RST, id, arriveUs);
    else this.traceLost(peer, id, arriveUs, reason);
  }

  private deliver(
    peer: Peer,
    channel: Channel,
    connection: ConnectionKey,
    { type, payload }: Outgoing,
    id: number,
    arriveUs: number,
  ): void {
    this.host.post({
      type,
      id,
      from: this.me.id,
      to: peer.id,
      toIncarnation: peer.incarnation,
      channel,
      connection,
      arriveUs,
      payload,
    });
  }

  private traceSent(peer: Peer, channel: Channel, outgoing: Outgoing, arriveUs: number): number {
    const id = this.nextMessageId++;
    if (!this.host.isTracing) return id;
    const { summary, payload } = outgoing;
    this.host.trace({
      type: 'messageSent',
      id,
      to: peer.id,
      channel,
      kind: summary.kind,
      text: summary.text,
      zxid: summary.zxid ?? 0,
      bytes: payload.length,
      arriveUs,
    });
    return id;
  }

  private traceLost(
    peer: Peer,
    id: number,
    arriveUs: number,
    reason: 'cut' | 'loss' | 'down',
  ): void {
    const { nowUs, isTracing } = this.host;
    if (!isTracing) return;
    // What nobody answers gets there; what the network loses gets half way.
    const diesUs = reason === 'down' ? arriveUs : nowUs + Math.floor((arriveUs - nowUs) / 2);
    this.host.trace({ type: 'messageLost', id, to: peer.id, diesUs, reason });
  }

  /** Dials whose SYN is on its way to a process that is gone: its machine refuses them. */
  private refuseDials(peer: Peer): void {
    for (const connection of this.connections.values()) {
      if (connection.peer !== peer || connection.state !== 'dialling') continue;
      if (connection.unsent.length > 0) continue;
      const answerUs = connection.lastArriveUs + peer.link.drawLatencyUs();
      const atUs = Math.max(this.host.nowUs, answerUs);
      this.host.wakeAt(atUs, { type: 'refuse', connection });
    }
  }
}

/** Why nothing that is sent now arrives, or null. */
function lossReason(peer: Peer): 'cut' | 'loss' | 'down' | null {
  const isLost = peer.link.drawLoss();
  if (peer.state === 'off') return 'down';
  if (peer.link.state.cut) return 'cut';
  return isLost ? 'loss' : null;
}
