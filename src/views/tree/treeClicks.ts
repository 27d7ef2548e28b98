/** Clicks in the tree: on the twist they expand or collapse, elsewhere they select; twice edits. */

import type { MouseEvent } from 'react';
import type { TreeRow } from '../../lab/tree/treeRows.ts';
import type { TreeView } from './useTreeRows.ts';
import type { ZnodeEditing } from './useZnodeEdit.ts';

export interface TreeClicks {
  readonly onClick: (event: MouseEvent<HTMLElement>) => void;
  readonly onDoubleClick: (event: MouseEvent<HTMLElement>) => void;
}

export function treeClicks(
  view: TreeView,
  editing: ZnodeEditing,
  onSelect: (path: string) => void,
): TreeClicks {
  const rowAt = ({ target }: MouseEvent<HTMLElement>): TreeRow | null => {
    const index = closest(target, '[data-index]')?.getAttribute('data-index') ?? null;
    const shown = index === null ? undefined : view.shown[Number(index)];
    return shown === undefined || shown.isGhost ? null : shown.row;
  };
  return {
    onClick: (event) => {
      const row = rowAt(event);
      if (row === null) return;
      event.currentTarget.focus({ preventScroll: true });
      if (isTwist(event)) view.setCollapsed(row.path, row.isExpanded);
      else onSelect(row.path);
    },
    onDoubleClick: (event) => {
      const row = rowAt(event);
      if (row !== null && !isTwist(event)) editing.begin(row);
    },
  };
}

const closest = (target: EventTarget, selector: string): Element | null =>
  target instanceof Element ? target.closest(selector) : null;

const isTwist = ({ target }: MouseEvent<HTMLElement>): boolean =>
  closest(target, '.tree-twist-turns') !== null;
