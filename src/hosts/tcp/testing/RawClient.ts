/** A client that speaks the protocol by hand over a real socket, with promises for its answers. */

import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type Codec, decode, encode } from '../../../protocol/codec.ts';
import { FrameSplitter, frame } from '../../../protocol/frames.ts';
import {
  ConnectRequest,
  ConnectResponse,
  REPLY_HEADER_BYTES,
  ReplyHeader,
} from '../../../protocol/records.ts';
import {
  type ClientRequest,
  encodeRequest,
  type ResponseName,
  type ResponseOf,
  responseCodecs,
} from '../../../protocol/requests.ts';
import { ZERO_ZXID } from '../../../protocol/zxid.ts';

export interface SessionOptions {
  readonly sessionId?: bigint;
  readonly passwd?: Uint8Array | null;
  readonly timeOut?: number;
}

const OPEN_ACL = [{ perms: 31, id: { scheme: 'world', id: 'anyone' } }];

export class RawClient {
  readonly socket: Socket;
  session: ConnectResponse = {
    protocolVersion: 0,
    timeOut: 0,
    sessionId: 0n,
    passwd: null,
    readOnly: null,
  };
  readonly closed: Promise<void>;
  private readonly frames: Uint8Array[] = [];
  private readonly waiting: ((payload: Uint8Array) => void)[] = [];
  private failed: ((error: Error) => void)[] = [];
  private xid = 0;

  constructor(socket: Socket) {
    this.socket = socket;
    const splitter = new FrameSplitter();
    socket.on('error', () => {});
    socket.on('data', (chunk: Uint8Array) => {
      for (const event of splitter.push(chunk)) if (event.type === 'frame') this.take(event.bytes);
    });
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        for (const fail of this.failed) fail(new Error('closed'));
        this.failed = [];
        resolve();
      });
    });
  }

  static async connect(
    port: number,
    options: SessionOptions = {},
    ca: string | null = null,
  ): Promise<RawClient> {
    const client = new RawClient(
      ca === null ? connect(port, '127.0.0.1') : connectTls({ port, host: '127.0.0.1', ca }),
    );
    const { timeOut = 10_000, sessionId = 0n, passwd = new Uint8Array(16) } = options;
    client.write(
      encode(ConnectRequest, {
        protocolVersion: 0,
        lastZxidSeen: ZERO_ZXID,
        timeOut,
        sessionId,
        passwd,
        readOnly: false,
      }),
    );
    const response = decode(ConnectResponse, await client.next());
    if (!response.ok) throw new Error(response.error.message);
    client.session = response.value;
    return client;
  }

  /** The decoded answer, or its error code. */
  async call<K extends ResponseName & ClientRequest['type']>(
    request: ClientRequest & { readonly type: K },
  ): Promise<ResponseOf<K> | number> {
    this.send(request);
    const payload = await this.next();
    const header = decode(ReplyHeader, payload.subarray(0, REPLY_HEADER_BYTES));
    if (!header.ok) throw new Error(header.error.message);
    if (header.value.err !== 0) return header.value.err;
    const codec = responseCodecs[request.type] as Codec<ResponseOf<K>>;
    const body = decode(codec, payload.subarray(REPLY_HEADER_BYTES));
    if (!body.ok) throw new Error(body.error.message);
    return body.value;
  }

  async create(path: string, data = '', flags = 0): Promise<number | { readonly path: string }> {
    return await this.call({ type: 'create', path, data: Buffer.from(data), acl: OPEN_ACL, flags });
  }

  /** The data as text, or the error code. */
  async get(path: string): Promise<string | number> {
    const answer = await this.call({ type: 'getData', path, watch: false });
    return typeof answer === 'number' ? answer : Buffer.from(answer.data ?? []).toString();
  }

  send(request: ClientRequest): void {
    this.xid += 1;
    this.write(encodeRequest(this.xid, request));
  }

  write(payload: Uint8Array): void {
    this.socket.write(frame(payload));
  }

  /** The next frame. Rejects if the connection closes before. */
  next(): Promise<Uint8Array> {
    const ready = this.frames.shift();
    if (ready !== undefined) return Promise.resolve(ready);
    return new Promise((resolve, reject) => {
      this.waiting.push(resolve);
      this.failed.push(reject);
    });
  }

  end(): void {
    this.socket.destroy();
  }

  private take(payload: Uint8Array): void {
    const resolve = this.waiting.shift();
    if (resolve === undefined) this.frames.push(payload);
    else {
      this.failed.shift();
      resolve(payload);
    }
  }
}

/** All that comes until the other side closes. */
export function ask(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.end(text));
    let answer = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      answer += chunk;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
  });
}
