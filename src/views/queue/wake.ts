/** How many clients the last release woke up: one is right, all are a herd. */

import { parentOf } from '../../protocol/paths.ts';
import type { TraceEvent } from '../../trace/TraceEvent.ts';

export interface Wake {
  /** The ticket that went, and when. */
  readonly path: string;
  readonly zxid: number;
  readonly woken: number;
}

/** The last release in the queue at `queuePath`, after `event`. */
export function foldWake(wake: Wake | null, event: TraceEvent, queuePath: string): Wake | null {
  if (event.type !== 'watchFired' || event.event !== 'NodeDeleted') return wake;
  const { path, zxid } = event;
  if (parentOf(path) !== queuePath) return wake;
  const isSame = wake !== null && wake.path === path && wake.zxid === zxid;
  return { path, zxid, woken: isSame ? wake.woken + 1 : 1 };
}
