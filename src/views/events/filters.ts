/** Which sentences are shown, and what the live region says of them. */

import type { NarrationLine } from '../../lab/model.ts';

type Tone = NarrationLine['tone'];

export const FILTERS = [
  { id: 'all', title: 'Everything', tones: null },
  { id: 'elections', title: 'Elections', tones: ['election', 'leader'] },
  { id: 'replication', title: 'Replication', tones: ['replicate'] },
  { id: 'clients', title: 'Clients', tones: ['client', 'watch'] },
  { id: 'faults', title: 'Faults', tones: ['fault'] },
] as const satisfies readonly {
  readonly id: string;
  readonly title: string;
  readonly tones: readonly Tone[] | null;
}[];

export type FilterId = (typeof FILTERS)[number]['id'];

export function filterLines(
  lines: readonly NarrationLine[],
  id: FilterId,
): readonly NarrationLine[] {
  const tones: readonly Tone[] | null = FILTERS.find((one) => one.id === id)?.tones ?? null;
  return tones === null ? lines : lines.filter((line) => tones.includes(line.tone));
}

/** Shape that repeats what the colour says. */
export const TONE_GLYPH: Readonly<Record<Tone, string>> = {
  election: '◆',
  leader: '⬢',
  replicate: '■',
  client: '●',
  watch: '◉',
  fault: '✕',
};

export interface Speech {
  readonly text: string;
  /** Index of the last line that has been heard or left out. */
  readonly index: number;
}

/** Milestones said at once; older ones of the same moment are left out. */
const SPOKEN_MAX = 3;

/** What to say of the milestones after `heard`; null for nothing new. */
export function nextSpeech(lines: readonly NarrationLine[], heard: number): Speech | null {
  const index = lines.at(-1)?.index ?? 0;
  // A new run counts from the beginning.
  const after = index < heard ? 0 : heard;
  const fresh = lines.filter((line) => line.milestone && line.index > after);
  if (fresh.length === 0) return null;
  return {
    text: fresh
      .slice(-SPOKEN_MAX)
      .map((line) => line.text)
      .join(' '),
    index,
  };
}
