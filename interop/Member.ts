/** One of many sessions, by hand over a socket: it can lose its connection and come back. */

import { connect, type Socket } from 'node:net';
import type { Codec } from '../src/protocol/codec.ts';
import { decode, encode } from '../src/protocol/codec.ts';
import { WatcherEvent } from '../src/protocol/events.ts';
import { FrameSplitter, frame } from '../src/protocol/frames.ts';
import { Xid } from '../src/protocol/opcodes.ts';
import {
  ConnectRequest,
  ConnectResponse,
  REPLY_HEADER_BYTES,
  ReplyHeader,
} from '../src/protocol/records.ts';
import {
  type ClientRequest,
  encodeRequest,
  type ResponseName,
  type ResponseOf,
  responseCodecs,
} from '../src/protocol/requests.ts';
import { ZERO_ZXID, type Zxid } from '../src/protocol/zxid.ts';

export class Member {
  sessionId = 0n;
  /** Paths of the events that came, in their order. */
  readonly events: string[] = [];
  private readonly timeoutMs: number;
  private passwd: Uint8Array = new Uint8Array(16);
  private lastZxid: Zxid = ZERO_ZXID;
  private lastXid = 0;
  private socket: Socket | null = null;
  private onFrame: (payload: Uint8Array) => void = () => {};
  private onClosed: () => void = () => {};

  constructor(timeoutMs: number) {
    this.timeoutMs = timeoutMs;
  }

  get isConnected(): boolean {
    return this.socket !== null;
  }

  /** Opens its session, or attaches to it again. Rejects if that server does not serve it. */
  async connect(port: number): Promise<void> {
    const splitter = new FrameSplitter();
    const socket = connect(port, '127.0.0.1');
    this.socket = socket;
    socket.on('error', () => {});
    socket.on('data', (chunk: Uint8Array) => {
      for (const event of splitter.push(chunk)) {
        if (event.type === 'frame') this.onFrame(event.bytes);
      }
    });
    socket.on('close', () => {
      this.socket = null;
      this.onClosed();
    });
    const { sessionId, passwd, lastZxid: lastZxidSeen, timeoutMs: timeOut } = this;
    const plain = { protocolVersion: 0, readOnly: false };
    const request = { ...plain, lastZxidSeen, timeOut, sessionId, passwd };
    // Nothing else comes before the answer, which has no header.
    const bytes = frame(encode(ConnectRequest, request));
    const [answer] = await this.exchange(bytes, 1, () => false);
    const response = decode(ConnectResponse, answer ?? new Uint8Array(0));
    if (!response.ok || response.value.timeOut === 0) throw new Error('the session is gone');
    this.sessionId = response.value.sessionId;
    this.passwd = response.value.passwd ?? this.passwd;
    this.onFrame = (payload) => this.takeEvent(payload);
  }

  /** The answers to requests of one kind. Rejects at the first error, or without a connection. */
  async ask<K extends ResponseName & ClientRequest['type']>(
    requests: readonly (ClientRequest & { readonly type: K })[],
    xid: number | null = null,
  ): Promise<ResponseOf<K>[]> {
    const frames = requests.map((it) => frame(encodeRequest(xid ?? ++this.lastXid, it)));
    const answers = await this.exchange(Buffer.concat(frames), requests.length);
    return answers.map((payload, i) => {
      const header = decode(ReplyHeader, payload);
      const type = requests[i]?.type as K;
      if (!header.ok || header.value.err !== 0) {
        throw new Error(`${type}: ${header.ok ? header.value.err : 'unreadable'}`);
      }
      const codec = responseCodecs[type] as Codec<ResponseOf<K>>;
      const body = decode(codec, payload.subarray(REPLY_HEADER_BYTES));
      if (!body.ok) throw new Error(`${type}: ${body.error.message}`);
      return body.value;
    });
  }

  /** As clients do after a new connection: what changed meanwhile is told at once. */
  async watchAgain(dataWatches: readonly string[]): Promise<void> {
    const [existWatches, childWatches, relativeZxid] = [[], [], this.lastZxid];
    const watches = { relativeZxid, dataWatches, existWatches, childWatches };
    await this.exchange(
      frame(encodeRequest(Xid.setWatches, { type: 'setWatches', ...watches })),
      1,
    );
  }

  ping(): void {
    this.socket?.write(frame(encodeRequest(Xid.ping, { type: 'ping' })));
  }

  end(): void {
    this.socket?.destroy();
  }

  private exchange(
    bytes: Uint8Array,
    count: number,
    takeEvent = (payload: Uint8Array) => this.takeEvent(payload),
  ): Promise<Uint8Array[]> {
    return new Promise((resolve, reject) => {
      const answers: Uint8Array[] = [];
      this.onClosed = () => reject(new Error('the connection was closed'));
      if (this.socket === null) return this.onClosed();
      this.onFrame = (payload) => {
        if (!takeEvent(payload)) answers.push(payload);
        if (answers.length === count) resolve(answers);
      };
      this.socket.write(bytes);
    });
  }

  /** False if it is no event, and no answer to a ping either. */
  private takeEvent(payload: Uint8Array): boolean {
    const header = decode(ReplyHeader, payload);
    if (!header.ok) return false;
    const { xid, zxid } = header.value;
    if (xid === Xid.ping) return true;
    if (zxid > this.lastZxid) this.lastZxid = zxid as Zxid;
    if (xid !== Xid.notification) return false;
    const event = decode(WatcherEvent, payload.subarray(REPLY_HEADER_BYTES));
    if (event.ok) this.events.push(event.value.path);
    return true;
  }
}
