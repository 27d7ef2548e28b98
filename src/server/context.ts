/** What every part of a server gets from the server it is in: time, chance, effects, durability. */

import type { Prng } from '../base/prng.ts';
import type { ServerConfig } from './config.ts';
import type { DiskFiles, DiskOp } from './disk.ts';
import type { ServerEffect } from './effects.ts';
import type { ServerMetrics } from './metrics/ServerMetrics.ts';
import type { TimerName } from './timers.ts';
import type { ServerTrace } from './trace.ts';

/** Whether anybody wants to know. What happens often is told only then. */
export interface Tracing {
  readonly isOn: boolean;
}

export const ALWAYS_TRACING: Tracing = { isOn: true };

export interface ServerContext {
  readonly config: ServerConfig;
  readonly random: Prng;
  readonly metrics: ServerMetrics;
  /** Virtual time of the event being handled, whole ms; `config.timeOriginMs` later is a date. */
  readonly nowMs: number;
  /** False: leave out what happens with every request or message. */
  readonly isTracing: boolean;
  emit(effect: ServerEffect): void;
  trace(event: ServerTrace): void;
  setTimer(timer: TimerName, afterMs: number): void;
  cancelTimer(timer: TimerName): void;
  /** `onDurable` runs while `persisted` is handled; it must check that its role still stands. */
  persist(ops: readonly DiskOp[], onDurable: () => void): void;
  readDisk(onRead: (files: DiskFiles) => void): void;
}
