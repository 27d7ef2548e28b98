/** The client's end of one connection: raw frames out, decoded frames in. */

import { assert } from '../../../base/assert.ts';
import { utf8Decode, utf8Encode } from '../../../base/utf8.ts';
import type { Codec } from '../../../protocol/codec.ts';
import { decode, encode } from '../../../protocol/codec.ts';
import { eventTypeName, WatcherEvent } from '../../../protocol/events.ts';
import {
  ConnectRequest,
  ConnectResponse,
  REPLY_HEADER_BYTES,
  ReplyHeader,
} from '../../../protocol/records.ts';
import type { ClientRequest, ResponseName, ResponseOf } from '../../../protocol/requests.ts';
import { encodeRequest, responseCodecs } from '../../../protocol/requests.ts';
import { asZxid, ZERO_ZXID } from '../../../protocol/zxid.ts';
import type { ServerEffect } from '../../effects.ts';

/** The server's end. */
export interface TestPort {
  frame(connection: number, payload: Uint8Array): void;
  disconnect(connection: number): void;
}

type Sent = Extract<ServerEffect, { type: 'sendClient' }>;

export interface Reply {
  readonly xid: number;
  readonly zxid: number;
  readonly err: number;
  readonly body: Uint8Array;
}

export interface HandshakeOptions {
  readonly sessionId?: bigint;
  readonly passwd?: Uint8Array | null;
  readonly timeOut?: number;
  readonly lastZxidSeen?: number;
  readonly readOnly?: boolean | null;
}

export class TestClient {
  readonly connection: number;
  sessionId = 0n;
  passwd: Uint8Array = new Uint8Array(16);
  connectResponse: ConnectResponse | null = null;
  isClosed = false;
  /** `NodeCreated /a`, in the order of arrival among `replies`. */
  readonly events: string[] = [];
  /** Everything that arrived, in order: `event NodeCreated /a`, `reply 1`. */
  readonly arrivals: string[] = [];
  private readonly replies: Reply[] = [];
  private text = '';
  private readonly server: TestPort;
  private lastXid = 0;

  constructor(server: TestPort, connection: number) {
    this.server = server;
    this.connection = connection;
  }

  handshake(options: HandshakeOptions = {}): void {
    const request = {
      protocolVersion: 0,
      lastZxidSeen: asZxid(options.lastZxidSeen ?? ZERO_ZXID),
      timeOut: options.timeOut ?? 10_000,
      sessionId: options.sessionId ?? 0n,
      passwd: options.passwd === undefined ? new Uint8Array(16) : options.passwd,
      readOnly: options.readOnly === undefined ? false : options.readOnly,
    };
    this.raw(encode(ConnectRequest, request));
  }

  raw(payload: Uint8Array): void {
    this.server.frame(this.connection, payload);
  }

  /** Sends and does not look for the answer. Returns the xid. */
  send(request: ClientRequest, ownXid?: number): number {
    if (ownXid === undefined) this.lastXid++;
    const xid = ownXid ?? this.lastXid;
    this.raw(encodeRequest(xid, request));
    return xid;
  }

  /** Sends one request that is answered at once. */
  call(request: ClientRequest): Reply {
    this.send(request);
    return this.takeReply();
  }

  /** The error code of the answer. */
  err(request: ClientRequest): number {
    return this.call(request).err;
  }

  /** The decoded answer of a request that succeeds. */
  ok<K extends ResponseName & ClientRequest['type']>(
    request: ClientRequest & { readonly type: K },
  ): ResponseOf<K> {
    const reply = this.call(request);
    assert(reply.err === 0, `${request.type} failed: ${reply.err}`);
    const codec = responseCodecs[request.type] as Codec<ResponseOf<K>>;
    const body = decode(codec, reply.body);
    assert(body.ok, `the answer to ${request.type} cannot be read`);
    return body.value;
  }

  takeReply(): Reply {
    const reply = this.replies.shift();
    assert(reply !== undefined, this.isClosed ? 'closed without an answer' : 'no answer');
    return reply;
  }

  get replyCount(): number {
    return this.replies.length;
  }

  takeEvents(): string[] {
    return this.events.splice(0);
  }

  takeText(): string {
    const { text } = this;
    this.text = '';
    return text;
  }

  disconnect(): void {
    this.isClosed = true;
    this.server.disconnect(this.connection);
  }

  /** What the server sent. */
  received({ payload, summary }: Sent): void {
    assert(!this.isClosed, 'sent after the close');
    if (summary.kind === 'fourLetterWord') {
      this.text += utf8Decode(payload);
      return;
    }
    if (this.connectResponse === null) {
      const response = decode(ConnectResponse, payload);
      assert(response.ok, 'ConnectResponse');
      this.connectResponse = response.value;
      this.sessionId = response.value.sessionId;
      this.passwd = response.value.passwd ?? new Uint8Array(0);
      return;
    }
    const header = decode(ReplyHeader, payload);
    assert(header.ok, 'ReplyHeader');
    const body = payload.slice(REPLY_HEADER_BYTES);
    // A request may have the xid of events.
    if (summary.kind !== 'watchEvent') {
      this.replies.push({ ...header.value, body });
      this.arrivals.push(`reply ${header.value.xid}`);
      return;
    }
    const event = decode(WatcherEvent, body);
    assert(event.ok, 'WatcherEvent');
    const text = `${eventTypeName(event.value.type)} ${event.value.path}`;
    this.events.push(text);
    this.arrivals.push(`event ${text}`);
  }

  closed(): void {
    this.isClosed = true;
  }

  // The requests that tests make all the time.

  create(path: string, data = '', flags = 0): string {
    return this.ok({ type: 'create', path, data: utf8Encode(data), acl: OPEN, flags }).path;
  }

  createErr(path: string, flags = 0): number {
    return this.err({ type: 'create', path, data: null, acl: OPEN, flags });
  }

  get(path: string, watch = false): string {
    return utf8Decode(this.ok({ type: 'getData', path, watch }).data ?? new Uint8Array(0));
  }

  stat(path: string): ResponseOf<'exists'>['stat'] {
    return this.ok({ type: 'exists', path, watch: false }).stat;
  }

  set(path: string, data: string, version = -1): ResponseOf<'setData'>['stat'] {
    return this.ok({ type: 'setData', path, data: utf8Encode(data), version }).stat;
  }

  delete(path: string, version = -1): number {
    return this.err({ type: 'delete', path, version });
  }

  children(path: string, watch = false): readonly string[] {
    return this.ok({ type: 'getChildren', path, watch }).children;
  }

  auth(userAndPassword: string, scheme = 'digest'): Reply {
    const auth = utf8Encode(userAndPassword);
    this.send({ type: 'auth', authType: 0, scheme, auth }, -4);
    return this.takeReply();
  }
}

export const OPEN = [{ perms: 31, id: { scheme: 'world', id: 'anyone' } }] as const;
