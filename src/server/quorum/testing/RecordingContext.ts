/** A server's context that keeps what it was asked, for tests of one part alone. */

import { assert } from '../../../base/assert.ts';
import { Prng } from '../../../base/prng.ts';
import type { PeerSpec, ServerConfig, Sid } from '../../config.ts';
import { DEFAULT_CONFIG } from '../../config.ts';
import type { ServerContext } from '../../context.ts';
import type { ServerEffect } from '../../effects.ts';
import { ServerMetrics } from '../../metrics/ServerMetrics.ts';
import type { TimerName } from '../../timers.ts';
import type { ServerTrace } from '../../trace.ts';

export class RecordingContext implements ServerContext {
  readonly isTracing = true;
  readonly config: ServerConfig;
  readonly random = new Prng(1);
  readonly metrics = new ServerMetrics();
  nowMs = 0;
  effects: ServerEffect[] = [];
  readonly traces: ServerTrace[] = [];
  readonly timers = new Map<TimerName, number>();

  constructor(sid: Sid, peers: readonly PeerSpec[]) {
    this.config = { ...DEFAULT_CONFIG, sid, peers };
  }

  emit(effect: ServerEffect): void {
    this.effects.push(effect);
  }

  trace(event: ServerTrace): void {
    this.traces.push(event);
  }

  setTimer(timer: TimerName, afterMs: number): void {
    this.timers.set(timer, afterMs);
  }

  cancelTimer(timer: TimerName): void {
    this.timers.delete(timer);
  }

  persist(): void {
    assert(false, 'this part writes nothing');
  }

  readDisk(): void {
    assert(false, 'this part reads nothing');
  }

  /** The effects since the last call. */
  take(): ServerEffect[] {
    const { effects } = this;
    this.effects = [];
    return effects;
  }
}

export function participants(count: number): PeerSpec[] {
  return Array.from({ length: count }, (_, i) => ({ sid: i + 1, role: 'participant' }));
}
