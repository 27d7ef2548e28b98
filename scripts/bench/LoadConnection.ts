/**
 * One session of the load generator. A repeated request is written once and sent again and again
 * with another xid; what one chunk answers is asked again by one write.
 */

import { connect, type Socket } from 'node:net';
import { decode, encode } from '../../src/protocol/codec.ts';
import { FrameSplitter, frame } from '../../src/protocol/frames.ts';
import { ConnectRequest, ConnectResponse } from '../../src/protocol/records.ts';
import { type ClientRequest, encodeRequest } from '../../src/protocol/requests.ts';
import { ZERO_ZXID } from '../../src/protocol/zxid.ts';

const SESSION_MS = 10_000;
/** In a reply: xid, zxid, err. */
const ERR_AT = 12;
/** In a request: the length, then the xid. */
const XID_AT = 4;

export class LoadConnection {
  /** Of a repeated request, in the order of the answers. */
  readonly latenciesMs: number[] = [];
  readonly closed: Promise<void>;
  private readonly socket: Socket;
  private readonly splitter = new FrameSplitter();
  private onReplies: (replies: readonly Uint8Array[]) => void = () => {};
  private onClosed: (error: Error) => void = () => {};
  private xid = 0;

  private constructor(server: string) {
    const [host = '', port] = server.split(':');
    this.socket = connect(Number(port), host);
    this.socket.setNoDelay(true);
    this.socket.on('data', (chunk: Uint8Array) => {
      const frames: Uint8Array[] = [];
      for (const event of this.splitter.push(chunk)) {
        if (event.type === 'frame') frames.push(event.bytes);
      }
      if (frames.length > 0) this.onReplies(frames);
    });
    this.socket.on('error', () => {});
    this.closed = new Promise((resolve) => {
      this.socket.on('close', () => {
        this.onClosed(new Error(`${server} closed the connection`));
        resolve();
      });
    });
  }

  /** With a session of its own. Rejects where no server serves. */
  static async open(server: string): Promise<LoadConnection> {
    const connection = new LoadConnection(server);
    const request = {
      protocolVersion: 0,
      lastZxidSeen: ZERO_ZXID,
      timeOut: SESSION_MS,
      sessionId: 0n,
      passwd: new Uint8Array(16),
      readOnly: false,
    };
    const [reply] = await connection.exchange(frame(encode(ConnectRequest, request)), 1);
    const response = decode(ConnectResponse, reply ?? new Uint8Array(0));
    if (!response.ok || response.value.timeOut === 0) throw new Error(`${server}: no session`);
    return connection;
  }

  /** Resolves to the error code: 0 is none. */
  async ask(request: ClientRequest): Promise<number> {
    const [err = 0] = await this.askAll([request]);
    return err;
  }

  async askAll(requests: readonly ClientRequest[]): Promise<number[]> {
    const frames = requests.map((request) => frame(encodeRequest(++this.xid, request)));
    const replies = await this.exchange(Buffer.concat(frames), requests.length);
    return replies.map(errOf);
  }

  /** Keeps `outstanding` of it on the way until the connection is closed. */
  repeat(request: ClientRequest, outstanding: number): void {
    const template = frame(encodeRequest(0, request));
    const sentMs: number[] = [];
    let answered = 0;
    const send = (count: number) => {
      const bytes = Buffer.allocUnsafe(template.length * count);
      const nowMs = performance.now();
      for (let i = 0; i < count; i++) {
        bytes.set(template, i * template.length);
        bytes.writeInt32BE(++this.xid, i * template.length + XID_AT);
        sentMs.push(nowMs);
      }
      this.socket.write(bytes);
    };
    this.onReplies = (replies) => {
      const nowMs = performance.now();
      for (const reply of replies) {
        if (errOf(reply) !== 0) throw new Error(`${request.type} failed: ${errOf(reply)}`);
        this.latenciesMs.push(nowMs - (sentMs[answered++] ?? nowMs));
      }
      send(replies.length);
    };
    send(outstanding);
  }

  close(): void {
    this.onReplies = () => {};
    this.socket.destroy();
  }

  private exchange(bytes: Uint8Array, count: number): Promise<Uint8Array[]> {
    return new Promise((resolve, reject) => {
      const replies: Uint8Array[] = [];
      this.onClosed = reject;
      this.onReplies = (frames) => {
        replies.push(...frames);
        if (replies.length >= count) resolve(replies);
      };
      this.socket.write(bytes);
    });
  }
}

function errOf(reply: Uint8Array): number {
  return new DataView(reply.buffer, reply.byteOffset).getInt32(ERR_AT);
}
