/** The watches that servers hold, by path, folded from the trace. */

import type { TraceEvent } from '../../trace/TraceEvent.ts';
import type { WatchView } from '../model.ts';

/** Watches kept for the screen; a server's own limit is larger. */
const WATCH_MAX = 20_000;

/** Which one-shot watches an event uses up; persistent ones stay. */
const CONSUMED: Readonly<Record<string, readonly string[]>> = {
  NodeCreated: ['data', 'exist'],
  NodeDataChanged: ['data', 'exist'],
  NodeDeleted: ['data', 'exist', 'child'],
  NodeChildrenChanged: ['child'],
};

export class WatchTable {
  readonly #watches = new Map<string, WatchView>();
  #isDirty = false;
  #published: readonly WatchView[] = [];

  fold(event: TraceEvent): void {
    switch (event.type) {
      case 'watchSet': {
        if (this.#watches.size >= WATCH_MAX) return;
        const { who, sessionId, path, kind } = event;
        this.#set({ server: who, sessionId, path, kind });
        return;
      }
      case 'watchRemoved':
        return this.#delete(event.who, event.sessionId, event.path, event.kind);
      case 'watchFired':
        for (const kind of CONSUMED[event.event] ?? []) {
          this.#delete(event.who, event.sessionId, event.path, kind);
        }
        return;
      case 'connectionClosed':
        return this.#deleteWhere(
          (watch) => watch.server === event.who && watch.sessionId === event.sessionId,
        );
      case 'processKilled':
        return this.#deleteWhere((watch) => watch.server === event.target);
      default:
        return;
    }
  }

  /** The same array until something changes. */
  list(): readonly WatchView[] {
    if (this.#isDirty) {
      this.#published = [...this.#watches.values()];
      this.#isDirty = false;
    }
    return this.#published;
  }

  #set(watch: WatchView): void {
    this.#watches.set(keyOf(watch.server, watch.sessionId, watch.path, watch.kind), watch);
    this.#isDirty = true;
  }

  #delete(server: string, sessionId: string, path: string, kind: string): void {
    if (this.#watches.delete(keyOf(server, sessionId, path, kind))) this.#isDirty = true;
  }

  #deleteWhere(matches: (watch: WatchView) => boolean): void {
    for (const [key, watch] of this.#watches) {
      if (!matches(watch)) continue;
      this.#watches.delete(key);
      this.#isDirty = true;
    }
  }
}

function keyOf(server: string, sessionId: string, path: string, kind: string): string {
  return `${server} ${sessionId} ${kind} ${path}`;
}
