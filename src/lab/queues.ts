/**
 * Locks and elections as queues of tickets: who has the lowest sequence number holds, each other
 * watches the one before. Read from the committed tree, the servers' watches and what clients
 * believe; the three may disagree, which is what the view is for.
 * Source: ZooKeeper Recipes, "Locks"; Curator's InterProcessMutex and LeaderLatch for the names.
 */

import { utf8Decode } from '../base/utf8.ts';
import type { ParticipantId } from '../network/address.ts';
import { parentOf } from '../protocol/paths.ts';
import { formatSessionId } from '../protocol/sessionId.ts';
import { REVOKE_MESSAGE } from '../recipes/LockKind.ts';
import type { DataTree } from '../server/tree/DataTree.ts';
import { type Directory, DirectoryMemo } from './DirectoryMemo.ts';
import type { Lab } from './Lab.ts';
import type { EnsembleState, WatchView } from './model.ts';
import type { Recorder } from './recorder/Recorder.ts';

export interface Ticket {
  /** Last part of `path`: `_c_<uuid>-lock-0000000007`. */
  readonly znode: string;
  readonly path: string;
  readonly sequence: number;
  readonly sessionId: string;
  /** Null when nobody knows whose session it is any more. */
  readonly client: ParticipantId | null;
  /** First in the queue: the service says that it holds. */
  readonly holds: boolean;
  /** The client itself believes that it holds. */
  readonly believes: boolean;
  /** Somebody has asked the holder to give it back. */
  readonly isAsked: boolean;
  /** Fencing number: the znode's czxid. */
  readonly fence: number;
  /** The other ticket, or znode beside them, that its session watches. */
  readonly watches: string | null;
}

export interface LockQueue {
  readonly path: string;
  readonly kind: 'lock' | 'election';
  /** In order of sequence. */
  readonly tickets: readonly Ticket[];
}

type Place = Pick<Ticket, 'znode' | 'path' | 'sequence' | 'sessionId' | 'fence'>;

interface Places {
  readonly path: string;
  readonly kind: LockQueue['kind'];
  readonly places: readonly Place[];
}

/** By `session directory`: the znodes that the session watches there. */
type Watched = ReadonlyMap<string, readonly string[]>;

interface Memo {
  /** What the answer depends on. */
  readonly key: readonly unknown[];
  readonly queues: readonly LockQueue[];
}

/** Curator's names, and those that a person types: `lock-0000000007`. */
const TICKET = /^(?:_c_[0-9a-f-]{36}-)?(lock|latch)-(\d{10})$/;

/** Save work between two updates of the screen; they never change an answer. */
const memos = new WeakMap<Recorder, Memo>();
const directories = new DirectoryMemo(placesIn);

/** Sorted by path. The same array, and the same queues in it, while nothing in them changes. */
export function lockQueues({ recorder, ensemble }: Lab): readonly LockQueue[] {
  const state = ensemble.getState();
  const key = [state.committedZxid, state.watches, state.clients, state.sessions];
  const memo = memos.get(recorder);
  if (memo !== undefined && key.every((part, index) => part === memo.key[index])) {
    return memo.queues;
  }
  const tree = recorder.history.treeAt(state.committedZxid);
  const places = [...directories.all(tree)].sort((a, b) => (a.path < b.path ? -1 : 1));
  const watched = watchedIn(places, state.watches);
  const before = memo?.queues ?? [];
  const fresh = places.map((each): LockQueue => {
    const queue = toQueue(each, watched, state, tree);
    const old = before.find(({ path }) => path === each.path);
    return old !== undefined && isSame(old, queue) ? old : queue;
  });
  const hasChanged =
    fresh.length !== before.length || fresh.some((queue, index) => queue !== before[index]);
  const queues = hasChanged ? fresh : before;
  memos.set(recorder, { key, queues });
  return queues;
}

function placesIn({ path, node, tree, childPath }: Directory): Places | null {
  const places: Place[] = [];
  let kind: LockQueue['kind'] = 'lock';
  for (const znode of node.children) {
    const [, word, digits] = TICKET.exec(znode) ?? [];
    const child = digits === undefined ? undefined : tree.getNode(childPath(znode));
    if (child === undefined) continue;
    if (places.length === 0 && word === 'latch') kind = 'election';
    places.push({
      znode,
      path: childPath(znode),
      sequence: Number(digits),
      sessionId: formatSessionId(child.ephemeralOwner),
      fence: child.czxid,
    });
  }
  if (places.length === 0) return null;
  return { path, kind, places: places.sort((a, b) => a.sequence - b.sequence) };
}

function watchedIn(queues: readonly Places[], watches: readonly WatchView[]): Watched {
  const paths = new Set(queues.map(({ path }) => path));
  const watched = new Map<string, string[]>();
  if (paths.size === 0) return watched;
  for (const { sessionId, path } of watches) {
    const directory = parentOf(path);
    if (!paths.has(directory)) continue;
    const key = `${sessionId} ${directory}`;
    watched.set(key, [...(watched.get(key) ?? []), path]);
  }
  return watched;
}

function toQueue(
  { path: directory, kind, places }: Places,
  watched: Watched,
  state: EnsembleState,
  tree: DataTree,
): LockQueue {
  const tickets = places.map((place, index): Ticket => {
    const client = state.sessions[place.sessionId]?.client ?? null;
    const beliefs = client === null ? [] : (state.clients[client]?.beliefs ?? []);
    const holds = index === 0;
    return {
      ...place,
      client,
      holds,
      believes: beliefs.some(({ holds, znode }) => holds && znode === place.path),
      isAsked: holds && isAsked(tree, place.path),
      // A holder may watch its own znode, to learn when it is taken away.
      watches:
        watched.get(`${place.sessionId} ${directory}`)?.find((path) => path !== place.path) ?? null,
    };
  });
  return { path: directory, kind, tickets };
}

function isAsked(tree: DataTree, path: string): boolean {
  const data = tree.getNode(path)?.data;
  return data?.length === REVOKE_MESSAGE.length && utf8Decode(data) === REVOKE_MESSAGE;
}

function isSame(a: LockQueue, b: LockQueue): boolean {
  return (
    a.tickets.length === b.tickets.length &&
    a.tickets.every((one, index) => isSameTicket(one, b.tickets[index]))
  );
}

/** A path and a fence stand for its number and session too. */
const isSameTicket = (a: Ticket, b: Ticket | undefined): boolean =>
  a.path === b?.path &&
  a.fence === b.fence &&
  a.client === b.client &&
  a.holds === b.holds &&
  a.believes === b.believes &&
  a.isAsked === b.isAsked &&
  a.watches === b.watches;
