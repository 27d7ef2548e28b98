/** The visible rows of a tree: what is under a collapsed znode is left out. Tree in, rows out. */

import { nameOf } from '../../protocol/paths.ts';
import type { DataTree } from '../../server/tree/DataTree.ts';
import { childPath } from '../../server/tree/systemPaths.ts';
import { shortPath } from '../format.ts';

/** A znode as it was when the rows were derived: the tree itself goes on. */
export interface TreeRow {
  readonly path: string;
  readonly name: string;
  /** 0 for the root. */
  readonly depth: number;
  readonly childCount: number;
  readonly isExpanded: boolean;
  /** From 1, among `siblingCount` siblings. */
  readonly position: number;
  readonly siblingCount: number;
  readonly data: Uint8Array | null;
  readonly version: number;
  readonly czxid: number;
  readonly mzxid: number;
  /** Session, or a mark for containers and TTL znodes; see EphemeralType. */
  readonly owner: bigint;
}

interface Pending {
  readonly path: string;
  readonly depth: number;
  readonly position: number;
  readonly siblingCount: number;
}

/** Parents first, siblings by name. */
export function treeRows(tree: DataTree, collapsed: ReadonlySet<string>): readonly TreeRow[] {
  const rows: TreeRow[] = [];
  const pending: Pending[] = [{ path: '/', depth: 0, position: 1, siblingCount: 1 }];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    const node = tree.getNode(at.path);
    if (node === undefined) continue;
    const { childCount, data, version, czxid, mzxid, ephemeralOwner: owner } = node;
    const isExpanded = childCount > 0 && !collapsed.has(at.path);
    const name = nameOf(at.path) || '/';
    rows.push({ ...at, name, childCount, isExpanded, data, version, czxid, mzxid, owner });
    if (!isExpanded) continue;
    const names = inOrder(node.sortedChildren());
    for (let index = names.length - 1; index >= 0; index--) {
      const path = childPath(at.path, names[index] ?? '');
      const siblingCount = names.length;
      pending.push({ path, depth: at.depth + 1, position: index + 1, siblingCount });
    }
  }
  return rows;
}

/** `lock-000000` and `0007`: the digits that tell sequential siblings apart. */
export function splitSequence(name: string): readonly [head: string, digits: string] {
  return /\d{10}$/.test(name) ? [name.slice(0, -4), name.slice(-4)] : [name, ''];
}

/** Sorted names, those of Curator by what follows the identifier: in order of their sequence. */
function inOrder(sorted: readonly string[]): readonly string[] {
  const keys = new Map(sorted.map((name) => [name, shortPath(name).replace('…', '')]));
  const keyOf = (name: string): string => keys.get(name) ?? name;
  return [...sorted].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

/** Path of the row that the key leads to, or what it does to the row itself. */
export type TreeMove =
  | { readonly type: 'go'; readonly path: string }
  | { readonly type: 'expand' | 'collapse'; readonly path: string };

/** The ARIA tree pattern. `pageRows`: how many rows are seen at once. */
export function treeMove(
  key: string,
  rows: readonly TreeRow[],
  index: number,
  pageRows: number,
): TreeMove | null {
  const row = rows[index];
  if (row === undefined) return null;
  const go = (to: number): TreeMove | null => {
    const target = rows[Math.min(Math.max(to, 0), rows.length - 1)];
    return target === undefined ? null : { type: 'go', path: target.path };
  };
  switch (key) {
    case 'ArrowDown':
      return go(index + 1);
    case 'ArrowUp':
      return go(index - 1);
    case 'PageDown':
      return go(index + pageRows);
    case 'PageUp':
      return go(index - pageRows);
    case 'Home':
      return go(0);
    case 'End':
      return go(rows.length - 1);
    case 'ArrowRight':
      if (row.isExpanded) return go(index + 1);
      return row.childCount > 0 ? { type: 'expand', path: row.path } : null;
    case 'ArrowLeft':
      if (row.isExpanded) return { type: 'collapse', path: row.path };
      return row.depth > 0 ? go(parentIndex(rows, index)) : null;
    default:
      return null;
  }
}

function parentIndex(rows: readonly TreeRow[], index: number): number {
  const depth = rows[index]?.depth ?? 0;
  let at = index;
  while (at > 0 && (rows[at]?.depth ?? 0) >= depth) at -= 1;
  return at;
}

/** The next row after `index`, around the end, whose name begins with `text`; -1 for none. */
export function findByName(rows: readonly TreeRow[], index: number, text: string): number {
  const wanted = text.toLowerCase();
  for (let step = 1; step <= rows.length; step++) {
    const at = (index + step) % rows.length;
    if (rows[at]?.name.toLowerCase().startsWith(wanted)) return at;
  }
  return -1;
}
