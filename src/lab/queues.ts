/**
 * Locks and elections as queues of tickets: who has the lowest sequence number holds, each other
 * watches the one before. Read from the committed tree, the servers' watches and what clients
 * believe; the three may disagree, which is what the view is for.
 * Source: ZooKeeper Recipes, "Locks"; Curator's InterProcessMutex and LeaderLatch for the names.
 */

import type { ParticipantId } from '../network/address.ts';
import { nameOf, parentOf } from '../protocol/paths.ts';
import { formatSessionId } from '../protocol/sessionId.ts';
import type { DataTree } from '../server/tree/DataTree.ts';
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
  readonly zxid: number;
  readonly places: readonly Places[];
  readonly watches: readonly WatchView[];
  readonly watched: Watched;
  readonly text: string;
  readonly queues: readonly LockQueue[];
}

/** Curator's names, and those that a person types: `lock-0000000007`. */
const TICKET = /^(?:_c_[0-9a-f-]{36}-)?(lock|latch)-(\d{10})$/;

/** Saves work between two updates of the screen; it never changes an answer. */
const memos = new WeakMap<Recorder, Memo>();

/** Sorted by path. The same array as long as nothing in it changes. */
export function lockQueues({ recorder, ensemble }: Lab): readonly LockQueue[] {
  const state = ensemble.getState();
  const { committedZxid: zxid, watches } = state;
  const memo = memos.get(recorder);
  const places = memo?.zxid === zxid ? memo.places : findPlaces(recorder.history.treeAt(zxid));
  const watched =
    memo?.places === places && memo.watches === watches ? memo.watched : watchedIn(places, watches);
  let queues: readonly LockQueue[] = places.map((each) => toQueue(each, watched, state));
  const text = JSON.stringify(queues);
  if (memo?.text === text) queues = memo.queues;
  memos.set(recorder, { zxid, places, watches, watched, text, queues });
  return queues;
}

function findPlaces(tree: DataTree): readonly Places[] {
  const found = new Map<string, { kind: LockQueue['kind']; places: Place[] }>();
  for (const [path, node] of tree.walk()) {
    const znode = nameOf(path);
    const [, word, digits] = TICKET.exec(znode) ?? [];
    if (digits === undefined) continue;
    const directory = parentOf(path);
    const queue = found.get(directory) ?? {
      kind: word === 'latch' ? ('election' as const) : ('lock' as const),
      places: [],
    };
    found.set(directory, queue);
    queue.places.push({
      znode,
      path,
      sequence: Number(digits),
      sessionId: formatSessionId(node.ephemeralOwner),
      fence: node.czxid,
    });
  }
  return [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, { kind, places }]) => ({
      path,
      kind,
      places: places.sort((a, b) => a.sequence - b.sequence),
    }));
}

function watchedIn(queues: readonly Places[], watches: readonly WatchView[]): Watched {
  const directories = new Set(queues.map(({ path }) => path));
  const watched = new Map<string, string[]>();
  if (directories.size === 0) return watched;
  for (const { sessionId, path } of watches) {
    const directory = parentOf(path);
    if (!directories.has(directory)) continue;
    const key = `${sessionId} ${directory}`;
    watched.set(key, [...(watched.get(key) ?? []), path]);
  }
  return watched;
}

function toQueue(
  { path: directory, kind, places }: Places,
  watched: Watched,
  state: EnsembleState,
): LockQueue {
  const tickets = places.map((place, index): Ticket => {
    const client = state.sessions[place.sessionId]?.client ?? null;
    const beliefs = client === null ? [] : (state.clients[client]?.beliefs ?? []);
    return {
      ...place,
      client,
      holds: index === 0,
      believes: beliefs.some(({ holds, znode }) => holds && znode === place.path),
      // A holder may watch its own znode, to learn when it is taken away.
      watches:
        watched.get(`${place.sessionId} ${directory}`)?.find((path) => path !== place.path) ?? null,
    };
  });
  return { path: directory, kind, tickets };
}
