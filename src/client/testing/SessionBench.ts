/** One session against hand-made frames: what it does is a transcript, one line each. */

import { assert } from '../../base/assert.ts';
import { Prng } from '../../base/prng.ts';
import type { Codec } from '../../protocol/codec.ts';
import { encode } from '../../protocol/codec.ts';
import { WatcherEvent } from '../../protocol/events.ts';
import { ConnectResponse } from '../../protocol/records.ts';
import { encodeReply } from '../../protocol/requests.ts';
import { asZxid } from '../../protocol/zxid.ts';
import { ClientSession } from '../ClientSession.ts';
import type { ClientConfig, ClientEffect } from '../events.ts';
import type { ClientTrace } from '../trace.ts';

export const CONFIG: ClientConfig = {
  servers: ['S1', 'S2', 'S3'],
  sessionTimeoutMs: 9000,
  chroot: '',
  seed: 1,
  timeOriginMs: 0,
  id: 'C1',
};

export class SessionBench {
  readonly session: ClientSession;
  readonly sent: Uint8Array[] = [];
  nowMs = 0;
  private readonly lines: string[] = [];
  private readonly timers = new Map<string, number>();

  constructor(config: Partial<ClientConfig> = {}) {
    const now = (): number => this.nowMs;
    this.session = new ClientSession(
      { ...CONFIG, ...config },
      {
        get nowMs() {
          return now();
        },
        random: new Prng(1),
        emit: (effect) => this.perform(effect),
        wake: () => {},
      },
    );
  }

  /** Dials and shakes hands; nothing of it is in the transcript. */
  connect(sessionId = 0x100n, timeOut = 9000): void {
    this.session.start();
    this.accept(sessionId, timeOut);
    this.take();
  }

  /** The server that is being dialled takes the session. */
  accept(sessionId = 0x100n, timeOut = 9000): void {
    this.session.handle({ type: 'connected' });
    this.respond(sessionId, timeOut);
  }

  respond(sessionId: bigint, timeOut: number, readOnly = false): void {
    const passwd = Uint8Array.of(...Array(16).keys());
    const response = { protocolVersion: 0, timeOut, sessionId, passwd, readOnly };
    this.frame(encode(ConnectResponse, response));
  }

  reply<T>(xid: number, zxid: number, error: number, codec?: Codec<T>, body?: T): void {
    this.frame(encodeReply({ xid, zxid: asZxid(zxid), err: error }, codec, body));
  }

  notify(type: number, path: string, zxid = -1): void {
    const header = { xid: -1, zxid: asZxid(zxid), err: 0 };
    this.frame(encodeReply(header, WatcherEvent, { type, state: 3, path }));
  }

  frame(payload: Uint8Array): void {
    this.session.handle({ type: 'frame', payload });
  }

  /** Lets time pass, firing timers as they come due. */
  advance(ms: number): void {
    const endMs = this.nowMs + ms;
    for (;;) {
      const [due] = [...this.timers].sort(([, a], [, b]) => a - b);
      if (due === undefined || due[1] > endMs) break;
      const [timer, atMs] = due;
      this.timers.delete(timer);
      this.nowMs = atMs;
      this.lines.push(`at ${atMs}: ${timer}`);
      this.session.handle({ type: 'timerFired', timer });
    }
    this.nowMs = endMs;
  }

  /** When a timer is due, null if it is not set. */
  dueOf(timer: string): number | null {
    return this.timers.get(timer) ?? null;
  }

  /** What has happened since the last call. */
  take(): string[] {
    return this.lines.splice(0);
  }

  private perform(effect: ClientEffect): void {
    switch (effect.type) {
      case 'setTimer':
        this.timers.set(effect.timer, this.nowMs + effect.afterMs);
        return;
      case 'cancelTimer':
        this.timers.delete(effect.timer);
        return;
      case 'connect':
        this.lines.push(`connect ${effect.server}`);
        return;
      case 'disconnect':
        this.lines.push('disconnect');
        return;
      case 'probe':
        this.lines.push(`ask ${effect.server} ${effect.word}`);
        return;
      case 'send':
        this.sent.push(effect.payload);
        this.lines.push(`send ${effect.summary.text}`);
        return;
      case 'trace':
        this.trace(effect.event);
        return;
      default:
        assert(false, `a session has no use for ${effect.type}`);
    }
  }

  private trace(event: ClientTrace): void {
    if (event.type === 'clientStateChanged') {
      this.lines.push(`${event.state} ${event.server ?? ''}`.trimEnd());
    } else if (event.type === 'operationDone') {
      this.lines.push(`done ${event.xid} ${event.op} ${event.path} ${event.error}`);
    } else if (event.type === 'watchDelivered') {
      this.lines.push(`event ${event.event} ${event.path}`);
    }
  }
}
