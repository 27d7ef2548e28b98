/** How many clients the last release woke up: one is right, all are a herd. */

import type { Ticket } from '../../lab/queues.ts';
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
  if (parentOf(path) !== queuePath) return wake;
  const isSame = wake !== null && wake.path === path && wake.zxid === zxid;
  return { path, zxid, sessionIds: [...(isSame ? wake.sessionIds : []), sessionId] };
}

/** How many of those who wait were told; who gave up its own ticket does not wait. */
export function wokenIn({ sessionIds }: Wake, tickets: readonly Ticket[]): number {
  return tickets.filter((ticket) => sessionIds.includes(ticket.sessionId)).length;
}
