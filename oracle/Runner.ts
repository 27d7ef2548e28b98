/**
 * Plays cases against one ensemble and writes down what was said. After each step every connection
 * is pinged, so that all that the step caused has arrived before the next one begins.
 */

import { assert } from '../src/base/assert.ts';
import { decode, encode } from '../src/protocol/codec.ts';
import { frame } from '../src/protocol/frames.ts';
import { Xid } from '../src/protocol/opcodes.ts';
import {
  ConnectRequest,
  ConnectResponse,
  REPLY_HEADER_BYTES,
  ReplyHeader,
} from '../src/protocol/records.ts';
import type { ClientRequest } from '../src/protocol/requests.ts';
import { encodeRequest, responseCodecs } from '../src/protocol/requests.ts';
import { sessionPassword } from '../src/protocol/sessionId.ts';
import { asZxid, type Zxid } from '../src/protocol/zxid.ts';
import {
  type Case,
  type ConnectOptions,
  connect,
  type Known,
  on,
  type RequestMaker,
  type Step,
  type Target,
} from './Case.ts';
import { Helper } from './Helper.ts';
import type { Line, Transcript } from './Transcript.ts';
import type { Ensemble, Wire } from './Wire.ts';

const ANSWER_MS_MAX = 10_000;
const SESSION_MS = 60_000;
const PING = frame(encodeRequest(Xid.ping, { type: 'ping' }));

/** One connection of a case. */
interface Client {
  readonly name: string;
  readonly wire: Wire;
  sessionId: bigint;
  lastXid: number;
}

export class Runner implements Known {
  private readonly ensemble: Ensemble;
  private readonly helper: Helper;
  private base = 0;
  private lines: Line[] = [];
  /** Of the servers, as far as a step of the case asked for them. */
  private readonly modes = new Map<Target, number>();
  private readonly clients = new Map<string, Client>();
  /** All that were opened in the case. */
  private readonly sessions = new Set<bigint>();

  static async start(ensemble: Ensemble): Promise<Runner> {
    return new Runner(ensemble, await Helper.start(ensemble));
  }

  private constructor(ensemble: Ensemble, helper: Helper) {
    this.ensemble = ensemble;
    this.helper = helper;
  }

  async run({ name, steps }: Case): Promise<Transcript> {
    this.lines = [];
    this.clients.clear();
    this.sessions.clear();
    this.modes.clear();
    this.base = await this.helper.begin();
    for (const step of [connect('a'), ...steps]) {
      await this.perform('do' in step ? step : on('a', step));
    }
    await this.closeAll();
    await this.helper.cleanUp(this.sessions);
    return { name, base: this.base, lines: this.lines };
  }

  private async perform(step: Step): Promise<void> {
    switch (step.do) {
      case 'connect':
        await this.connect(step.on, step.options);
        for (const request of step.options.first ?? []) {
          this.takeFrames(this.client(step.on));
          await this.send(step.on, [request]);
        }
        break;
      case 'send':
        await this.send(step.on, step.requests, step.xid);
        break;
      case 'frame':
        await this.exchange(this.client(step.on), [step.payload]);
        break;
      case 'bytes': {
        const { wire } = this.client(step.on);
        this.lines.push({ type: 'in', on: step.on, bytes: step.bytes });
        wire.write(step.bytes);
        await wire.until(() => wire.isClosed, ANSWER_MS_MAX);
        break;
      }
      case 'drop':
        this.client(step.on).wire.end();
        break;
      case 'word': {
        const text = await this.ensemble.word(await this.serverOf(step.server), step.word);
        this.lines.push({ type: 'word', word: step.word, text });
        return;
      }
      case 'elapse':
        this.lines.push({ type: 'elapse', ms: step.ms });
        await this.ensemble.elapse(step.ms);
        break;
      case 'kill':
        await Promise.all(step.servers.map((server) => this.ensemble.kill(server)));
        return;
      case 'restart':
        await this.ensemble.restart(step.servers);
        await this.helper.reconnect();
        return;
    }
    await this.settle();
  }

  zxidAt(n: number): Zxid {
    return asZxid(this.base + n);
  }

  saslToken(name: string): Uint8Array {
    const tokens = this.lines.flatMap((line) => {
      if (line.type !== 'out' || line.on !== name) return [];
      const decoded = decode(responseCodecs.sasl, line.bytes.subarray(REPLY_HEADER_BYTES));
      return decoded.ok && decoded.value.token !== null ? [decoded.value.token] : [];
    });
    const last = tokens.at(-1);
    assert(last !== undefined, `no token came on ${name}`);
    return last;
  }

  member(server: number): string {
    return this.ensemble.member(server);
  }

  private async serverOf(target: Target): Promise<number> {
    if (typeof target === 'number') return target;
    for (let i = 0; i < this.ensemble.size && !this.modes.has(target); i++) {
      const isMeant = (await this.ensemble.word(i, 'srvr')).includes(`Mode: ${target}\n`);
      if (isMeant) this.modes.set(target, i);
    }
    const server = this.modes.get(target);
    assert(server !== undefined, `no ${target}`);
    return server;
  }

  private client(name: string): Client {
    const client = this.clients.get(name);
    assert(client !== undefined, `no connection ${name}`);
    return client;
  }

  private async send(
    name: string,
    requests: readonly (ClientRequest | RequestMaker)[],
    xid?: number,
  ): Promise<void> {
    const client = this.client(name);
    const sent = requests.map((request) => {
      const made = typeof request === 'function' ? request(this) : request;
      return this.encoded(client, made, xid);
    });
    await this.exchange(client, sent);
  }

  private encoded(client: Client, request: ClientRequest, xid?: number): Uint8Array {
    return encodeRequest(xid ?? ++client.lastXid, request);
  }

  private async connect(name: string, options: ConnectOptions): Promise<void> {
    const wire = await this.ensemble.open(await this.serverOf(options.server ?? 0));
    const client: Client = { name, wire, sessionId: 0n, lastXid: 0 };
    const { session, unknownSession = 0n } = options;
    const sessionId = session === undefined ? unknownSession : this.client(session).sessionId;
    const right = sessionId === 0n ? new Uint8Array(16) : sessionPassword(sessionId);
    this.clients.set(name, client);
    this.lines.push({ type: 'open', on: name });
    const request = encode(ConnectRequest, {
      protocolVersion: options.protocolVersion ?? 0,
      lastZxidSeen: asZxid(options.zxidAhead === undefined ? 0 : this.base + options.zxidAhead),
      timeOut: options.timeOut ?? SESSION_MS,
      sessionId,
      passwd: options.passwd === undefined ? right : options.passwd,
      readOnly: options.readOnly === undefined ? false : options.readOnly,
    });
    this.lines.push({ type: 'in', on: name, bytes: request });
    wire.write(frame(request));
    const isAnswered = await wire.until(
      () => wire.frames.length > 0 || wire.isClosed,
      ANSWER_MS_MAX,
    );
    if (!isAnswered) this.lines.push({ type: 'silence', on: name });
    const [answer] = wire.frames;
    if (answer === undefined) return;
    const decoded = decode(ConnectResponse, answer);
    if (!decoded.ok || decoded.value.timeOut <= 0) return;
    client.sessionId = decoded.value.sessionId;
    this.sessions.add(client.sessionId);
  }

  private async exchange({ name, wire }: Client, payloads: readonly Uint8Array[]): Promise<void> {
    for (const bytes of payloads) this.lines.push({ type: 'in', on: name, bytes });
    for (const payload of payloads) wire.write(frame(payload));
    const isDone = () => wire.isClosed || countReplies(wire) >= payloads.length;
    const isAnswered = await wire.until(isDone, ANSWER_MS_MAX);
    if (!isAnswered) this.lines.push({ type: 'silence', on: name });
  }

  /** Waits for all that is under way and writes it down, connection by connection. */
  private async settle(): Promise<void> {
    await this.helper.syncAll();
    for (const client of this.clients.values()) {
      const { name, wire, sessionId } = client;
      if (!wire.isClosed && sessionId !== 0n) {
        // What the step asked for is answered: a pong that comes now is ours.
        const answered = wire.frames.length;
        const pongAt = () => wire.frames.findIndex((it, i) => i >= answered && isPong(it));
        wire.write(PING);
        await wire.until(() => wire.isClosed || pongAt() >= 0, ANSWER_MS_MAX);
        if (pongAt() >= 0) wire.frames.splice(pongAt(), 1);
      } else if (!wire.isClosed) {
        // No session: the server is about to close it.
        await wire.until(() => wire.isClosed, ANSWER_MS_MAX);
      }
      this.takeFrames(client);
      if (!wire.isClosed) continue;
      if (this.lines.some((line) => line.type === 'closed' && line.on === name)) continue;
      this.lines.push({ type: 'closed', on: name });
    }
  }

  private takeFrames({ name, wire }: Client): void {
    for (const bytes of wire.frames.splice(0)) {
      this.lines.push({ type: 'out', on: name, bytes });
    }
  }

  private async closeAll(): Promise<void> {
    for (const client of this.clients.values()) {
      const { wire } = client;
      if (wire.isClosed || client.sessionId === 0n) continue;
      wire.write(frame(this.encoded(client, { type: 'closeSession' })));
      await wire.until(() => wire.isClosed, ANSWER_MS_MAX);
    }
  }
}

function countReplies(wire: Wire): number {
  return wire.frames.filter((bytes) => xidOf(bytes) !== Xid.notification).length;
}

function isPong(bytes: Uint8Array): boolean {
  const header = decode(ReplyHeader, bytes);
  return header.ok && header.value.xid === Xid.ping && header.value.err === 0;
}

function xidOf(bytes: Uint8Array): number | null {
  const header = decode(ReplyHeader, bytes);
  return header.ok ? header.value.xid : null;
}
