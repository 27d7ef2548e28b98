/**
 * Puts what several participants told into the global order: time, then participant, then its own
 * sequence.
 */

import { Heap } from '../base/Heap.ts';
import type { TraceEvent } from '../trace/TraceEvent.ts';

export interface TraceList {
  /** `orderOf` the participant; no two lists have the same. */
  readonly order: number;
  /** In order of time. */
  readonly events: readonly TraceEvent[];
}

interface Cursor extends TraceList {
  index: number;
  atUs: number;
}

export function mergeTraces(lists: readonly TraceList[]): readonly TraceEvent[] {
  const filled = lists.filter(({ events }) => events.length > 0);
  const [only] = filled;
  if (only === undefined) return [];
  if (filled.length === 1) return only.events;
  const cursors = new Heap<Cursor>((a, b) => a.atUs - b.atUs || a.order - b.order);
  for (const { order, events } of filled) {
    cursors.push({ order, events, index: 0, atUs: events[0]?.atUs ?? 0 });
  }
  const merged: TraceEvent[] = [];
  for (let cursor = cursors.pop(); cursor !== undefined; cursor = cursors.pop()) {
    if (takeRun(cursor, cursors.peek(), merged)) cursors.push(cursor);
  }
  return merged;
}

/** Moves on while nothing else comes first. False at the end of the list. */
function takeRun(cursor: Cursor, rival: Cursor | undefined, merged: TraceEvent[]): boolean {
  const { events, order } = cursor;
  for (let event = events[cursor.index]; event !== undefined; event = events[cursor.index]) {
    cursor.atUs = event.atUs;
    const isLater =
      rival !== undefined &&
      (event.atUs > rival.atUs || (event.atUs === rival.atUs && order > rival.order));
    if (isLater) return true;
    merged.push(event);
    cursor.index += 1;
  }
  return false;
}
