import { expect, test } from 'vitest';
import { Chronicle } from '../../lab/recorder/Chronicle.ts';
import { startTestLab } from '../../lab/testing/testLab.ts';
import {
  describeReign,
  groupMarks,
  linesOf,
  milestoneFrom,
  pictureOf,
  reignAt,
  spanFor,
  spokenMoment,
  writeBars,
} from './band.ts';

test('the band is always a little longer than the run', () => {
  expect([0, 9_000_000, 9_700_000, 3_000_000_000].map((us) => spanFor(us) / 1_000_000)).toEqual([
    10, 10, 20, 3_600,
  ]);
  for (let us = 1; us < 1e12; us *= 3) {
    expect(spanFor(us)).toBeGreaterThan(us);
    expect(spanFor(us)).toBeLessThan(Math.max(20_000_000, 2.2 * us));
  }
});

test('a real run: who led when, marks, writes', async () => {
  const { lab, text } = await startTestLab();
  await text('create /a x');
  await text('set /a y');
  await text('kill leader');
  const killedUs = lab.ensemble.getState().nowUs;
  await text('run 3s');
  await text('cut 1 | 2');
  await text('heal');
  await text('run 1s');
  const endUs = lab.ensemble.getState().nowUs;
  const picture = pictureOf(lab.recorder.chronicle, spanFor(endUs));
  expect(picture.marks.map(({ kind }) => kind)).toEqual([
    'election',
    'kill',
    'election',
    'cut',
    'heal',
  ]);
  expect(picture.marks[3]?.text).toBe('Cut: 2 links.');
  expect(picture.writes.reduce((sum, count) => sum + count)).toBe(2);
  expect(describeReign(reignAt(picture.reigns, killedUs - 1))).toBe('S3 leads epoch 1');
  expect(describeReign(reignAt(picture.reigns, killedUs + 1))).toBe('no leader');
  expect(describeReign(reignAt(picture.reigns, endUs))).toBe('S2 leads epoch 2');
  expect(spokenMoment(picture, killedUs, endUs)).toMatch(
    /^0:\d\d\.\d{3}, of 0:\d\d\.\d{3} and no leader\. Last: S3 is killed/,
  );
  expect(milestoneFrom(picture, killedUs, -1, endUs)).toBe(picture.marks[0]?.atUs);
  expect(milestoneFrom(picture, killedUs, 1, endUs)).toBe(picture.marks[2]?.atUs);
  expect(milestoneFrom(picture, endUs, 1, endUs)).toBe(endUs);
  expect(milestoneFrom(picture, 0, -1, endUs)).toBe(0);
});

test('marks that would lie upon each other become one, which says all of them', () => {
  const marks = [0, 1, 2, 3, 4, 50].map((x) => ({
    atUs: x,
    kind: x === 1 ? ('kill' as const) : ('heal' as const),
    text: `${x}`,
  }));
  const groups = groupMarks(marks, (us) => us, 10);
  expect(groups.map(({ x, kind, marks: all }) => [x, kind, all.length])).toEqual([
    [0, 'kill', 5],
    [50, 'heal', 1],
  ]);
  expect(groups.map(linesOf)).toEqual([
    ['0:00.000 0', '0:00.000 1', '0:00.000 2', 'and 2 more'],
    ['0:00.000 50'],
  ]);
});

test('writes are counted in bars, none is lost, and lists stay short', () => {
  const chronicle = new Chronicle();
  const picture = { ...pictureOf(chronicle, spanFor(0)), writes: [0, 1, 4, 0, 2], spanUs: 50_000 };
  expect(writeBars(picture, 100, 100)).toEqual([
    { x: 20, width: 20, height: 0.5 },
    { x: 40, width: 20, height: 1 },
    { x: 80, width: 20, height: Math.SQRT1_2 },
  ]);
  expect(writeBars(picture, 100, 2)).toHaveLength(2);
});
