/** Watches and their events. Source: Watcher.Event, Watcher.WatcherType, AddWatchMode. */

import type { CodecType } from './codec.ts';
import { int, record, string } from './codec.ts';

export const EventType = {
  None: -1,
  NodeCreated: 1,
  NodeDeleted: 2,
  NodeDataChanged: 3,
  NodeChildrenChanged: 4,
  DataWatchRemoved: 5,
  ChildWatchRemoved: 6,
  PersistentWatchRemoved: 7,
} as const;
export type EventTypeName = keyof typeof EventType;
export type EventType = (typeof EventType)[EventTypeName];

export const KeeperState = {
  Unknown: -1,
  Disconnected: 0,
  NoSyncConnected: 1,
  SyncConnected: 3,
  AuthFailed: 4,
  ConnectedReadOnly: 5,
  SaslAuthenticated: 6,
  Closed: 7,
  Expired: -112,
} as const;
export type KeeperStateName = keyof typeof KeeperState;
export type KeeperState = (typeof KeeperState)[KeeperStateName];

/** Which watches checkWatches and removeWatches mean. */
export const WatcherType = {
  Children: 1,
  Data: 2,
  Any: 3,
  Persistent: 4,
  PersistentRecursive: 5,
} as const;
export type WatcherTypeName = keyof typeof WatcherType;
export type WatcherType = (typeof WatcherType)[WatcherTypeName];

export const AddWatchMode = {
  PERSISTENT: 0,
  PERSISTENT_RECURSIVE: 1,
} as const;
export type AddWatchModeName = keyof typeof AddWatchMode;
export type AddWatchMode = (typeof AddWatchMode)[AddWatchModeName];

const EVENT_NAMES = Object.keys(EventType) as EventTypeName[];
const STATE_NAMES = Object.keys(KeeperState) as KeeperStateName[];

export function eventTypeName(type: number): EventTypeName | undefined {
  return EVENT_NAMES.find((name) => EventType[name] === type);
}

export function keeperStateName(state: number): KeeperStateName | undefined {
  return STATE_NAMES.find((name) => KeeperState[name] === state);
}

/** Follows a ReplyHeader whose xid is -1. `type`: EventType; `state`: always SyncConnected. */
export const WatcherEvent = record({ type: int, state: int, path: string });
export type WatcherEvent = CodecType<typeof WatcherEvent>;
