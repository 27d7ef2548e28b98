/** The history as a strip: stretches of one epoch that can be rebuilt, or not. */

import type { Moment } from '../../lab/files/FileHistory.ts';
import { epochIn } from '../../lab/format.ts';

export interface Band {
  /** Share of the strip; all of them make 1. */
  readonly share: number;
  /** As colours know it: from 0 to 3. */
  readonly hue: number;
  readonly isReached: boolean;
}

/** A longer history is looked at in so many places; none between them is missed if it is a gap. */
const COLUMNS_MAX = 240;

export function bandsOf(moments: readonly Moment[]): readonly Band[] {
  const columns = Math.min(COLUMNS_MAX, moments.length);
  const bands: Band[] = [];
  for (let column = 0; column < columns; column++) {
    const from = Math.floor((column * moments.length) / columns);
    const to = Math.floor(((column + 1) * moments.length) / columns);
    const part = moments.slice(from, to);
    const hue = epochIn(part[0]?.zxid ?? 0) % 4;
    const isReached = part.every((moment) => moment.isReached);
    const last = bands.at(-1);
    const isSame = last !== undefined && last.hue === hue && last.isReached === isReached;
    const share = (isSame ? last.share : 0) + (to - from) / moments.length;
    if (isSame) bands.pop();
    bands.push({ share, hue, isReached });
  }
  return bands;
}

export interface Tick {
  /** From 0 to 1, where the slider's thumb stands for this moment. */
  readonly at: number;
  readonly zxid: number;
  readonly isWhole: boolean;
}

export function ticksOf(moments: readonly Moment[]): readonly Tick[] {
  const last = Math.max(1, moments.length - 1);
  return moments.flatMap(({ snapshot, zxid }, index) =>
    snapshot === null ? [] : [{ at: index / last, zxid, isWhole: snapshot.isWhole }],
  );
}
