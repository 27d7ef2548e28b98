import { expect, it } from 'vitest';
import { javaDate } from './javaDate.ts';

it.each([
  [0, 'Thu Jan 01 00:00:00 UTC 1970'],
  [Date.UTC(2024, 1, 29, 23, 59, 59), 'Thu Feb 29 23:59:59 UTC 2024'],
  [Date.UTC(2026, 10, 24, 21, 25, 50) + 999, 'Tue Nov 24 21:25:50 UTC 2026'],
  [Date.UTC(2000, 11, 31), 'Sun Dec 31 00:00:00 UTC 2000'],
  [Date.UTC(2100, 2, 1), 'Mon Mar 01 00:00:00 UTC 2100'],
])('%d is %s', (unixMs, text) => {
  expect(javaDate(unixMs)).toBe(text);
});
