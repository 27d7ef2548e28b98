import { describe, expect, test } from 'vitest';
import { LINE_MAX, tokenize } from './tokenize.ts';

describe('tokenize', () => {
  test.each([
    ['', []],
    ['   ', []],
    ['ls /', ['ls', '/']],
    ['  create \t -s  /a ', ['create', '-s', '/a']],
    ["set /a 'two words'", ['set', '/a', 'two words']],
    ['set /a "it\'s"', ['set', '/a', "it's"]],
    ['set /a ""', ['set', '/a', '']],
    ['set /a {"x":1}', ['set', '/a', '{"x":1}']],
  ])('%j', (line, words) => {
    expect(tokenize(line)).toEqual({ ok: true, value: words });
  });

  test('a quote that is not closed is a mistake at its column', () => {
    const error = 'Expected a closing " for the one at column 8.';
    expect(tokenize('set /a "oops')).toEqual({ ok: false, error });
  });

  test('a line has a limit', () => {
    expect(tokenize('x'.repeat(LINE_MAX)).ok).toBe(true);
    expect(tokenize('x'.repeat(LINE_MAX + 1)).ok).toBe(false);
  });
});
