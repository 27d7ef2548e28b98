/** How many clients the last release woke up: one is right, all are a herd. */

import { parentOf } from '../../protocol/paths.ts';
import type { TraceEvent } from '../../trace/TraceEvent.ts';

export interface Wake {
  /** The ticket that went, and when. */
  readonly path: string;
  readonly zxid: number;
  /** Sessions that were told. */
  readonly sessionIds: readonly string[];
}

/** The last release in the queue at `queuePath`, after `event`. */
export function foldWake(wake: Wake | null, event: TraceEvent, queuePath: string): Wake | null {
  if (event.type !== 'watchFired' || event.event !== 'NodeDeleted') return wake;
  const { path, zxid, sessionId } = event;
  // The znode that stands for a herd's lock is the path itself.
  if (path !== queuePath && parentOf(path) !== queuePath) return wake;
  const isSame = wake !== null && wake.path === path && wake.zxid === zxid;
  return { path, zxid, sessionIds: [...(isSame ? wake.sessionIds : []), sessionId] };
}

/** How many of those who are left were told; who gave up its own ticket is none of them. */
export function wokenIn(wake: Wake, sessionIds: readonly string[]): number {
  return sessionIds.filter((sessionId) => wake.sessionIds.includes(sessionId)).length;
}
