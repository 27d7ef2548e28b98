import { expect, test } from 'vitest';
import { History } from './History.ts';

test('up and down walk through the lines and come back to what was being typed', () => {
  const history = new History();
  for (const line of ['ls /', 'get /a', 'get /a', '']) history.add(line);
  expect(history.previous('dra')).toBe('get /a');
  expect(history.previous('get /a')).toBe('ls /');
  expect(history.previous('ls /')).toBe('ls /');
  expect(history.next('ls /')).toBe('get /a');
  expect(history.next('get /a')).toBe('dra');
  expect(history.next('draft')).toBe('draft');
});

test('an empty history leaves the line alone', () => {
  const history = new History();
  expect(history.previous('x')).toBe('x');
  expect(history.next('x')).toBe('x');
});

test('old lines go, numbers stay', () => {
  const history = new History();
  for (let index = 0; index < 1_000; index++) history.add(`ls /${index}`);
  expect(history.newest(1)).toEqual([{ number: 999, line: 'ls /999' }]);
  expect(history.newest(1_000).length).toBe(200);
});
