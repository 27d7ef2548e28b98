/**
 * One client connection: who it speaks for, what it has asked and not been told yet, and what
 * leaves on it.
 * Source: ZooKeeper ServerCnxn, NIOServerCnxn.
 *
 * States: `fresh` (no ConnectRequest yet), `connecting` (its session is being opened or checked;
 * frames are held), `connected`, `closing` (closeSession is under way; frames are dropped),
 * `closed`.
 */

import { utf8Encode } from '../../base/utf8.ts';
import type { Id } from '../../protocol/acl.ts';
import type { Codec } from '../../protocol/codec.ts';
import { encode } from '../../protocol/codec.ts';
import { errorMessage, KeeperErrorCode } from '../../protocol/errors.ts';
import { eventTypeName, WatcherEvent } from '../../protocol/events.ts';
import { OpCode, opName, Xid } from '../../protocol/opcodes.ts';
import type { ConnectResponse as ConnectResponseRecord } from '../../protocol/records.ts';
import { ConnectResponse } from '../../protocol/records.ts';
import { encodeReply } from '../../protocol/requests.ts';
import { formatSessionId } from '../../protocol/sessionId.ts';
import { formatZxid, NO_ZXID, type Zxid } from '../../protocol/zxid.ts';
import type { ServerContext } from '../context.ts';
import type { MessageSummary } from '../effects.ts';
import type { ConnectionId } from '../events.ts';
import { isWrite, pathOf, type Request } from './Request.ts';
import { ServerStats } from './ServerStats.ts';
import type { SaslServer } from './sasl/SaslServer.ts';

/** A request that is not answered yet. `answer` is set once it may be. */
export interface PendingRequest {
  readonly request: Request;
  answer: (() => void) | null;
}

/** Of one connection; they travel with every write that is forwarded. */
const IDENTITIES_MAX = 64;
const IDENTITIES_BYTES_MAX = 0x10000;

const NOTHING_YET = { op: 'NA', cxid: -1, zxid: NO_ZXID, responseMs: 0 };
const ERROR_PREFIX = 'KeeperErrorCode = '.length;

export class ServerCnxn {
  readonly id: ConnectionId;
  /** `ip:port`. */
  readonly address: string;
  /** The ip. */
  readonly host: string;
  readonly establishedAtMs: number;
  readonly stats = new ServerStats();
  state: 'fresh' | 'connecting' | 'connected' | 'closing' | 'closed' = 'fresh';
  sessionId = 0n;
  timeoutMs = 0;
  /** Whoever asks by a four-letter word is read from no more. */
  isReading = true;
  /** Of the ConnectResponse: there if the ConnectRequest had one. */
  readOnlyByte: boolean | null = null;
  /** Frames that came while `connecting`. */
  readonly held: Uint8Array[] = [];
  /** Requests that a RequestThrottler keeps. */
  throttled = 0;
  /** Once the client has asked for it. */
  sasl: SaslServer | null = null;
  /** For the `cons` word. */
  last = NOTHING_YET;
  private readonly queue: PendingRequest[] = [];
  private identities: readonly Id[];
  private identitiesBytes = 0;
  private readonly context: ServerContext;
  private readonly serverStats: ServerStats;

  constructor(
    context: ServerContext,
    serverStats: ServerStats,
    peer: { readonly id: ConnectionId; readonly address: string },
  ) {
    this.context = context;
    this.serverStats = serverStats;
    this.id = peer.id;
    this.address = peer.address;
    this.establishedAtMs = context.nowMs;
    this.host = ipOf(peer.address);
    this.identities = [{ scheme: 'ip', id: this.host }];
  }

  /** In the order in which they came; answered in this order. */
  get pending(): readonly PendingRequest[] {
    return this.queue;
  }

  enqueue(request: Request): PendingRequest {
    const entry: PendingRequest = { request, answer: null };
    this.queue.push(entry);
    this.serverStats.outstanding++;
    return entry;
  }

  dequeue(): void {
    this.queue.shift();
    this.serverStats.outstanding--;
  }

  /** Returns how many there were. */
  forgetPending(): number {
    const { length } = this.queue;
    this.serverStats.outstanding -= length;
    this.queue.length = 0;
    return length;
  }

  /** Its `ip` identity first, then what it authenticated as. */
  get authInfo(): readonly Id[] {
    return this.identities;
  }

  /** Adding one again changes nothing. False if the connection has as many as it may. */
  addAuthInfo(id: Id): boolean {
    if (this.identities.some((it) => it.scheme === id.scheme && it.id === id.id)) return true;
    if (this.identities.length >= IDENTITIES_MAX) return false;
    this.identitiesBytes += utf8Encode(id.id).length;
    if (this.identitiesBytes > IDENTITIES_BYTES_MAX) return false;
    this.identities = [...this.identities, id];
    return true;
  }

  /** Whether it has proved what clients must (AuthenticationHelper.isCnxnAuthenticated). */
  hasAuthenticated(): boolean {
    const { enforceAuthSchemes } = this.context.config;
    if (enforceAuthSchemes.length === 0) return true;
    return this.identities.some(({ scheme }) => enforceAuthSchemes.includes(scheme));
  }

  get isClosed(): boolean {
    return this.state === 'closed';
  }

  /** A frame or a word of so many bytes on the wire. */
  countReceived(bytes: number): void {
    this.stats.received++;
    this.serverStats.received++;
    this.context.metrics.counters.bytes_received_count += bytes;
  }

  resetStats(): void {
    this.stats.reset();
    this.last = NOTHING_YET;
  }

  sendConnectResponse(response: ConnectResponseRecord): void {
    const expired = response.timeOut <= 0;
    const text = expired ? 'session expired' : `session ${formatSessionId(response.sessionId)}`;
    this.send(encode(ConnectResponse, response), { kind: 'connectResponse', text });
  }

  /**
   * Answers a request that went through the pipeline: with a body if there is a codec, which errors
   * hardly ever have.
   */
  reply<T>(request: Request, zxid: Zxid, error: number, codec?: Codec<T>, body?: T): void {
    this.countLatency(request, zxid);
    const bytes = this.replyAtOnce(request, zxid, error, codec, body);
    if (request.opcode !== OpCode.ping) this.context.metrics.counters.response_bytes += bytes;
  }

  /** Answers what is about the connection alone, and is not measured. Returns its bytes. */
  replyAtOnce<T>(request: Request, zxid: Zxid, error: number, codec?: Codec<T>, body?: T): number {
    const xid = request.opcode === OpCode.ping ? Xid.ping : request.cxid;
    const header = { xid, zxid, err: error };
    const ok = error === KeeperErrorCode.OK;
    const payload = encodeReply(header, codec, body);
    this.serverStats.addResponse(payload.length);
    if (request.opcode === OpCode.ping) {
      this.send(payload, { kind: 'clientPong', zxid, text: 'pong' });
    } else {
      const kind = ok ? 'reply' : 'errorReply';
      const text = this.context.isTracing ? this.traceAnswer(request, zxid, error) : '';
      this.send(payload, { kind, zxid, text });
    }
    return payload.length;
  }

  /** Returns what the answer is about. */
  private traceAnswer({ opcode, record, cxid }: Request, zxid: Zxid, error: number): string {
    const op = opName(opcode) ?? String(opcode);
    const path = pathOf(record);
    this.context.trace({
      type: 'requestAnswered',
      sessionId: formatSessionId(this.sessionId),
      cxid,
      op,
      zxid,
      error,
    });
    if (error === KeeperErrorCode.OK) return `${op} ${path}`.trim();
    return errorMessage(error, path || undefined).slice(ERROR_PREFIX);
  }

  /** Since 3.9.0 the header of a notification carries the zxid of the txn. */
  sendWatchEvent(event: WatcherEvent, zxid: Zxid): void {
    const { type, path } = event;
    const payload = encodeReply({ xid: Xid.notification, zxid, err: 0 }, WatcherEvent, event);
    const name = eventTypeName(type) ?? String(type);
    if (this.context.isTracing) {
      const sessionId = formatSessionId(this.sessionId);
      this.context.trace({ type: 'watchFired', sessionId, path, event: name, zxid });
    }
    this.serverStats.addResponse(payload.length);
    this.context.metrics.counters.watch_bytes += payload.length;
    this.send(payload, { kind: 'watchEvent', zxid, text: `${name} ${path}` });
  }

  /** The answer to a four-letter word: text, not a frame. */
  sendText(payload: Uint8Array, word: string): void {
    this.send(payload, { kind: 'fourLetterWord', text: word });
  }

  private send(payload: Uint8Array, summary: MessageSummary): void {
    if (this.isClosed) return;
    this.stats.sent++;
    this.serverStats.sent++;
    this.context.emit({ type: 'sendClient', connection: this.id, payload, summary });
  }

  /** The request is answered now. */
  countLatency(request: Request, zxid: Zxid): void {
    const latencyMs = this.context.nowMs - request.receivedAtMs;
    this.stats.addLatency(latencyMs);
    this.serverStats.addLatency(latencyMs);
    const metric = isWrite(request.opcode) ? 'updatelatency' : 'readlatency';
    this.context.metrics.summaries[metric].add(latencyMs);
    this.last = {
      op: lastOpName(request.opcode),
      // Those of pings and the like do not count.
      cxid: request.cxid >= 0 ? request.cxid : this.last.cxid,
      zxid,
      responseMs: this.context.nowMs,
    };
  }

  /** One line of the `stat` and `cons` words. */
  describe(brief: boolean): string {
    const { stats, last } = this;
    const counts = `queued=${this.pending.length},recved=${stats.received},sent=${stats.sent}`;
    const head = ` /${this.address}[${this.isReading ? 1 : 0}](${counts}`;
    if (brief || this.sessionId === 0n) return `${head})`;
    const { latency } = stats;
    const details = [
      `sid=${formatSessionId(this.sessionId)}`,
      `lop=${last.op}`,
      `est=${this.establishedAtMs + this.context.config.timeOriginMs}`,
      `to=${this.timeoutMs}`,
      `lcxid=0x${BigInt.asUintN(64, BigInt(last.cxid)).toString(16)}`,
      `lzxid=${formatZxid(last.zxid)}`,
      `lresp=${last.responseMs}`,
      `llat=${stats.lastLatencyMs}`,
      `minlat=${latency.min}`,
      `avglat=${latency.count === 0 ? 0 : Math.floor(latency.sum / latency.count)}`,
      `maxlat=${latency.max}`,
    ];
    return `${head},${details.join(',')})`;
  }
}

/** Without the port; an IPv6 address keeps its colons. */
function ipOf(address: string): string {
  const colon = address.lastIndexOf(':');
  return colon < 0 ? address : address.slice(0, colon);
}

const LAST_OP: ReadonlyMap<number, string> = new Map([
  [OpCode.createSession, 'SESS'],
  [OpCode.closeSession, 'CLOS'],
  [OpCode.create, 'CREA'],
  [OpCode.create2, 'CREA'],
  [OpCode.createTTL, 'CREA'],
  [OpCode.createContainer, 'CREA'],
  [OpCode.delete, 'DELE'],
  [OpCode.deleteContainer, 'DELE'],
  [OpCode.exists, 'EXIS'],
  [OpCode.getData, 'GETD'],
  [OpCode.setData, 'SETD'],
  [OpCode.getACL, 'GETA'],
  [OpCode.setACL, 'SETA'],
  [OpCode.getChildren, 'GETC'],
  [OpCode.getChildren2, 'GETC'],
  [OpCode.sync, 'SYNC'],
  [OpCode.ping, 'PING'],
  [OpCode.multi, 'MULT'],
  [OpCode.reconfig, 'RECO'],
  [OpCode.multiRead, 'MLTR'],
  [OpCode.setWatches, 'SETW'],
  [OpCode.setWatches2, 'STW2'],
  [OpCode.addWatch, 'ADDW'],
  [OpCode.removeWatches, 'REMW'],
  [OpCode.checkWatches, 'CHKW'],
  [OpCode.getEphemerals, 'GETE'],
  [OpCode.getAllChildrenNumber, 'GETACN'],
  [OpCode.whoAmI, 'WHOM'],
]);

function lastOpName(opcode: number): string {
  return LAST_OP.get(opcode) ?? 'NA';
}
