/**
 * Finds a smaller fault script that still fails in the same way: leaves out halves, then quarters,
 * down to single faults, for as long as that helps (Zeller's ddmin, complements only).
 */

import type { Fault } from './Fault.ts';

/**
 *  `fails`: whether the run still fails as it did, with only these faults. At most `triesMax`
 * calls.
 */
export async function shrink(
  faults: readonly Fault[],
  fails: (faults: readonly Fault[]) => Promise<boolean>,
  triesMax: number,
): Promise<readonly Fault[]> {
  let best = faults;
  let tries = 0;
  for (
    let size = Math.ceil(best.length / 2);
    size >= 1;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  ) {
    for (let from = 0; from < best.length; ) {
      if (tries === triesMax) return best;
      tries += 1;
      const rest = [...best.slice(0, from), ...best.slice(from + size)];
      if (await fails(rest)) best = rest;
      else from += size;
    }
  }
  return best;
}
