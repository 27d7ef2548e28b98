/**
 * Requests between clients: one connection per peer and direction, over which requests go and
 * replies come back in any order. The wire is a JSON record per message: `{ ask, api, body }` and
 * `{ answer, body }` or `{ answer, error }`, where `ask` and `answer` are the request's number.
 *
 * A request ends exactly once: with the reply, or with a PeerError. After `lost` and `timeout`
 * nobody knows whether it was carried out.
 */

import { utf8Decode, utf8Encode } from '../base/utf8.ts';
import { TIMEOUT } from './ClientContext.ts';
import type { PeerEvent } from './events.ts';
import type { ProgramTimers } from './ProgramTimers.ts';
import type { AskOptions, PeerNetwork, PeerService } from './peerNetwork.ts';
import { PeerError } from './peerNetwork.ts';
import type { SessionHost } from './SessionHost.ts';
import type { JsonValue } from './trace.ts';

/** Requests under way, and as many of others. */
export const REQUESTS_MAX = 500;

interface Asked {
  readonly resolve: (body: JsonValue) => void;
  readonly reject: (error: PeerError) => void;
}

/** To one peer, dialled here. */
interface Line {
  /** Null while dialling. */
  connection: number | null;
  readonly waiting: { readonly payload: Uint8Array; readonly api: string; readonly text: string }[];
  readonly asked: Map<number, Asked>;
}

export class Peers implements PeerNetwork {
  private readonly id: string;
  private readonly host: SessionHost;
  private readonly timers: ProgramTimers;
  private readonly lines = new Map<string, Line>();
  /** Connections that peers dialled, with their names. */
  private readonly callers = new Map<number, string>();
  private service: PeerService | null = null;
  private lastNumber = 0;
  private askedCount = 0;
  private servedCount = 0;

  constructor(id: string, host: SessionHost, timers: ProgramTimers) {
    this.id = id;
    this.host = host;
    this.timers = timers;
  }

  serve(service: PeerService | null): void {
    this.service = service;
    if (service !== null) return;
    for (const connection of this.callers.keys()) this.hangUp(connection);
    this.callers.clear();
  }

  async ask(peer: string, options: AskOptions): Promise<JsonValue> {
    if (!/^C[1-9]\d{0,5}$/.test(peer) || peer === this.id) {
      throw new PeerError('refused', `there is no other client ${peer}`);
    }
    if (this.askedCount >= REQUESTS_MAX) {
      throw new PeerError('tooMany', `${REQUESTS_MAX} requests are under way`);
    }
    const line = this.lines.get(peer) ?? this.dial(peer);
    const number = ++this.lastNumber;
    this.askedCount += 1;
    const answer = new Promise<JsonValue>((resolve, reject) => {
      line.asked.set(number, { resolve, reject });
    });
    this.send(line, number, options);
    try {
      const body = await this.timers.within(options.timeoutMs, answer);
      if (body !== TIMEOUT) return body;
      throw new PeerError('timeout', `${peer} did not answer in ${options.timeoutMs} ms`);
    } finally {
      line.asked.delete(number);
      this.askedCount -= 1;
    }
  }

  handle(event: PeerEvent): void {
    switch (event.type) {
      case 'peerConnected':
        return this.onConnected(event);
      case 'peerRefused':
        return this.endLine(event.peer, 'refused');
      case 'peerMessage':
        return this.onMessage(event.connection, event.payload);
      case 'peerDisconnected':
        if (this.callers.delete(event.connection)) return;
        for (const [peer, line] of this.lines) {
          if (line.connection === event.connection) this.endLine(peer, 'lost');
        }
    }
  }

  private dial(peer: string): Line {
    const line: Line = { connection: null, waiting: [], asked: new Map() };
    this.lines.set(peer, line);
    this.host.emit({ type: 'connectPeer', peer });
    return line;
  }

  private send(line: Line, number: number, { api, body, text }: AskOptions): void {
    const payload = encode({ ask: number, api, body });
    if (line.connection === null) line.waiting.push({ payload, api, text });
    else this.post(line.connection, payload, api, text);
  }

  private onConnected({ peer, connection, dialled }: PeerEvent & { type: 'peerConnected' }): void {
    if (!dialled) {
      if (this.service === null) this.hangUp(connection);
      else this.callers.set(connection, peer);
      return;
    }
    const line = this.lines.get(peer);
    if (line === undefined || line.connection !== null) return this.hangUp(connection);
    line.connection = connection;
    for (const { payload, api, text } of line.waiting.splice(0)) {
      this.post(connection, payload, api, text);
    }
  }

  private endLine(peer: string, reason: 'refused' | 'lost'): void {
    const line = this.lines.get(peer);
    if (line === undefined) return;
    this.lines.delete(peer);
    this.host.wake();
    for (const { reject } of line.asked.values()) {
      const what = reason === 'lost' ? 'the connection was lost' : 'nobody answers there';
      reject(new PeerError(reason, `${peer}: ${what}`));
    }
  }

  private onMessage(connection: number, payload: Uint8Array): void {
    const record = decode(payload);
    const caller = this.callers.get(connection);
    if (caller !== undefined) this.onRequest(connection, caller, record);
    else this.onReply(connection, record);
  }

  private onRequest(connection: number, caller: string, record: WireRecord): void {
    const { ask, api, body } = record;
    const { service } = this;
    if (typeof ask !== 'number' || typeof api !== 'string' || body === undefined) {
      this.callers.delete(connection);
      return this.hangUp(connection);
    }
    const reply = (
      part: { body: JsonValue } | { error: string },
      text: string,
      kind = `${api}Reply`,
    ): void => this.post(connection, encode({ answer: ask, ...part }), kind, text);
    if (service === null || this.servedCount >= REQUESTS_MAX) {
      return reply({ error: 'busy' }, 'busy');
    }
    this.host.wake();
    this.servedCount += 1;
    void service(caller, { api, body })
      .then(
        (answer) => reply({ body: answer.body }, answer.text, answer.kind),
        (error: unknown) => {
          const words = error instanceof Error ? error.message : String(error);
          reply({ error: words }, words);
        },
      )
      .finally(() => {
        this.servedCount -= 1;
      });
  }

  private onReply(connection: number, { answer, body, error }: WireRecord): void {
    for (const line of this.lines.values()) {
      if (line.connection !== connection || typeof answer !== 'number') continue;
      const asked = line.asked.get(answer);
      if (asked === undefined) return;
      this.host.wake();
      if (typeof error === 'string') asked.reject(new PeerError('answered', error));
      else asked.resolve(body ?? null);
    }
  }

  private post(connection: number, payload: Uint8Array, kind: string, text: string): void {
    this.host.emit({ type: 'sendPeer', connection, payload, summary: { kind, text } });
  }

  private hangUp(connection: number): void {
    this.host.emit({ type: 'disconnectPeer', connection });
  }
}

type WireRecord = { readonly [key: string]: JsonValue };

const encode = (record: WireRecord): Uint8Array => utf8Encode(JSON.stringify(record));

/** What is no JSON record is an empty one. */
function decode(payload: Uint8Array): WireRecord {
  try {
    const value: JsonValue = JSON.parse(utf8Decode(payload));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as WireRecord)
      : {};
  } catch {
    return {};
  }
}
