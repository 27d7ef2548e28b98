/** Which znodes hide what is under them. */

import { useCallback, useState } from 'react';
import { parentOf } from '../../protocol/paths.ts';
import { ZOOKEEPER_NODE } from '../../server/tree/systemPaths.ts';

export interface Collapsed {
  readonly collapsed: ReadonlySet<string>;
  readonly setCollapsed: (path: string, isCollapsed: boolean) => void;
  /** Expands whatever hides the znode. */
  readonly reveal: (path: string) => void;
}

const AT_FIRST: ReadonlySet<string> = new Set([ZOOKEEPER_NODE]);

/** `atFirst`: begins anew with another one. */
export function useCollapsed(atFirst = AT_FIRST): Collapsed {
  const [collapsed, setAll] = useState(atFirst);
  const [begunWith, setBegunWith] = useState(atFirst);
  if (begunWith !== atFirst) {
    setBegunWith(atFirst);
    setAll(atFirst);
  }
  const setCollapsed = useCallback(
    (path: string, isCollapsed: boolean) => setAll((before) => withPath(before, path, isCollapsed)),
    [],
  );
  const reveal = useCallback(
    (path: string) => setAll((before) => withoutAncestors(before, path)),
    [],
  );
  return { collapsed, setCollapsed, reveal };
}

function withPath(
  collapsed: ReadonlySet<string>,
  path: string,
  isIn: boolean,
): ReadonlySet<string> {
  if (collapsed.has(path) === isIn) return collapsed;
  return isIn ? new Set([...collapsed, path]) : new Set([...collapsed].filter((at) => at !== path));
}

function withoutAncestors(collapsed: ReadonlySet<string>, path: string): ReadonlySet<string> {
  let result = collapsed;
  for (let at = path; at !== '/'; ) {
    at = parentOf(at);
    result = withPath(result, at, false);
  }
  return result;
}
