/** How many watches servers hold on each path, by what they wait for. */

import { plural } from '../../lab/format.ts';
import type { WatchView } from '../../lab/model.ts';

/**
 * `data` counts getData, `child` getChildren, `exist` exists; persistent ones count as both d and
 * c.
 */
export interface WatchCount {
  readonly data: number;
  readonly child: number;
  readonly exist: number;
}

const NONE: WatchCount = { data: 0, child: 0, exist: 0 };

export function watchCounts(watches: readonly WatchView[]): ReadonlyMap<string, WatchCount> {
  const counts = new Map<string, WatchCount>();
  for (const { path, kind } of watches) {
    const { data, child, exist } = counts.get(path) ?? NONE;
    const isBoth = kind === 'persistent' || kind === 'persistentRecursive';
    counts.set(path, {
      data: data + (kind === 'data' || isBoth ? 1 : 0),
      child: child + (kind === 'child' || isBoth ? 1 : 0),
      exist: exist + (kind === 'exist' ? 1 : 0),
    });
  }
  return counts;
}

/** `d2 c1`. */
export const shortWatchCount = ({ data, child, exist }: WatchCount): string =>
  [data > 0 ? `d${data}` : '', child > 0 ? `c${child}` : '', exist > 0 ? `e${exist}` : '']
    .filter((part) => part !== '')
    .join(' ');

/** `2 data watches, 1 child watch`. */
export function describeWatchCount({ data, child, exist }: WatchCount): string {
  const parts = [
    data > 0 ? plural(data, 'data watch', 'data watches') : '',
    child > 0 ? plural(child, 'child watch', 'child watches') : '',
    exist > 0 ? plural(exist, 'exists watch', 'exists watches') : '',
  ];
  return parts.filter((part) => part !== '').join(', ');
}
