/** Watches as programs see them. Source: Watcher, WatchedEvent, AddWatchMode. */

import type { EventTypeName } from '../protocol/events.ts';
import type { ClientState } from './trace.ts';

export interface WatchedEvent {
  /**
   * `None`: the session has ended (`state` says how) and this watch with it.
   * Departs: ZooKeeper also tells every watcher when a connection comes or goes; here that is what
   * `ZooKeeper.onState` is for.
   */
  readonly type: EventTypeName;
  /** '' for `None`. */
  readonly path: string;
  readonly state: ClientState;
  /** Of the txn that caused it; -1 when the server does not tell. */
  readonly zxid: number;
}

/** Must not throw. The same function set twice on one path is told once. */
export type Watcher = (event: WatchedEvent) => void;

export interface WatchOnce {
  readonly watcher: Watcher;
  /** The first event. Never rejects; stays open for ever if the watch never fires. */
  readonly fired: Promise<WatchedEvent>;
}

/**
 * A watch to wait for: `const gone = watchOnce(); await zk.exists(path, gone.watcher); await
 * gone.fired`.
 */
export function watchOnce(): WatchOnce {
  let resolve: Watcher = () => {};
  const fired = new Promise<WatchedEvent>((settle) => {
    resolve = settle;
  });
  return { watcher: (event) => resolve(event), fired };
}
