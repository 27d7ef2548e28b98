/** One row of the tree. */

import { memo, type ReactNode, use } from 'react';
import { previewData, shortPath } from '../../lab/format.ts';
import type { Mark } from '../../lab/tree/liveRows.ts';
import { splitSequence, type TreeRow } from '../../lab/tree/treeRows.ts';
import { formatSessionId } from '../../protocol/sessionId.ts';
import { useEnsemble } from '../LabContext.ts';
import { clientOf, LiveTree, OwnerBadge, ownerWords, WatchBadge } from './Badges.tsx';
import { describeWatchCount, type WatchCount } from './watchCounts.ts';

const PREVIEW_MAX = 60;

export interface TreeItemProps {
  readonly id: string;
  /** Among all rows; the tree's handlers tell rows apart by it. */
  readonly index: number;
  readonly row: TreeRow;
  readonly top: number;
  readonly isGhost: boolean;
  readonly isSelected: boolean;
  readonly isActive: boolean;
  readonly mark: Mark | undefined;
  readonly watchCount: WatchCount | undefined;
  /** What is committed there, when the server that is looked at sees something else; or ''. */
  readonly difference: string;
  /** Stands in for the data while it is edited. */
  readonly editor: ReactNode;
}

export const TreeItem = memo(function TreeItem(props: TreeItemProps) {
  const { row, isGhost, isSelected, isActive, mark, watchCount, difference, editor } = props;
  const className = [
    'tree-row',
    isGhost ? 'tree-ghost' : '',
    isSelected ? 'is-selected' : '',
    isActive ? 'is-active' : '',
    mark === undefined ? '' : `tree-${mark.type}`,
  ].join(' ');
  return (
    <div
      id={props.id}
      role="treeitem"
      tabIndex={-1}
      className={className}
      style={{ transform: `translateY(${props.top}px)`, paddingLeft: 4 + row.depth * 14 }}
      aria-level={row.depth + 1}
      aria-posinset={row.position}
      aria-setsize={row.siblingCount}
      aria-selected={isSelected}
      aria-expanded={row.childCount > 0 ? row.isExpanded : undefined}
      data-index={props.index}
    >
      <Twist row={row} />
      <Name name={row.name} />
      {editor ?? <Data row={row} mark={mark} />}
      <Words row={row} watchCount={watchCount} difference={difference} />
      <span className="tree-badges" aria-hidden="true">
        {difference !== '' && (
          <span className="tree-badge tree-badge-differs" title={difference}>
            ≠
          </span>
        )}
        {mark?.type === 'created' && <span className="tree-new">new</span>}
        {isGhost && <span className="tree-new">deleted</span>}
        {watchCount !== undefined && <WatchBadge count={watchCount} />}
        <OwnerBadge owner={row.owner} />
      </span>
      <span className="tree-version" title="Version of the data">
        v{row.version}
      </span>
    </div>
  );
});

/** What the badges say, in words; the row's own text is the rest of its name. */
function Words({
  row,
  watchCount,
  difference,
}: Pick<TreeItemProps, 'row' | 'watchCount' | 'difference'>) {
  const sessionId = formatSessionId(row.owner);
  const isLive = use(LiveTree);
  const client = useEnsemble((state) => (isLive ? clientOf(state, sessionId) : sessionId));
  const words = [
    ownerWords(row.owner, client),
    watchCount === undefined ? '' : describeWatchCount(watchCount),
    difference,
  ].filter((part) => part !== '');
  return words.length === 0 ? null : <span className="visually-hidden">{words.join(', ')}</span>;
}

function Twist({ row }: Pick<TreeItemProps, 'row'>) {
  if (row.childCount === 0) return <span className="tree-twist" aria-hidden="true" />;
  return (
    <span
      className={`tree-twist tree-twist-turns ${row.isExpanded ? 'tree-twist-open' : ''}`}
      aria-hidden="true"
    >
      <svg viewBox="0 0 8 8" width="8" height="8" aria-hidden="true">
        <path d="M2.5 1l3 3-3 3" />
      </svg>
      {!row.isExpanded && <i>{row.childCount}</i>}
    </span>
  );
}

function Name({ name }: { name: string }) {
  const [head, digits] = splitSequence(shortPath(name));
  return (
    <span className="tree-name" title={name}>
      <span className={digits === '' ? '' : 'muted'}>{head}</span>
      {digits !== '' && (
        <b title="Sequential: the parent's counter gave it this number">{digits}</b>
      )}
    </span>
  );
}

function Data({ row, mark }: Pick<TreeItemProps, 'row' | 'mark'>) {
  return (
    <span className="tree-data">
      {mark?.type === 'changed' && <s>{previewData(mark.before, PREVIEW_MAX) || '(no data)'}</s>}
      <span>{previewData(row.data, PREVIEW_MAX)}</span>
    </span>
  );
}
