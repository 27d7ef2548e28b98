/** The scrolling part of the tree: a window of rows, and the keys that move in it. */

import {
  type CSSProperties,
  type ReactNode,
  type RefObject,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react';
import { previewData } from '../../lab/format.ts';
import type { TreeRow } from '../../lab/tree/treeRows.ts';
import { useSize } from '../ring/useSize.ts';
import { DataEditor } from './DataEditor.tsx';
import { TreeItem } from './TreeItem.tsx';
import { treeClicks } from './treeClicks.ts';
import { useRowHeight } from './useRowHeight.ts';
import { useTreeKeys } from './useTreeKeys.ts';
import type { TreeView } from './useTreeRows.ts';
import type { ZnodeEditing } from './useZnodeEdit.ts';
import type { WatchCount } from './watchCounts.ts';

/** Rows kept above and below the window, so that scrolling shows no gaps. */
const SPARE_ROWS = 6;

export interface TreeRowsProps {
  readonly view: TreeView;
  readonly counts: ReadonlyMap<string, WatchCount>;
  readonly selected: string | null;
  readonly editing: ZnodeEditing;
  readonly onSelect: (path: string) => void;
}

export function TreeRows({ view, counts, selected, editing, onSelect }: TreeRowsProps) {
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const height = useSize(scroller)?.height ?? 0;
  const rowHeight = useRowHeight();
  const [first, setFirst] = useState(0);
  const { shown } = view;
  const pageRows = Math.max(1, Math.floor(height / rowHeight));
  const start = Math.max(0, first - SPARE_ROWS);
  const seen = shown.slice(start, first + pageRows + SPARE_ROWS);
  const selectedIndex = shown.findIndex(({ row, isGhost }) => row.path === selected && !isGhost);
  const activeIndex = Math.max(0, selectedIndex);
  useRevealed(scroller, selected, selectedIndex, rowHeight);
  const onKeyDown = useTreeKeys({ view, activeIndex, pageRows, editing, onSelect });
  const { onClick, onDoubleClick } = treeClicks(view, editing, onSelect);
  return (
    <div
      className="tree-scroll"
      ref={scroller}
      role="tree"
      tabIndex={0}
      aria-label="Znodes"
      aria-activedescendant={`${id}${activeIndex}`}
      onKeyDown={onKeyDown}
      onClick={onClick}
      onDoubleClick={onDoubleClick}
      onScroll={(event) => setFirst(Math.floor(event.currentTarget.scrollTop / rowHeight))}
    >
      <div
        role="presentation"
        className="tree-space"
        style={{ height: shown.length * rowHeight, '--row': `${rowHeight}px` } as CSSProperties}
      >
        {seen.map(({ row, isGhost }, index) => (
          <TreeItem
            key={isGhost ? `deleted ${row.path}` : row.path}
            id={`${id}${start + index}`}
            index={start + index}
            row={row}
            top={(start + index) * rowHeight}
            isGhost={isGhost}
            isSelected={!isGhost && row.path === selected}
            isActive={start + index === activeIndex}
            mark={isGhost ? undefined : view.marks.get(row.path)}
            watchCount={counts.get(row.path)}
            difference={isGhost ? '' : differenceOf(view, row)}
            editor={editorOf(row, editing, scroller)}
          />
        ))}
      </div>
    </div>
  );
}

function editorOf(
  row: TreeRow,
  { edit, submit, cancel }: ZnodeEditing,
  scroller: RefObject<HTMLElement | null>,
): ReactNode {
  if (edit?.type !== 'typing' || edit.path !== row.path) return null;
  const end = (): void => scroller.current?.focus();
  return (
    <DataEditor
      label={`Data of ${row.path}`}
      text={edit.text}
      onSubmit={(text) => {
        submit(edit.path, edit.version, text);
        end();
      }}
      onCancel={() => {
        cancel();
        end();
      }}
    />
  );
}

function differenceOf({ committed }: TreeView, row: TreeRow): string {
  if (committed === null) return '';
  const node = committed.getNode(row.path);
  if (node === undefined || node.czxid > row.czxid) return 'Committed since: deleted';
  if (node.mzxid === row.mzxid) return '';
  const data = previewData(node.data, 60);
  return `Committed since: ${data === '' ? 'no data' : data} (v${node.version})`;
}

/** Scrolls to a row once when it becomes the selected one. */
function useRevealed(
  scroller: RefObject<HTMLElement | null>,
  selected: string | null,
  index: number,
  rowHeight: number,
): void {
  const revealed = useRef<string | null>(null);
  useEffect(() => {
    const element = scroller.current;
    if (selected === null) revealed.current = null;
    if (element === null || index < 0 || revealed.current === selected) return;
    revealed.current = selected;
    const top = index * rowHeight;
    const bottom = top + rowHeight;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (bottom > element.scrollTop + element.clientHeight) {
      element.scrollTop = bottom - element.clientHeight;
    }
  }, [scroller, selected, index, rowHeight]);
}
