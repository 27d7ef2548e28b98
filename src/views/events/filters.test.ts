import { describe, expect, it } from 'vitest';
import type { NarrationLine } from '../../lab/model.ts';
import { filterLines, nextSpeech } from './filters.ts';

const line = (index: number, tone: NarrationLine['tone'], milestone = false): NarrationLine => ({
  index,
  atUs: index,
  who: 'S1',
  text: `line ${index}.`,
  milestone,
  tone,
});

describe('events', () => {
  const lines = [line(1, 'election'), line(2, 'leader', true), line(3, 'client'), line(4, 'watch')];

  it('filters by what the sentences are about', () => {
    const indexes = (id: Parameters<typeof filterLines>[1]) =>
      filterLines(lines, id).map((one) => one.index);
    expect(indexes('all')).toEqual([1, 2, 3, 4]);
    expect(indexes('elections')).toEqual([1, 2]);
    expect(indexes('clients')).toEqual([3, 4]);
    expect(indexes('faults')).toEqual([]);
  });

  it('says milestones once, the newest three of a burst', () => {
    expect(nextSpeech(lines, 0)).toEqual({ text: 'line 2.', index: 4 });
    expect(nextSpeech(lines, 2)).toBeNull();
    const burst = [1, 2, 3, 4].map((index) => line(index, 'fault', true));
    expect(nextSpeech(burst, 0)?.text).toBe('line 2. line 3. line 4.');
  });

  it('speaks again after a new run has begun', () => {
    expect(nextSpeech([line(1, 'leader', true)], 40)).toEqual({ text: 'line 1.', index: 1 });
  });
});
