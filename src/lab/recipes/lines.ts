/** Who stands in line for a read-write lock, a semaphore, or a lock that everybody watches. */

import type { ParticipantId } from '../../network/address.ts';
import type { Znode } from '../../server/tree/DataNode.ts';
import {
  believes,
  type Condition,
  differenceOf,
  type Owner,
  ownerOf,
  participantsIn,
  type Source,
  type Straggler,
  stragglersIn,
} from './Source.ts';

export interface Place {
  readonly path: string;
  readonly sequence: number;
  readonly owner: Owner;
  /** Fencing number: the znode's czxid. */
  readonly fence: number;
  /** As the service has it. */
  readonly holds: boolean;
  /** As the client has it. */
  readonly believes: boolean;
  readonly differs: string;
}

export interface ReadWritePlace extends Place {
  readonly side: 'read' | 'write';
}

export interface ReadWriteView {
  readonly type: 'rwlock';
  /** First come first. */
  readonly places: readonly ReadWritePlace[];
  readonly stragglers: readonly Straggler[];
}

export interface SemaphoreView {
  readonly type: 'semaphore';
  /** How many may hold at once; null when no client here was told. */
  readonly leases: number | null;
  readonly holders: readonly Place[];
  readonly waiting: readonly Place[];
  readonly stragglers: readonly Straggler[];
}

export interface HerdView {
  readonly type: 'herdLock';
  readonly holder: Place | null;
  /** In no order: the fastest is next. */
  readonly waiting: readonly {
    readonly client: ParticipantId;
    readonly condition: Condition;
    readonly sessionId: string;
    readonly isWatching: boolean;
  }[];
}

interface Named {
  readonly path: string;
  readonly mark: string;
  readonly sequence: number;
  readonly node: Znode;
}

const NAME = /^_c_[0-9a-f-]{36}-(.+?)(\d{10})$/;

/** In order of their numbers. */
function lineIn({ tree }: Source, directory: string, marks: readonly string[]): readonly Named[] {
  const found: Named[] = [];
  for (const name of tree.getNode(directory)?.children ?? []) {
    const [, mark = '', digits] = NAME.exec(name) ?? [];
    const path = `${directory}/${name}`;
    const node = digits === undefined ? undefined : tree.getNode(path);
    if (node === undefined || !marks.includes(mark)) continue;
    found.push({ path, mark, sequence: Number(digits), node });
  }
  return found.sort((a, b) => a.sequence - b.sequence);
}

function toPlace(source: Source, { path, sequence, node }: Named, holds: boolean): Place {
  const owner = ownerOf(source, node.ephemeralOwner);
  const isBelieved = believes(source, owner.client, path);
  const differs = differenceOf(owner, holds, isBelieved);
  return { path, sequence, owner, fence: node.czxid, holds, believes: isBelieved, differs };
}

export function readWriteView(source: Source): ReadWriteView {
  const line = lineIn(source, source.path, ['__READ__', '__WRIT__']);
  const firstWriter = line.findIndex(({ mark }) => mark === '__WRIT__');
  const writer = line[firstWriter]?.node.ephemeralOwner;
  const places = line.map((named, index): ReadWritePlace => {
    const side = named.mark === '__READ__' ? 'read' : 'write';
    const isBeforeWriters = firstWriter < 0 || index < firstWriter;
    // Who writes may read too, until the next writer.
    const isBeside =
      named.node.ephemeralOwner === writer && named.sequence === line[firstWriter]?.sequence;
    const holds = side === 'read' ? isBeforeWriters || isBeside : isFirst(line, index);
    return { ...toPlace(source, named, holds), side };
  });
  const stragglers = stragglersIn(source, ['readLock', 'writeLock']);
  return { type: 'rwlock', places, stragglers };
}

/** Nobody stands before it but its own session. */
const isFirst = (line: readonly Named[], index: number): boolean =>
  line
    .slice(0, index)
    .every(({ node }) => node.ephemeralOwner === line[index]?.node.ephemeralOwner);

export function semaphoreView(source: Source): SemaphoreView {
  const leases = source.asked?.count ?? null;
  const taken = lineIn(source, `${source.path}/leases`, ['lease-']);
  const holders = taken
    .slice(0, leases ?? taken.length)
    .map((named) => toPlace(source, named, true));
  // Whoever is first in line for the lock has a lease's znode already when all are taken.
  const early = taken.slice(holders.length).map((named) => toPlace(source, named, false));
  const owners = new Set(early.map(({ owner }) => owner.sessionId));
  const waiting = lineIn(source, `${source.path}/locks`, ['lock-'])
    .map((named) => toPlace(source, named, false))
    .map((place) => ({ ...place, differs: place.owner.condition === 'gone' ? place.differs : '' }))
    .filter(({ owner }) => !owners.has(owner.sessionId));
  return {
    type: 'semaphore',
    leases,
    holders,
    waiting: [...early, ...waiting],
    stragglers: stragglersIn(source, ['semaphore']),
  };
}

export function herdView(source: Source): HerdView {
  const { path, tree, state } = source;
  const node = tree.getNode(path);
  const named = node && { path, mark: '', sequence: 0, node };
  const holder = named === undefined ? null : toPlace(source, named, true);
  const watching = new Set(
    state.watches.filter((watch) => watch.path === path).map(({ sessionId }) => sessionId),
  );
  const waiting = participantsIn(source, 'herdLock')
    .filter(({ client, step }) => client !== holder?.owner.client && step.startsWith('watch'))
    .map(({ client, condition }) => {
      const sessionId = state.clients[client]?.sessionId ?? '';
      return { client, condition, sessionId, isWatching: watching.has(sessionId) };
    });
  return { type: 'herdLock', holder, waiting };
}
