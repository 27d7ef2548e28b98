/** Runs that once failed, as they were after shrinking. Each stays as a regression test. */

import type { Fault } from './Fault.ts';

export interface PinnedSeed {
  /** What went wrong. */
  readonly why: string;
  readonly seed: number;
  readonly participants: number;
  readonly faults: readonly Fault[];
}

export const PINNED: readonly PinnedSeed[] = [
  {
    why: 'the log of a lone server that restarts is committed, though nobody says so',
    seed: 94,
    participants: 1,
    faults: [
      { atUs: 2_492_157, forUs: 1_225_379, type: 'kill', target: 'S1' },
      { atUs: 3_830_888, forUs: 1_360_492, type: 'powerCut', target: 'S1' },
      { atUs: 5_500_000, forUs: 802_857, type: 'kill', target: 'S1' },
    ],
  },
];
