/** Seed + configuration + actions = the run: with these, everything in it happens again. */

import type { StampedAction } from '../../conductor/actions.ts';
import type { EnsembleConfig } from '../../conductor/config.ts';
import type { HistoryBase } from '../recorder/TxnHistory.ts';

export interface Run {
  readonly config: EnsembleConfig;
  /** What the disks of `config` hold at first; null for nothing. */
  readonly base: HistoryBase | null;
  /** By their times. */
  readonly actions: readonly StampedAction[];
  /** Virtual time up to which it has been seen. */
  readonly endUs: number;
}

/** What an address has before a run. */
export const RUN_PREFIX = '#run=';

/** How many actions two runs have in common, from their beginnings. */
export function commonCount(
  some: readonly StampedAction[],
  others: readonly StampedAction[],
): number {
  let count = 0;
  while (count < some.length && some[count] === others[count]) count += 1;
  return count;
}
