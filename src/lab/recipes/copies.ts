/**
 * Which znodes clients keep copies of, and whether the copies are what the service has: a znode, a
 * row; a client, a column.
 */

import type { ParticipantId } from '../../network/address.ts';
import { COPY, listingIn } from '../../recipes/listing.ts';
import type { CacheScope } from '../../recipes/ZnodeCache.ts';
import { type Condition, participantsIn, type Source } from './Source.ts';

/** Znodes that are shown; the others are counted. */
const ROWS_MAX = 24;
/** Znodes that are counted: a tree may be large. */
const COUNTED_MAX = 1000;

export interface CacheView {
  readonly type: 'cache';
  /** Znodes that the service has here, the znode itself and all below; at most COUNTED_MAX. */
  readonly count: number;
  readonly caches: readonly CacheOf[];
  readonly rows: readonly CopyRow[];
}

export interface CacheOf {
  readonly client: ParticipantId;
  readonly condition: Condition;
  /** What it has copies of. */
  readonly scope: CacheScope;
  readonly count: number;
  /** Some copy is not what the service has, or is missing. */
  readonly isBehind: boolean;
}

export interface CopyRow {
  readonly path: string;
  /** Relative to the path of the cache. */
  readonly name: string;
  /** What the service has; null for a znode that it does not have. */
  readonly version: number | null;
  readonly mzxid: number;
  /** In the order of `caches`. */
  readonly copies: readonly Copy[];
}

/** `older`, `missing` and `extra` are not what the service has; `none`: not asked for, or not told. */
export interface Copy {
  readonly state: 'same' | 'older' | 'missing' | 'extra' | 'none';
  /** Of the znode when it was read; 0 where there is no copy. */
  readonly mzxid: number;
}

interface Told extends Omit<CacheOf, 'isBehind'> {
  /** By relative name. */
  readonly mzxids: ReadonlyMap<string, number>;
}

const SCOPES: readonly CacheScope[] = ['node', 'children', 'tree'];

export function cacheView(source: Source): CacheView {
  const told = toldIn(source);
  const { names, count } = namesIn(source);
  // What only a client has comes first: it is what there is to see.
  const extra = [...new Set(told.flatMap(({ mzxids }) => [...mzxids.keys()]))]
    .filter((name) => source.tree.getNode(pathOf(source, name)) === undefined)
    .sort();
  const rows = [...extra, ...names]
    .slice(0, ROWS_MAX)
    .sort()
    .map((name) => toRow(source, name, told));
  const caches = told.map(({ mzxids: _, ...cache }, index) => ({
    ...cache,
    isBehind: rows.some(({ copies }) => isWrong(copies[index])),
  }));
  return { type: 'cache', count, caches, rows };
}

const isWrong = (copy: Copy | undefined): boolean =>
  copy !== undefined && copy.state !== 'same' && copy.state !== 'none';

function toldIn(source: Source): readonly Told[] {
  return participantsIn(source, COPY).flatMap(({ client, condition, step }) => {
    for (const scope of SCOPES) {
      const listing = listingIn(step, scope);
      if (listing === null) continue;
      const mzxids = new Map(
        listing.names.map((entry) => {
          const at = entry.lastIndexOf('@');
          return [entry.slice(0, at), Number.parseInt(entry.slice(at + 1), 16)] as const;
        }),
      );
      return [{ client, condition, scope, count: listing.count, mzxids }];
    }
    return [];
  });
}

/** The first names below, and '' for the znode itself, in order; and how many there are. */
function namesIn({ tree, path }: Source): { names: readonly string[]; count: number } {
  if (tree.getNode(path) === undefined) return { names: [], count: 0 };
  const names: string[] = [];
  let count = 0;
  const length = path === '/' ? 0 : path.length;
  for (const [below] of tree.walk(path)) {
    if (count >= COUNTED_MAX) break;
    count += 1;
    if (names.length < ROWS_MAX) names.push(below === path ? '' : below.slice(length));
  }
  return { names, count };
}

const pathOf = ({ path }: Source, name: string): string =>
  name === '' ? path : `${path === '/' ? '' : path}${name}`;

function toRow(source: Source, name: string, told: readonly Told[]): CopyRow {
  const path = pathOf(source, name);
  const node = source.tree.getNode(path);
  const copies = told.map((one): Copy => {
    const mzxid = one.mzxids.get(name) ?? 0;
    if (mzxid === 0) return { state: isMissing(one, name, node) ? 'missing' : 'none', mzxid };
    if (node === undefined) return { state: 'extra', mzxid };
    return { state: mzxid === node.mzxid ? 'same' : 'older', mzxid };
  });
  return { path, name, version: node?.version ?? null, mzxid: node?.mzxid ?? 0, copies };
}

/** In its scope, and the client has told all that it has. */
function isMissing({ scope, count, mzxids }: Told, name: string, node: unknown): boolean {
  if (node === undefined || count > mzxids.size) return false;
  if (scope === 'tree') return true;
  return scope === 'node' ? name === '' : name.lastIndexOf('/') === 0;
}
