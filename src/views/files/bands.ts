/** The history as a strip: stretches of one epoch that can be rebuilt, or not. */

import type { Timeline } from '../../lab/files/FilesReader.ts';
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

export function bandsOf({ zxids, reached }: Timeline): readonly Band[] {
  const { length } = zxids;
  const columns = Math.min(COLUMNS_MAX, length);
  const bands: Band[] = [];
  for (let column = 0; column < columns; column++) {
    const from = Math.floor((column * length) / columns);
    const to = Math.floor(((column + 1) * length) / columns);
    const hue = epochIn(zxids[from] ?? 0) % 4;
    const isReached = !reached.subarray(from, to).includes(0);
    const last = bands.at(-1);
    const isSame = last !== undefined && last.hue === hue && last.isReached === isReached;
    const share = (isSame ? last.share : 0) + (to - from) / length;
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

export function ticksOf({ zxids, snapshots }: Timeline): readonly Tick[] {
  const last = Math.max(1, zxids.length - 1);
  return snapshots.map(({ index, isWhole }) => {
    return { at: index / last, zxid: zxids[index] ?? 0, isWhole };
  });
}
