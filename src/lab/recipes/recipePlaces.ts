/**
 * Where in the committed tree there are recipes: by the names of the znodes where those tell, else
 * by what clients were asked to do there.
 */

import { parentOf } from '../../protocol/paths.ts';
import type { DataTree } from '../../server/tree/DataTree.ts';
import { type Directory, DirectoryMemo } from '../DirectoryMemo.ts';
import type { Lab } from '../Lab.ts';
import { type Asked, askedOf } from './Asked.ts';
import { keyOf, type RecipeKind, type RecipePlace } from './RecipeKind.ts';

const PROTECTED = /^_c_[0-9a-f-]{36}-(lock-|latch-|lease-|__READ__|__WRIT__)\d{10}$/;
/** The same as a person types it: `create -s -e /locks/a/lock-`. */
const TYPED = /^(lock-|latch-)\d{10}$/;
const ITEM = /^(?:qn-|queue-(?:([01])[0-9A-F]{8}|(\|)[0-9A-F]{8,13}\|)?)\d{10}$/;

const KIND_OF_MARK: Readonly<Record<string, RecipeKind>> = {
  'lock-': 'lock',
  'latch-': 'election',
  'lease-': 'semaphore',
  __READ__: 'rwlock',
  __WRIT__: 'rwlock',
};

/** What stands for these is gone when nobody is there: they are shown all the same. */
const SHOWN_WITHOUT_ZNODE: ReadonlySet<RecipeKind> = new Set(['barrier', 'herdLock', 'kept']);

interface Memo {
  readonly zxid: number;
  readonly actionCount: number;
  readonly places: readonly RecipePlace[];
}

/** Saves work between two updates of the screen; it never changes an answer. */
const memos = new WeakMap<Lab['recorder'], Memo>();

/** Sorted by path. The same array as long as nothing in it changes. */
export function recipePlaces(lab: Lab): readonly RecipePlace[] {
  const { recorder, ensemble, actions } = lab;
  const zxid = ensemble.getState().committedZxid;
  const memo = memos.get(recorder);
  if (memo?.zxid === zxid && memo.actionCount === actions.length) return memo.places;
  let places = findPlaces(recorder.history.treeAt(zxid), askedOf(lab));
  if (memo !== undefined && isSame(places, memo.places)) places = memo.places;
  memos.set(recorder, { zxid, actionCount: actions.length, places });
  return places;
}

const isSame = (a: readonly RecipePlace[], b: readonly RecipePlace[]): boolean =>
  a.length === b.length &&
  a.every((place, index) => {
    const other = b[index];
    return other !== undefined && keyOf(place) === keyOf(other) && place.askedAt === other.askedAt;
  });

/** The recipe whose znode this is, or is below; the nearest one, and of two there the `chosen`. */
export function placeAbove(
  places: readonly RecipePlace[],
  path: string,
  chosen: string | null = null,
): RecipePlace | null {
  let best: RecipePlace | null = null;
  for (const place of places) {
    const isIn = isAtOrBelow(path, place.path);
    const length = best?.path.length ?? -1;
    const isNearer = place.path.length > length;
    const isChosen = place.path.length === length && keyOf(place) === chosen;
    if (isIn && (isNearer || isChosen)) best = place;
  }
  return best;
}

const isAtOrBelow = (path: string, place: string): boolean =>
  path === place || path.startsWith(place === '/' ? '/' : `${place}/`);

/** Where something was asked last; null when there is none. */
export function newestPlace(places: readonly RecipePlace[]): RecipePlace | null {
  let best: RecipePlace | null = null;
  for (const place of places) if (best === null || place.askedAt > best.askedAt) best = place;
  return best;
}

function findPlaces(tree: DataTree, asked: Asked): readonly RecipePlace[] {
  const kinds = new Map<string, RecipeKind>();
  const lockPaths = new Set<string>();
  const cached: string[] = [];
  for (const { path, kind, lockPath, isCached } of asked.all()) {
    if (lockPath !== null) lockPaths.add(lockPath);
    if (isCached) cached.push(path);
    if (kind === null) continue;
    const isThere = tree.getNode(path) !== undefined || SHOWN_WITHOUT_ZNODE.has(kind);
    if (isThere) kinds.set(path, kind);
  }
  // A semaphore comes before its parts.
  const named = [...directories.all(tree)].sort(
    (a, b) => Number(b.kind === 'semaphore') - Number(a.kind === 'semaphore'),
  );
  for (const { path, kind } of named) {
    const isPart = kind === 'lock' && kinds.get(parentOf(path)) === 'semaphore';
    const isMore = kind === 'lock' && kinds.get(path) === 'selection';
    if (!isPart && !isMore && !lockPaths.has(path)) kinds.set(path, kind);
  }
  const all = [...kinds, ...cached.map((path) => [path, 'cache'] as const)];
  return all
    .map(([path, kind]) => ({ kind, path, askedAt: asked.at(path)?.at ?? -1 }))
    .sort((a, b) => (a.path === b.path ? 0 : a.path < b.path ? -1 : 1));
}

interface NamedPlace {
  readonly path: string;
  readonly kind: RecipeKind;
}

const directories = new DirectoryMemo(placeIn);

/** By names alone: what the first child that has such a name says. */
function placeIn({ path, node, tree, childPath }: Directory): NamedPlace | null {
  for (const name of node.children) {
    const kind = kindOfChild(tree, childPath(name), name);
    if (kind !== null) return { path: kind === 'semaphore' ? parentOf(path) : path, kind };
  }
  return null;
}

function kindOfChild(tree: DataTree, path: string, name: string): RecipeKind | null {
  const mark = (PROTECTED.exec(name) ?? TYPED.exec(name))?.[1];
  if (mark !== undefined) return KIND_OF_MARK[mark] ?? null;
  // An ephemeral of such a name is the lock of an item.
  const item = ITEM.exec(name);
  if (item === null || tree.getNode(path)?.ephemeralOwner !== 0n) return null;
  const [, priority, delay] = item;
  if (name.startsWith('qn-')) return 'simpleQueue';
  return priority !== undefined ? 'priorityQueue' : delay !== undefined ? 'delayQueue' : 'queue';
}
