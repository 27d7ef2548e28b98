import { describe, expect, it } from 'vitest';
import { isValidPath, nameOf, parentOf, pathProblem, sequenceSuffix } from './paths.ts';

const char = (code: number) => `/x${String.fromCharCode(code)}`;

describe('isValidPath', () => {
  it.each([
    '/',
    '/a',
    '/a/b',
    '/..a',
    '/a..',
    '/.a/b.',
    '/a/ok ',
    '/a b',
    '/é',
    '/\ud7ff',
    '/\uffef',
  ])('accepts %j', (path) => expect(pathProblem(path)).toBeNull());

  it.each(['', 'a', '/a/', '//', '//a', '/a//b', '/.', '/..', '/a/./b', '/a/../b', '/a/..'])(
    'refuses %j',
    (path) => expect(isValidPath(path)).toBe(false),
  );

  it.each([0, 1, 9, 0x1f, 0x7f, 0x85, 0x9f, 0xd800, 0xdfff, 0xe000, 0xf8ff, 0xfff0, 0xffff])(
    'refuses U+%i',
    (code) => expect(isValidPath(char(code))).toBe(false),
  );

  it.each([0x20, 0x7e, 0xa0, 0xd7ff, 0xf900, 0xffef])('accepts U+%i', (code) =>
    expect(isValidPath(char(code))).toBe(true),
  );
});

describe('parts', () => {
  it.each([
    ['/a', '/', 'a'],
    ['/a/b', '/a', 'b'],
    ['/a/', '/a', ''],
    ['//a', '/', 'a'],
    ['/', '/', ''],
  ])('%s', (path, parent, name) => {
    expect([parentOf(path), nameOf(path)]).toEqual([parent, name]);
  });
});

describe('sequenceSuffix', () => {
  // String.format("%010d", n) of OpenJDK 17.
  it.each([
    [0, '0000000000'],
    [7, '0000000007'],
    [2147483647, '2147483647'],
    [-2147483648, '-2147483648'],
    [-5, '-000000005'],
  ])('%i', (counter, suffix) => expect(sequenceSuffix(counter)).toBe(suffix));
});
