import { expect, test } from 'vitest';
import { Transcript } from './console/Transcript.ts';
import { FirstMinute } from './FirstMinute.ts';
import { newTestLab } from './testing/testLab.ts';

test('the first minute follows what the ensemble really does', async () => {
  const { lab, text } = newTestLab();
  const transcript = new Transcript(lab);
  let isFinished = false;
  const guide = new FirstMinute(lab, transcript, false, () => {
    isFinished = true;
  });
  const step = () => guide.store.getState().step;
  const click = (id: string | null): string => guide.lineForClick(id ?? '') ?? 'no line';

  expect(step()).toBe('forming');
  await text('client add');
  await text('run 2s');
  expect(step()).toBe('kill');
  expect(transcript.store.getState().map(({ line }) => line)).toEqual(['create /hello world']);

  const { leader } = lab.ensemble.getState();
  expect(click('S1')).toBe(leader === 'S1' ? 'kill S1' : 'no line');
  await text(click(leader));
  await text('run 5s');
  expect(step()).toBe('killMore');
  await text(click(lab.ensemble.getState().leader));
  expect(step()).toBe('waiting');
  await text('run 20s');
  expect(step()).toBe('waiting');

  await text(click(leader));
  await text('run 20s');
  expect(step()).toBe('doors');
  expect(isFinished).toBe(true);
  guide.dispose();
});

test('it can be skipped', () => {
  const { lab } = newTestLab();
  let count = 0;
  const guide = new FirstMinute(lab, new Transcript(lab), false, () => {
    count += 1;
  });
  guide.skip();
  expect(guide.store.getState().step).toBe('doors');
  expect(count).toBe(1);
});
