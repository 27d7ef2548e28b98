/**
 * The znodes, as they are committed or as one server has them. Only the rows that are seen are in
 * the document. Keys follow the ARIA tree pattern; Enter edits the data.
 */

import { useCallback, useEffect, useMemo, useRef } from 'react';
import type { Choices } from '../../lab/choices.ts';
import type { EnsembleState } from '../../lab/model.ts';
import { useChoices, useEnsemble, useHandles } from '../LabContext.ts';
import { EditOutcome } from './EditOutcome.tsx';
import { EmptyTree } from './EmptyTree.tsx';
import { TreeRows } from './TreeRows.tsx';
import { useTreeRows } from './useTreeRows.ts';
import { useZnodeEdit } from './useZnodeEdit.ts';
import { ViewAsBar } from './ViewAsBar.tsx';
import { watchCounts } from './watchCounts.ts';
import { ZnodeActions } from './ZnodeActions.tsx';
import './tree.css';

const viewAsOf = (choices: Choices) => choices.viewAs;
const watchesOf = (state: EnsembleState) => state.watches;
const selectedPathOf = ({ selection }: Choices) =>
  selection?.type === 'znode' ? selection.path : null;

/** The rows of a tree that holds nothing but what servers put there. */
const SYSTEM_ROWS = 2;

export function ZnodeTree() {
  const { choices } = useHandles();
  const viewAs = useChoices(viewAsOf);
  const selected = useChoices(selectedPathOf);
  const watches = useEnsemble(watchesOf);
  const counts = useMemo(() => watchCounts(watches), [watches]);
  const view = useTreeRows(viewAs);
  const editing = useZnodeEdit();
  const { reveal } = view;
  const revealed = useRef<string | null>(null);
  useEffect(() => {
    if (selected !== null && selected !== revealed.current) reveal(selected);
    revealed.current = selected;
  }, [selected, reveal]);
  const select = useCallback(
    (path: string) => choices.setState({ selection: { type: 'znode', path } }),
    [choices],
  );
  const row = view.shown.find((one) => one.row.path === selected && !one.isGhost)?.row ?? null;
  const isEmpty = view.shown.length <= SYSTEM_ROWS && view.shown.at(-1)?.row.name === 'zookeeper';
  return (
    <div className="tree">
      <ViewAsBar viewAs={viewAs} />
      <TreeRows
        view={view}
        counts={counts}
        selected={selected}
        editing={editing}
        onSelect={select}
      />
      {isEmpty && <EmptyTree />}
      <EditOutcome editing={editing} />
      {row !== null && <ZnodeActions key={row.path} row={row} onEdit={editing.begin} />}
    </div>
  );
}
