/**
 * What runs one program on a machine: items become the program's events, its effects become what
 * the machine does.
 */

import type { NetworkStack } from '../network/NetworkStack.ts';
import type { TraceBody } from '../trace/TraceEvent.ts';
import type { DiskWrite } from './Disk.ts';
import type { ProcessItem } from './localEvents.ts';

/** What a machine offers to what runs on it. `Participant` implements it. */
export interface Machine {
  readonly nowUs: number;
  readonly stack: NetworkStack;
  /** False: leave out what happens with every request or message. */
  readonly isTracing: boolean;
  trace(body: TraceBody): void;
  setTimer(name: string, afterMs: number): void;
  cancelTimer(name: string): void;
  /** `item` comes back at `atUs`. */
  schedule(atUs: number, item: ProcessItem): void;
  /** The process ends by itself, which counts as a crash: nothing may follow. */
  exit(): void;
}

export interface Runner {
  handle(item: ProcessItem): void;
  /** Async code may still run: await `settle` before the next item. */
  readonly isSettling: boolean;
  settle(): Promise<void>;
  /** What went to disk since the last call. */
  takeWrites(): readonly DiskWrite[];
}

export const nowMsOf = (nowUs: number): number => Math.floor(nowUs / 1000);
