import { expect, test } from 'vitest';
import { type Aim, choose, LINK_FAULTS, splitLine } from './aim.ts';

const SERVERS = ['S1', 'S2', 'S3'];

test('the sides of a cut: who is chosen changes sides', () => {
  const one = choose({ type: 'split', others: [] }, 'S3');
  expect(one).toEqual({ aim: { type: 'split', others: ['S3'] }, line: null });
  expect(one.aim && choose(one.aim, 'S3').aim).toEqual({ type: 'split', others: [] });
  expect(one.aim && choose(one.aim, 'C1')).toEqual(one);
});

test('a cut needs two sides', () => {
  expect(splitLine(SERVERS, ['S3', 'S1'])).toBe('cut S2 | S1,S3');
  expect(splitLine(SERVERS, [])).toBeNull();
  expect(splitLine(SERVERS, SERVERS)).toBeNull();
});

test('the other end of a link ends the choice; what has no link does not', () => {
  const slow: Aim = { type: 'link', fault: 'slow', from: 'S2' };
  expect(choose(slow, 'S3')).toEqual({ aim: null, line: 'slow S2>S3 400' });
  expect(choose(slow, 'C1')).toEqual({ aim: null, line: 'slow S2>C1 400' });
  expect(choose(slow, 'S2')).toEqual({ aim: slow, line: null });
  const client: Aim = { type: 'link', fault: 'cut', from: 'C1' };
  expect(choose(client, 'C2')).toEqual({ aim: client, line: null });
  expect(choose(client, 'S1').line).toBe('cut C1 | S1');
});

test.each(Object.values(LINK_FAULTS))('$text is a line of the console', ({ line, question }) => {
  expect(line('S1', 'S2')).toMatch(/^[a-z]+ S1( \| |>)S2/);
  expect(question('S1')).toContain('S1');
});
