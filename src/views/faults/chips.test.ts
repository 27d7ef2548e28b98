import { expect, test } from 'vitest';
import type { LinkView } from '../../lab/model.ts';
import { HEALTHY } from '../../network/LinkModel.ts';
import { linkChips, processChips } from './chips.ts';

const link = (from: string, to: string, trouble: Partial<LinkView>): LinkView => ({
  from,
  to,
  ...HEALTHY,
  ...trouble,
});

test('what does not run, servers first', () => {
  const chips = processChips([
    { id: 'C1', process: 'paused' },
    { id: 'S2', process: 'off' },
    { id: 'S1', process: 'up' },
  ]);
  expect(chips).toEqual([
    { text: 'S2 no power', line: 'restart S2' },
    { text: 'C1 paused', line: 'resume C1' },
  ]);
});

test('a pair that is cut both ways is one chip, and each chip tells all troubles', () => {
  const chips = linkChips([
    link('S1', 'S2', { cut: true }),
    link('S2', 'S1', { cut: true }),
    link('S1', 'C1', { cut: true }),
    link('S3', 'S1', { held: true }),
    link('S2', 'S3', { extraLatencyUs: 400_000, lossPercent: 30 }),
  ]);
  expect(chips).toEqual([
    { text: 'S1–S2 cut', line: 'heal S1 | S2' },
    { text: 'S1→C1 cut', line: 'heal S1>C1' },
    { text: 'S3→S1 held', line: 'release S3>S1' },
    { text: 'S2→S3 +400 ms, 30 % lost', line: 'heal S2>S3' },
  ]);
});
