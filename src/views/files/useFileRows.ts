/** The rows of the tree at one moment of a history, with what its txn changed. */

import { useMemo } from 'react';
import type { FileHistory } from '../../lab/files/FileHistory.ts';
import { advanceRows, shownRows, stillRows } from '../tree/liveRows.ts';
import { type TreeRow, treeRows } from '../tree/treeRows.ts';
import { useCollapsed } from '../tree/useCollapsed.ts';
import type { TreeView } from '../tree/useTreeRows.ts';

export interface FileRows extends TreeView {
  readonly digest: bigint;
  readonly sessionCount: number;
  readonly isSalvaged: boolean;
}

/** Null where there is no tree. */
export function useFileRows(history: FileHistory, index: number): FileRows | null {
  const { collapsed, setCollapsed, reveal } = useCollapsed();
  const found = useMemo(() => {
    const before = rowsBefore(history, index, collapsed);
    const standing = history.at(index);
    if (standing === null) return null;
    const { tree, sessions } = standing.database;
    const rows = treeRows(tree, collapsed);
    const live = before === null ? stillRows(rows, null) : advanceRows(before, rows, null, 0);
    const { isSalvaged } = standing;
    return { live, digest: tree.digest(), sessionCount: sessions.size, isSalvaged };
  }, [history, index, collapsed]);
  return useMemo(() => {
    if (found === null) return null;
    const { live, ...rest } = found;
    const { marks } = live;
    return { ...rest, shown: shownRows(live), marks, committed: null, setCollapsed, reveal };
  }, [found, setCollapsed, reveal]);
}

/** Null if the moment before leads to another tree than this one's, or to none. */
function rowsBefore(history: FileHistory, index: number, collapsed: ReadonlySet<string>) {
  const isSame = history.segments.some(({ from, to }) => from < index && index <= to);
  const standing = isSame ? history.at(index - 1) : null;
  if (standing === null) return null;
  const rows: readonly TreeRow[] = treeRows(standing.database.tree, collapsed);
  return stillRows(rows, null);
}
