/**
 * A transcript, decoded and freed of what must differ between two servers: session ids, passwords,
 * times, the zxid at which the case began. Every field is looked at, and every byte: what does not
 * encode back to the bytes that came is shown as bytes.
 */

import { equalBytes, toHex } from '../src/base/bytes.ts';
import { utf8Decode } from '../src/base/utf8.ts';
import type { Codec } from '../src/protocol/codec.ts';
import { decode, encode } from '../src/protocol/codec.ts';
import { KeeperErrorCode } from '../src/protocol/errors.ts';
import { WatcherEvent } from '../src/protocol/events.ts';
import { OpCode, opName, Xid } from '../src/protocol/opcodes.ts';
import type { ConnectResponse as ConnectResponseRecord } from '../src/protocol/records.ts';
import {
  ConnectRequest,
  ConnectResponse,
  REPLY_HEADER_BYTES,
  REQUEST_HEADER_BYTES,
  ReplyHeader,
  RequestHeader,
} from '../src/protocol/records.ts';
import type { ClientRequest, RequestOf } from '../src/protocol/requests.ts';
import { decodeRequest, encodeReply, responseCodecs } from '../src/protocol/requests.ts';
import { sessionPassword } from '../src/protocol/sessionId.ts';
import type { Stat } from '../src/protocol/stat.ts';
import { isWrite } from '../src/server/pipeline/Request.ts';
import { withoutNonce } from './sasl.ts';
import type { Line, Transcript } from './Transcript.ts';
import { normaliseWord } from './words.ts';

/** What can be compared: plain data, equal as JSON. */
export type View =
  | {
      readonly kind: 'reply';
      readonly xid: number;
      readonly zxid: string;
      readonly err: number;
      readonly body: unknown;
    }
  | { readonly kind: 'event'; readonly zxid: string; readonly type: number; readonly path: string }
  | { readonly kind: 'other'; readonly value: unknown };

export interface Entry {
  readonly on: string;
  readonly view: View;
  /** Of a reply: what was asked, if that could be decoded. */
  readonly opcode?: number;
  readonly request?: ClientRequest;
}

interface Asked {
  readonly xid: number;
  readonly opcode: number;
  readonly request?: ClientRequest;
}

export type NameZxid = (zxid: number) => string;

/** Zxids of one epoch. */
const EPOCH = 2 ** 32;

function isConfig(data: unknown): data is Uint8Array {
  return data instanceof Uint8Array && /^server\.\d+=/.test(utf8Decode(data));
}

/** Ports are any that were free, and members of a lab live elsewhere. */
function withoutAddresses(config: string): string {
  return config
    .replaceAll(/=\d+\.\d+\.\d+\.\d+:\d+:\d+/g, '=host:quorum:election')
    .replaceAll(/;(\d+\.\d+\.\d+\.\d+:)?\d+/g, ';client');
}

/** Names and knowledge that hold for one run. */
export class Normaliser {
  private readonly nameZxid: NameZxid;
  private readonly sessions = new Map<bigint, string>();
  private readonly timeOfZxid = new Map<number, number>();

  constructor(nameZxid: NameZxid) {
    this.nameZxid = nameZxid;
  }

  session(id: bigint): string {
    if (id === 0n) return '0';
    const known = this.sessions.get(id);
    if (known !== undefined) return known;
    const name = `S${this.sessions.size + 1}`;
    this.sessions.set(id, name);
    return name;
  }

  /** Session ids in hex, as in four-letter words. */
  withoutSessions(text: string): string {
    let named = text;
    for (const [id, name] of this.sessions) {
      named = named.replaceAll(`0x${BigInt.asUintN(64, id).toString(16)}`, name);
    }
    return named;
  }

  connectResponse(bytes: Uint8Array): View {
    const decoded = decode(ConnectResponse, bytes);
    if (!decoded.ok || !equalBytes(encode(ConnectResponse, decoded.value), bytes)) {
      return { kind: 'other', value: toHex(bytes) };
    }
    const { value } = decoded;
    const view = { ...value, sessionId: this.session(value.sessionId), passwd: passwdOf(value) };
    return { kind: 'other', value: view };
  }

  reply(bytes: Uint8Array, opcode: number | undefined): View {
    const header = decode(ReplyHeader, bytes);
    if (!header.ok) return { kind: 'other', value: toHex(bytes) };
    const { xid, zxid, err } = header.value;
    return {
      kind: 'reply',
      xid,
      zxid: this.nameZxid(zxid),
      err,
      body: this.body(bytes, opcode),
    };
  }

  event(bytes: Uint8Array): View {
    const header = decode(ReplyHeader, bytes);
    const body = decode(WatcherEvent, bytes.subarray(REPLY_HEADER_BYTES));
    if (!header.ok || !body.ok || body.value.state !== 3 || header.value.err !== 0) {
      return { kind: 'other', value: toHex(bytes) };
    }
    const { type, path } = body.value;
    return { kind: 'event', zxid: this.nameZxid(header.value.zxid), type, path };
  }

  private body(bytes: Uint8Array, opcode: number | undefined): unknown {
    const rest = bytes.subarray(REPLY_HEADER_BYTES);
    if (rest.length === 0) return null;
    const name = opcode === undefined ? undefined : opName(opcode);
    const codecs: Readonly<Record<string, Codec<unknown>>> = responseCodecs;
    const codec = name === undefined ? undefined : codecs[name];
    const header = decode(ReplyHeader, bytes);
    if (codec === undefined || !header.ok) return toHex(rest);
    const decoded = decode(codec, rest);
    if (!decoded.ok) return toHex(rest);
    const isWhole = equalBytes(encodeReply(header.value, codec, decoded.value), bytes);
    return isWhole ? this.plain(decoded.value) : toHex(rest);
  }

  /** Members are asked for by their addresses. */
  reconfig(request: RequestOf<'reconfig'>): unknown {
    const { joiningServers, newMembers, curConfigId } = request;
    return {
      ...request,
      joiningServers: joiningServers && withoutAddresses(joiningServers),
      newMembers: newMembers && withoutAddresses(newMembers),
      curConfigId: `${curConfigId}`,
    };
  }

  /** As hex, but for a configuration. */
  private data(bytes: Uint8Array): string {
    if (!isConfig(bytes)) return toHex(bytes);
    return withoutAddresses(utf8Decode(bytes)).replace(
      /version=(\S+)/,
      (_, version: string) => `version=${this.nameZxid(Number.parseInt(version, 16))}`,
    );
  }

  /** Deeply: bytes as hex, Stats without what must differ. */
  private plain(value: unknown): unknown {
    if (value instanceof Uint8Array) return this.data(value);
    if (Array.isArray(value)) return value.map((element) => this.plain(element));
    if (typeof value !== 'object' || value === null) return value;
    if ('token' in value) return withoutNonce(value.token as Uint8Array | null);
    if ('czxid' in value) return this.stat(value as Stat);
    if ('stat' in value && 'data' in value && isConfig(value.data)) {
      const stat = { ...this.stat(value.stat as Stat), dataLength: 'its own' };
      return { data: this.plain(value.data), stat };
    }
    return Object.fromEntries(Object.entries(value).map(([key, it]) => [key, this.plain(it)]));
  }

  /** Times are compared by what they say: one txn has one time. */
  private stat(stat: Stat): object {
    return {
      ...stat,
      czxid: this.nameZxid(stat.czxid),
      mzxid: this.nameZxid(stat.mzxid),
      pzxid: this.nameZxid(stat.pzxid),
      ctime: this.time(stat.czxid, stat.ctime),
      mtime: this.time(stat.mzxid, stat.mtime),
      ephemeralOwner: this.session(stat.ephemeralOwner),
    };
  }

  private time(zxid: number, time: number): string {
    if (time === 0) return '0';
    const known = this.timeOfZxid.get(zxid);
    if (known === undefined) this.timeOfZxid.set(zxid, time);
    return known === undefined || known === time ? 'of its txn' : 'not of its txn';
  }
}

/**
 * By what happened since `base`; of a later epoch, by what happened since it began. How much there
 * was before depends on other cases.
 */
function nameFrom(base: number, zxid: number): string {
  if (zxid <= 0) return `${zxid}`;
  const epochs = Math.floor(zxid / EPOCH) - Math.floor(base / EPOCH);
  const counter = zxid % EPOCH;
  if (counter === 0) return 'an epoch';
  if (zxid < base) return 'before';
  return epochs <= 0 ? `base+${zxid - base}` : `epoch+${epochs} ${counter}`;
}

export function normalise({ base, lines }: Transcript): Entry[] {
  const unread: number[] = [];
  const countUnread = (zxid: number) => unread.filter((it) => it <= zxid).length;
  const normaliser = new Normaliser((zxid) => nameFrom(base, zxid - countUnread(zxid)));
  const state = {
    normaliser,
    connecting: new Set<string>(),
    asked: new Map<string, Asked[]>(),
    unread,
    // The session of the first connection has taken one.
    lastZxid: base + 1,
    isCounting: false,
  };
  const entries = lines.map((line) => entryOf(line, state));
  return sortUnordered(entries, lines);
}

interface State {
  readonly normaliser: Normaliser;
  /** Connections whose next payloads are the handshake. */
  readonly connecting: Set<string>;
  readonly asked: Map<string, Asked[]>;
  /** Zxids of writes that could not be read. Others are named as if those had taken none. */
  readonly unread: number[];
  /** The highest in a reply so far. */
  lastZxid: number;
  isCounting: boolean;
}

function entryOf(line: Line, state: State): Entry {
  const { normaliser, connecting, asked } = state;
  const other = (value: unknown): Entry => ({
    on: 'on' in line ? line.on : '-',
    view: { kind: 'other', value },
  });
  switch (line.type) {
    case 'open':
      connecting.add(line.on);
      asked.set(line.on, []);
      return other('open');
    case 'in':
      if (!connecting.has(line.on)) return other(takeRequest(line, asked, normaliser));
      return other(connectRequest(line.bytes, normaliser));
    case 'out':
      if (connecting.delete(line.on)) {
        return { on: line.on, view: normaliser.connectResponse(line.bytes) };
      }
      return outEntry(line, asked.get(line.on) ?? [], state);
    case 'word':
      return other({
        word: line.word,
        says: wordOf(line, state),
      });
    case 'closed':
    case 'silence':
      return other(line.type);
    case 'elapse':
      return other(`elapse ${line.ms}`);
  }
}

function wordOf({ word, text }: Word, state: State): unknown {
  if (word === 'srst') state.isCounting = true;
  return normaliseWord(word, state.normaliser.withoutSessions(text), state.isCounting);
}

type Word = Extract<Line, { readonly type: 'word' }>;
type Bytes = Extract<Line, { readonly bytes: Uint8Array }>;

/** Remembers it for its reply. */
function takeRequest(line: Bytes, asked: Map<string, Asked[]>, normaliser: Normaliser): unknown {
  const header = decode(RequestHeader, line.bytes);
  if (!header.ok) return toHex(line.bytes);
  const request = askedOf(header.value, line.bytes);
  asked.get(line.on)?.push(request);
  if (request.request?.type === 'sasl') return withoutNonce(request.request.token);
  if (request.request?.type === 'reconfig') return normaliser.reconfig(request.request);
  // What follows the header of setWatches begins with a zxid, which must differ.
  const isRelative = header.value.xid === Xid.setWatches;
  return toHex(isRelative ? line.bytes.subarray(0, REQUEST_HEADER_BYTES) : line.bytes);
}

export function askedOf(header: RequestHeader, payload: Uint8Array): Asked {
  const { xid, type: opcode } = header;
  const request = decodeRequest(opcode, payload.subarray(REQUEST_HEADER_BYTES));
  return request.ok ? { xid, opcode, request: request.value } : { xid, opcode };
}

function outEntry(line: Bytes, asked: Asked[], state: State): Entry {
  const { normaliser } = state;
  const header = decode(ReplyHeader, line.bytes);
  const xid = header.ok ? header.value.xid : null;
  if (xid === Xid.notification && asked[0]?.xid !== Xid.notification) {
    return { on: line.on, view: normaliser.event(line.bytes) };
  }
  const at = asked.findIndex((it) => it.xid === xid);
  const [request] = at < 0 ? [] : asked.splice(at, 1);
  if (header.ok) noteUnread(request?.opcode, header.value, state);
  return {
    on: line.on,
    view: normaliser.reply(line.bytes, request?.opcode),
    ...(request === undefined ? {} : { opcode: request.opcode }),
    ...(request?.request === undefined ? {} : { request: request.request }),
  };
}

function noteUnread(opcode: number | undefined, { zxid, err }: ReplyHeader, state: State): void {
  if (isUnreadWrite(opcode, err) && zxid > state.lastZxid) state.unread.push(zxid);
  state.lastZxid = Math.max(state.lastZxid, zxid);
}

/** Whether the leader could not read it: 3.9 gives it the last zxid once more. */
export function isUnreadWrite(opcode = 0, err: number): boolean {
  const isUnread = err === KeeperErrorCode.MARSHALLINGERROR;
  return isUnread && isWrite(opcode) && opcode !== OpCode.multi;
}

function connectRequest(bytes: Uint8Array, normaliser: Normaliser): unknown {
  const decoded = decode(ConnectRequest, bytes);
  if (!decoded.ok) return toHex(bytes);
  const { value } = decoded;
  return {
    ...value,
    lastZxidSeen: value.lastZxidSeen === 0 ? 0 : 'ahead',
    sessionId: normaliser.session(value.sessionId),
    passwd: passwdOf(value),
  };
}

function passwdOf({
  sessionId,
  passwd,
}: Pick<ConnectResponseRecord, 'sessionId' | 'passwd'>): string | null {
  if (passwd === null) return null;
  return sessionId !== 0n && equalBytes(passwd, sessionPassword(sessionId))
    ? 'right'
    : toHex(passwd);
}

/**
 * In which order the ephemerals of a session go is not defined: where a session ended, by its
 * client or by time, the events that tell of it are sorted.
 */
function sortUnordered(entries: Entry[], lines: readonly Line[]): Entry[] {
  const sorted: Entry[] = [];
  let isUnordered = false;
  for (const [i, entry] of entries.entries()) {
    const line = lines[i];
    if (line?.type === 'in') isUnordered = isCloseSession(line.bytes);
    if (line?.type === 'elapse') isUnordered = true;
    let at = sorted.length;
    const text = JSON.stringify(entry.view);
    for (; isUnordered && entry.view.kind === 'event' && at > 0; at--) {
      const before = sorted[at - 1];
      if (before?.view.kind !== 'event' || before.on !== entry.on) break;
      if (JSON.stringify(before.view) <= text) break;
    }
    sorted.splice(at, 0, entry);
  }
  return sorted;
}

function isCloseSession(payload: Uint8Array): boolean {
  const header = decode(RequestHeader, payload);
  return header.ok && opName(header.value.type) === 'closeSession';
}
