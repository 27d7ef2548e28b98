/**
 * Where in the committed tree there are recipes: by the names of the znodes where those tell, else
 * by what clients were asked to do there.
 */

import { parentOf } from '../../protocol/paths.ts';
import type { Znode } from '../../server/tree/DataNode.ts';
import type { DataTree } from '../../server/tree/DataTree.ts';
import type { Lab } from '../Lab.ts';
import { type Asked, askedOf } from './Asked.ts';
import type { RecipeKind, RecipePlace } from './RecipeKind.ts';

const PROTECTED = /^_c_[0-9a-f-]{36}-(lock-|latch-|lease-|__READ__|__WRIT__)\d{10}$/;
/** The same as a person types it: `create -s -e /locks/a/lock-`. */
const TYPED = /^(lock-|latch-)\d{10}$/;
const ITEM = /^queue-(?:[01][0-9A-F]{8}|\|[0-9A-F]{8,13}\|)?\d{10}$/;

const KIND_OF_MARK: Readonly<Record<string, RecipeKind>> = {
  'lock-': 'lock',
  'latch-': 'election',
  'lease-': 'semaphore',
  __READ__: 'rwlock',
  __WRIT__: 'rwlock',
};

/** What stands for these is gone when nobody is there: they are shown all the same. */
const SHOWN_WITHOUT_ZNODE: ReadonlySet<RecipeKind> = new Set(['barrier', 'herdLock']);

interface Memo {
  readonly zxid: number;
  readonly actionCount: number;
  readonly text: string;
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
  const text = JSON.stringify(places);
  if (memo?.text === text) places = memo.places;
  memos.set(recorder, { zxid, actionCount: actions.length, text, places });
  return places;
}

/** The recipe whose znode this is, or is below; the nearest one. */
export function placeAbove(places: readonly RecipePlace[], path: string): RecipePlace | null {
  let best: RecipePlace | null = null;
  for (const place of places) {
    const isIn = path === place.path || path.startsWith(`${place.path}/`);
    if (isIn && (best === null || place.path.length > best.path.length)) best = place;
  }
  return best;
}

/** Where something was asked last; null when there is none. */
export function newestPlace(places: readonly RecipePlace[]): RecipePlace | null {
  let best: RecipePlace | null = null;
  for (const place of places) if (best === null || place.askedAt > best.askedAt) best = place;
  return best;
}

function findPlaces(tree: DataTree, asked: Asked): readonly RecipePlace[] {
  const kinds = new Map<string, RecipeKind>();
  const lockPaths = new Set<string>();
  for (const { path, kind, lockPath } of asked.all()) {
    if (lockPath !== null) lockPaths.add(lockPath);
    const isThere = tree.getNode(path) !== undefined || SHOWN_WITHOUT_ZNODE.has(kind);
    if (isThere) kinds.set(path, kind);
  }
  for (const [path, kind] of kindsIn(tree)) {
    const isPart = kind === 'lock' && kinds.get(parentOf(path)) === 'semaphore';
    const isMore = kind === 'lock' && kinds.get(path) === 'selection';
    if (!isPart && !isMore && !lockPaths.has(path)) kinds.set(path, kind);
  }
  return [...kinds]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, kind]) => ({ kind, path, askedAt: asked.at(path)?.at ?? -1 }));
}

/** By names alone; a semaphore comes before its parts. */
function kindsIn(tree: DataTree): readonly (readonly [string, RecipeKind])[] {
  const found: (readonly [string, RecipeKind])[] = [];
  const visit = (path: string, node: Znode): void => {
    const base = path === '/' ? '' : path;
    for (const name of node.children) {
      const kind = kindOfChild(tree, `${base}/${name}`, name);
      if (kind === null) continue;
      found.push([kind === 'semaphore' ? parentOf(path) : path, kind]);
      break;
    }
    for (const name of node.children) {
      const child = tree.getNode(`${base}/${name}`);
      if (child !== undefined && child.children.size > 0) visit(`${base}/${name}`, child);
    }
  };
  const root = tree.getNode('/');
  if (root !== undefined) visit('/', root);
  return found.sort(([, a], [, b]) => Number(b === 'semaphore') - Number(a === 'semaphore'));
}

function kindOfChild(tree: DataTree, path: string, name: string): RecipeKind | null {
  const mark = (PROTECTED.exec(name) ?? TYPED.exec(name))?.[1];
  if (mark !== undefined) return KIND_OF_MARK[mark] ?? null;
  // An ephemeral of such a name is the lock of an item.
  const isItem = ITEM.test(name) && tree.getNode(path)?.ephemeralOwner === 0n;
  return isItem ? 'queue' : null;
}
