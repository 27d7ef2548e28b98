/** The rows of the tree that is looked at, what has just changed in them, and what is collapsed. */

import { useEffect, useMemo, useState } from 'react';
import type { ViewAs } from '../../lab/choices.ts';
import type { EnsembleState } from '../../lab/model.ts';
import {
  advanceRows,
  expireRows,
  type Mark,
  nextExpiryMs,
  type ShownRow,
  shownRows,
  stillRows,
} from '../../lab/tree/liveRows.ts';
import { treeRows } from '../../lab/tree/treeRows.ts';
import type { DataTree } from '../../server/tree/DataTree.ts';
import { useEnsemble, useHandles } from '../LabContext.ts';
import { useCollapsed } from './useCollapsed.ts';

export interface TreeView {
  readonly shown: readonly ShownRow[];
  readonly marks: ReadonlyMap<string, Mark>;
  /** What is committed, when a server's tree is looked at; null when that is what is shown. */
  readonly committed: DataTree | null;
  readonly setCollapsed: (path: string, isCollapsed: boolean) => void;
  /** Expands whatever hides the znode. */
  readonly reveal: (path: string) => void;
}

const committedOf = (state: EnsembleState) => state.committedZxid;

export const cursorOf = (state: EnsembleState, viewAs: ViewAs): number =>
  state.servers[viewAs]?.lastApplied ?? state.committedZxid;

export function useTreeRows(viewAs: ViewAs): TreeView {
  const { lab } = useHandles();
  const { history } = lab.recorder;
  const zxid = useEnsemble((state) => cursorOf(state, viewAs));
  const committedZxid = useEnsemble(committedOf);
  const { collapsed, setCollapsed, reveal } = useCollapsed();
  const rows = useMemo(() => treeRows(history.treeAt(zxid), collapsed), [history, zxid, collapsed]);
  // Rows are compared with those before only while they show the same tree in the same way.
  const view = useMemo(() => ({ history, viewAs, collapsed }), [history, viewAs, collapsed]);
  const [live, setLive] = useState(() => stillRows(rows, view));
  if (live.rows !== rows) setLive(advanceRows(live, rows, view, performance.now()));
  useEffect(() => {
    const expiryMs = nextExpiryMs(live);
    if (expiryMs === null) return;
    const expire = () => setLive((now) => expireRows(now, performance.now()));
    const timer = setTimeout(expire, Math.max(0, expiryMs - performance.now()) + 1);
    return () => clearTimeout(timer);
  }, [live]);
  const shown = useMemo(() => shownRows(live), [live]);
  return {
    shown,
    marks: live.marks,
    committed: viewAs === 'committed' ? null : history.treeAt(committedZxid),
    setCollapsed,
    reveal,
  };
}
