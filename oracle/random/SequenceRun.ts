/**
 * One sequence on one ensemble. Within a turn the session's requests are sent together; the next
 * turn begins when all are answered, so that both servers see the same order. What a connection
 * hears is the same stream on both then, events between the right answers included.
 */

import { assert } from '../../src/base/assert.ts';
import { decode, encode } from '../../src/protocol/codec.ts';
import { frame } from '../../src/protocol/frames.ts';
import { OpCode, Xid } from '../../src/protocol/opcodes.ts';
import {
  ConnectRequest,
  ConnectResponse,
  REQUEST_HEADER_BYTES,
  ReplyHeader,
} from '../../src/protocol/records.ts';
import type { ClientRequest } from '../../src/protocol/requests.ts';
import { decodeRequest, encodeRequest } from '../../src/protocol/requests.ts';
import { sessionPassword } from '../../src/protocol/sessionId.ts';
import { asZxid, ZERO_ZXID } from '../../src/protocol/zxid.ts';
import { setWatches } from '../Case.ts';
import { type Entry, isUnreadWrite, Normaliser } from '../normalise.ts';
import type { Ensemble, Wire } from '../Wire.ts';
import { type Op, SESSIONS, type Sequence, type Turn } from './arbitrarySequence.ts';

const WAIT_MS = 30_000;
const SESSION_MS = 60_000;

const WRITES: ReadonlySet<number> = new Set([
  OpCode.create,
  OpCode.create2,
  OpCode.createContainer,
  OpCode.createTTL,
  OpCode.delete,
  OpCode.setData,
  OpCode.setACL,
  OpCode.multi,
  OpCode.closeSession,
]);

/** What is looked at when the sequence is over. */
const AT_THE_END: readonly ClientRequest[] = ['~', '~/a', '~/b', '~/p', '~/q'].flatMap((path) => [
  { type: 'getChildren2', path, watch: false },
  { type: 'getData', path, watch: false },
  { type: 'getACL', path },
]);

interface Asked {
  readonly opcode: number;
  readonly request: ClientRequest | null;
}

interface Session {
  readonly name: string;
  readonly server: number;
  wire: Wire;
  sessionId: bigint;
  lastXid: number;
  /** Not answered yet. */
  asked: Asked[];
}

export class SequenceRun {
  readonly entries: Entry[] = [];
  private readonly ensemble: Ensemble;
  private readonly servers: readonly number[];
  private readonly place: string;
  private readonly sessions: Session[] = [];
  /** Zxids of the writes so far, in their order. */
  private readonly zxids: number[];
  private readonly normaliser = new Normaliser((zxid) => this.nameZxid(zxid));

  /**
   * `servers`: of the sessions, in turn; `place`: a znode of its own; `zxids`: of the txns that
   * made it and its parent.
   */
  constructor(
    ensemble: Ensemble,
    servers: readonly number[],
    place: string,
    zxids: readonly number[],
  ) {
    this.ensemble = ensemble;
    this.servers = servers;
    this.place = place;
    this.zxids = [...zxids];
  }

  async run(sequence: Sequence): Promise<readonly Entry[]> {
    await Promise.all(Array.from({ length: SESSIONS }, (_, i) => this.open(i)));
    // Named in their order, whichever was opened first.
    for (const { sessionId } of this.sessions) this.normaliser.session(sessionId);
    for (const turn of sequence) await this.turn(turn);
    for (const session of this.sessions) {
      await this.drain([session]);
      await this.ask(session, AT_THE_END.map(requestOp));
    }
    for (const session of this.sessions) await this.close(session);
    return this.entries;
  }

  private async open(i: number): Promise<void> {
    const server = this.servers[i % this.servers.length] ?? 0;
    const wire = await this.ensemble.open(server);
    const session: Session = {
      name: `s${i}`,
      server,
      wire,
      sessionId: 0n,
      lastXid: 0,
      asked: [],
    };
    this.sessions[i] = session;
    await this.attach(session);
  }

  private async attach(session: Session): Promise<void> {
    const { wire, sessionId } = session;
    const request = {
      protocolVersion: 0,
      lastZxidSeen: ZERO_ZXID,
      timeOut: SESSION_MS,
      sessionId,
      passwd: sessionId === 0n ? new Uint8Array(16) : sessionPassword(sessionId),
      readOnly: false,
    };
    wire.write(frame(encode(ConnectRequest, request)));
    await wire.until(() => wire.frames.length > 0 || wire.isClosed, WAIT_MS);
    const response = decode(ConnectResponse, wire.frames.shift() ?? new Uint8Array(0));
    assert(response.ok && response.value.timeOut > 0, 'no session');
    session.sessionId = response.value.sessionId;
  }

  private async turn({ session: i, ops, isReattached }: Turn): Promise<void> {
    const session = this.sessions[i];
    assert(session !== undefined, 'a session');
    if (isReattached) {
      await this.drain([session]);
      session.wire.end();
      session.wire = await this.ensemble.open(session.server);
      await this.attach(session);
    }
    if (this.ensemble.size > 1) await this.drain([session]);
    const together: Op[] = [];
    for (const op of ops) {
      if (op === null) continue;
      // auth is answered at once, before what was asked earlier. And ZooKeeper checks what
      // follows a setACL by the old ACL until the new one is applied: by chance.
      const isAlone = op.op !== 'setWatches' && ['auth', 'setACL'].includes(op.request.type);
      if (isAlone) await this.ask(session, together.splice(0));
      together.push(op);
      if (isAlone) await this.ask(session, together.splice(0));
    }
    await this.ask(session, together);
  }

  /** What is heard of its end may come in any order: it is sorted. */
  private async close(session: Session): Promise<void> {
    const others = this.sessions.filter((it) => it !== session && !it.wire.isClosed);
    await this.drain([...others, session]);
    await this.sorted(() => this.ask(session, [requestOp({ type: 'closeSession' })]));
    await session.wire.until(() => session.wire.isClosed, WAIT_MS);
    for (const other of others) await this.sorted(() => this.drain([other]));
  }

  private async sorted(listen: () => Promise<void>): Promise<void> {
    const from = this.entries.length;
    await listen();
    const heard = this.entries.splice(from);
    this.entries.push(...heard.sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1)));
  }

  private async drain(sessions: readonly Session[]): Promise<void> {
    for (const it of sessions) {
      const sync = requestOp({ type: 'sync', path: '~' });
      if (this.ensemble.size > 1) await this.ask(it, [sync]);
      await this.ask(it, [requestOp({ type: 'ping' })]);
    }
  }

  private async ask(session: Session, ops: readonly Op[]): Promise<void> {
    if (ops.length === 0) return;
    const { wire } = session;
    const payloads = ops.map((op) => this.encoded(session, op));
    for (const payload of payloads) {
      const opcode = new DataView(payload.buffer, payload.byteOffset).getInt32(4);
      const decoded = decodeRequest(opcode, payload.subarray(REQUEST_HEADER_BYTES));
      session.asked.push({ opcode, request: decoded.ok ? decoded.value : null });
    }
    const bytes = payloads.map(frame);
    for (const it of bytes) wire.write(it);
    const isDone = () => wire.isClosed || countReplies(wire) >= ops.length;
    if (!(await wire.until(isDone, WAIT_MS))) this.note(session, 'silence');
    this.read(session);
    if (session.asked.length > 0) this.note(session, wire.isClosed ? 'closed' : 'unanswered');
    session.asked = [];
  }

  private encoded(session: Session, op: Op): Uint8Array {
    session.lastXid++;
    if (op.op === 'request') {
      const request = this.placed(op.request);
      const isOwn = request.type !== 'auth' && request.type !== 'ping';
      const xid = isOwn ? session.lastXid : request.type === 'auth' ? Xid.auth : Xid.ping;
      return encodeRequest(xid, request);
    }
    if (op.op === 'cut') {
      const whole = encodeRequest(session.lastXid, this.placed(op.request));
      return whole.slice(0, REQUEST_HEADER_BYTES + op.length);
    }
    const [data = [], exist = [], child = [], persistent, recursive] = op.paths.map((paths) =>
      paths.map((path) => this.full(path)),
    );
    const zxid = asZxid(this.zxids[op.since % this.zxids.length] ?? 0);
    const tables =
      persistent === undefined
        ? { data, exist, child }
        : { persistent, recursive: recursive ?? [] };
    return encodeRequest(Xid.setWatches, setWatches({ zxid, ...tables }));
  }

  private placed(request: ClientRequest): ClientRequest {
    if (request.type === 'multi') return { ...request, ops: request.ops.map((op) => this.at(op)) };
    if (request.type === 'multiRead') {
      return { ...request, ops: request.ops.map((op) => this.at(op)) };
    }
    if (request.type === 'getEphemerals') {
      return { ...request, prefixPath: this.full(request.prefixPath ?? '') };
    }
    return 'path' in request ? this.at(request) : request;
  }

  private at<T extends { readonly path: string | null }>(it: T): T {
    return { ...it, path: this.full(it.path ?? '') };
  }

  private full(path: string): string {
    return path.replace('~', this.place);
  }

  /** Takes what has arrived. */
  private read(session: Session): void {
    for (const bytes of session.wire.frames.splice(0)) {
      const header = decode(ReplyHeader, bytes);
      if (header.ok && header.value.xid === Xid.notification) {
        this.entries.push({ on: session.name, view: this.normaliser.event(bytes) });
        continue;
      }
      const asked = session.asked.shift();
      const isUnread = header.ok && isUnreadWrite(asked?.opcode, header.value.err);
      const isApplied = WRITES.has(asked?.opcode ?? 0) && !isUnread;
      if (header.ok && isApplied) this.zxids.push(header.value.zxid);
      const view = this.normaliser.reply(bytes, asked?.opcode);
      const isRead = view.kind === 'reply' && !isApplied;
      // A real learner may answer a sync while it still applies the last txn.
      const isRough = this.ensemble.size > 1 && asked?.opcode === OpCode.sync;
      const isLast = header.ok && header.value.zxid >= (this.zxids.at(-1) ?? 0);
      this.entries.push({
        on: session.name,
        // Other sequences run at the same time: the last zxid is at least our own last one.
        view: isRead && (isLast || isRough) ? { ...view, zxid: 'current' } : view,
        ...(asked === undefined ? {} : { opcode: asked.opcode }),
        ...(asked?.request ? { request: asked.request } : {}),
      });
    }
  }

  private note(session: Session, value: string): void {
    this.entries.push({ on: session.name, view: { kind: 'other', value } });
  }

  private nameZxid(zxid: number): string {
    if (zxid <= 0) return `${zxid}`;
    const at = this.zxids.lastIndexOf(zxid);
    return at < 0 ? 'unknown' : `w${at}`;
  }
}

function requestOp(request: ClientRequest): Op {
  return { op: 'request', request };
}

function countReplies(wire: Wire): number {
  let count = 0;
  for (const bytes of wire.frames) {
    const isEvent = bytes[0] === 0xff && bytes[3] === 0xff;
    if (!isEvent) count++;
  }
  return count;
}

function sortKey({ view }: Entry): string {
  return view.kind === 'event' ? `0 ${view.path} ${view.type}` : '1';
}
