/**
 * The order of a history: zxids leave no gap within an epoch. Source: Zab (DSN 2011) §III,
 * Leader.propose.
 */

import type { Zxid } from '../../protocol/zxid.ts';
import { counterOf, epochOf } from '../../protocol/zxid.ts';

/** Whether `next` can be right after `last`: the next of its epoch, or the first of a later one. */
export function follows(next: Zxid, last: Zxid): boolean {
  return epochOf(next) === epochOf(last)
    ? counterOf(next) === counterOf(last) + 1
    : epochOf(next) > epochOf(last) && counterOf(next) === 1;
}
