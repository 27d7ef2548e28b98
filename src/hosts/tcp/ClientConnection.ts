/**
 * One client's socket: bytes in become frames that wait until the server may take them, answers
 * out are gathered and leave as one write. Whoever sends faster than it is answered, or does not
 * read, is not read from.
 * Source: ZooKeeper NIOServerCnxn; RequestThrottler for what waits.
 */

import type { Socket } from 'node:net';
import type { OutsideEvent } from '../../conductor/Outside.ts';
import { type FrameEvent, FrameSplitter } from '../../protocol/frames.ts';
import type { MessageKind } from '../../server/effects.ts';
import { FOUR_LETTER_WORDS } from '../../server/pipeline/FourLetterWords.ts';

/** Requests of one connection that the server has and has not answered; below its own limit. */
export const UNANSWERED_MAX = 500;
/** Frames that have come and wait; no more is read. */
const WAITING_PAUSE = 1_000;
/** Frames that one connection brings into one turn, so that all get their turn. */
const FRAMES_PER_TURN = 128;
/** Answers that wait in a socket: above the first it is not read, above the second it is cut. */
const UNSENT_PAUSE_BYTES = 1 << 20;
const UNSENT_MAX_BYTES = 64 << 20;
/** From our end of the connection to the client's. */
const LINGER_MS = 2_000;

const LENGTH_BYTES = 4;

type Item = FrameEvent | { readonly type: 'end' };

/** What connections of one server share. */
export interface Port {
  /** It has something for the server, or may go on. */
  onReady(connection: ClientConnection): void;
  onDirty(connection: ClientConnection): void;
  onGone(connection: ClientConnection): void;
}

export class ClientConnection {
  readonly id: number;
  readonly openedAtMs: number;
  /** Answered once at least: it has a session. */
  isEstablished = false;
  /** Requests that the server has and has not answered, and about how many bytes they are. */
  unanswered = 0;
  unansweredBytes = 0;
  private readonly socket: Socket;
  private readonly port: Port;
  private readonly splitter: FrameSplitter;
  private waiting: Item[] = [];
  private outgoing: Uint8Array[] = [];
  private outgoingBytes = 0;
  private isClosing = false;
  private isGone = false;
  private hasWord = false;

  constructor(id: number, socket: Socket, port: Port, frameBytesMax: number) {
    this.id = id;
    this.socket = socket;
    this.port = port;
    this.openedAtMs = performance.now();
    this.splitter = new FrameSplitter({ maxFrameBytes: frameBytesMax, words: FOUR_LETTER_WORDS });
    socket.setNoDelay(true);
    socket.on('data', (chunk: Uint8Array) => this.receive(this.splitter.push(chunk)));
    socket.on('end', () => this.receive([{ type: 'end' }]));
    socket.on('drain', () => this.port.onReady(this));
    // 'close' follows, and says all that is needed.
    socket.on('error', () => {});
    socket.on('close', () => this.beGone());
  }

  get hasWaiting(): boolean {
    return this.waiting.length > 0;
  }

  /** Whether something of it could go to the server now. */
  get isReady(): boolean {
    return (
      this.waiting.length > 0 &&
      !this.isClosing &&
      this.unanswered < UNANSWERED_MAX &&
      this.socket.writableLength < UNSENT_PAUSE_BYTES
    );
  }

  /** Moves up to `framesMax` frames to `events`. Returns how many bytes. */
  takeInto(events: OutsideEvent[], framesMax: number): number {
    const { id: connection, waiting } = this;
    const room = Math.min(framesMax, FRAMES_PER_TURN, UNANSWERED_MAX - this.unanswered);
    let taken = 0;
    let bytes = 0;
    while (taken < room && taken < waiting.length && !this.isClosing) {
      const item = waiting[taken++] as Item;
      if (item.type === 'frame') {
        events.push({ type: 'clientFrame', connection, payload: item.bytes });
        this.unanswered += 1;
        bytes += item.bytes.length;
      } else if (item.type === 'word') {
        this.hasWord = true;
        events.push({ type: 'fourLetterWord', connection, word: item.word });
      } else if (item.type === 'badLength' || !this.hasWord) {
        // Whoever asked by a word and then closed its side still gets its answer.
        events.push({ type: 'clientDisconnected', connection });
        this.close();
      }
    }
    waiting.splice(0, taken);
    this.unansweredBytes += bytes;
    if (waiting.length > 0) this.socket.pause();
    else if (this.socket.isPaused()) this.socket.resume();
    return bytes;
  }

  /** `payload` is not copied before `flush`. */
  send(payload: Uint8Array, kind: MessageKind): void {
    if (this.isGone) return;
    const isText = kind === 'fourLetterWord';
    // Every request gets one answer; events are none.
    if (!isText && kind !== 'watchEvent') this.countAnswer();
    this.outgoing.push(payload);
    this.outgoingBytes += payload.length + (isText ? 0 : LENGTH_BYTES);
    this.hasWord ||= isText;
    this.port.onDirty(this);
  }

  /** After what was sent. */
  close(): void {
    this.isClosing = true;
    this.port.onDirty(this);
  }

  /** One write for all that the turn brought. */
  flush(): void {
    if (this.isGone) return;
    if (this.outgoing.length > 0) this.socket.write(this.takeOutgoing());
    if (this.isClosing) this.finish();
    else if (this.socket.writableLength > UNSENT_MAX_BYTES) this.reset();
  }

  /** The machine goes dark: nothing comes or goes, and the client is not told. */
  freeze(): void {
    this.isClosing = true;
    this.socket.pause();
  }

  /** The process dies: its machine resets what it had open. */
  reset(): void {
    if ('encrypted' in this.socket) this.socket.destroy();
    else this.socket.resetAndDestroy();
  }

  private receive(items: readonly Item[]): void {
    if (this.isClosing || items.length === 0) return;
    this.waiting.push(...items);
    if (this.waiting.length > WAITING_PAUSE) this.socket.pause();
    this.port.onReady(this);
  }

  private countAnswer(): void {
    if (this.unanswered === 0) return;
    this.unansweredBytes -= Math.floor(this.unansweredBytes / this.unanswered);
    this.unanswered -= 1;
    this.isEstablished = true;
  }

  private takeOutgoing(): Uint8Array {
    const { outgoing, outgoingBytes, hasWord } = this;
    this.outgoing = [];
    this.outgoingBytes = 0;
    const bytes = Buffer.allocUnsafe(outgoingBytes);
    let at = 0;
    for (const payload of outgoing) {
      if (!hasWord) at = bytes.writeInt32BE(payload.length, at);
      bytes.set(payload, at);
      at += payload.length;
    }
    return bytes;
  }

  private finish(): void {
    this.waiting = [];
    this.socket.end();
    this.socket.resume();
    const timeout = setTimeout(() => this.socket.destroy(), LINGER_MS);
    this.socket.on('close', () => clearTimeout(timeout));
  }

  private beGone(): void {
    if (this.isGone) return;
    this.isGone = true;
    this.waiting = [];
    this.port.onGone(this);
  }
}
