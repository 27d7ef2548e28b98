/** The keys of the tree: arrows, Home, End, pages, Enter to edit, and letters that spell a name. */

import { type KeyboardEvent, useRef } from 'react';
import { findByName, treeMove } from '../../lab/tree/treeRows.ts';
import type { TreeView } from './useTreeRows.ts';
import type { ZnodeEditing } from './useZnodeEdit.ts';

/** Letters typed within this time are one word. */
const TYPEAHEAD_MS = 600;

export interface TreeKeysOptions {
  readonly view: TreeView;
  readonly activeIndex: number;
  readonly pageRows: number;
  readonly editing: ZnodeEditing;
  readonly onSelect: (path: string) => void;
}

export function useTreeKeys(options: TreeKeysOptions): (event: KeyboardEvent<HTMLElement>) => void {
  const { view, activeIndex, pageRows, editing, onSelect } = options;
  const typed = useRef({ text: '', atMs: 0 });
  const rows = view.shown.map(({ row }) => row);

  const act = (event: KeyboardEvent<HTMLElement>): boolean => {
    const active = rows[activeIndex];
    if (active === undefined) return false;
    if (event.key === 'Enter') {
      editing.begin(active);
      return true;
    }
    if (event.key === ' ') {
      onSelect(active.path);
      return true;
    }
    const move = treeMove(event.key, rows, activeIndex, pageRows);
    if (move !== null) {
      if (move.type === 'go') onSelect(move.path);
      else view.setCollapsed(move.path, move.type === 'collapse');
      return true;
    }
    return event.key.length === 1 && spell(event.key, event.timeStamp);
  };

  const spell = (letter: string, atMs: number): boolean => {
    const isOneWord = atMs - typed.current.atMs < TYPEAHEAD_MS;
    const text = isOneWord ? typed.current.text + letter : letter;
    typed.current = { text, atMs };
    const from = isOneWord ? activeIndex - 1 : activeIndex;
    const found = rows[findByName(rows, Math.max(from, -1), text)];
    if (found === undefined) return false;
    onSelect(found.path);
    return true;
  };

  return (event) => {
    const isOwn = event.target === event.currentTarget;
    if (!isOwn || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!act(event)) return;
    event.preventDefault();
    event.stopPropagation();
  };
}
