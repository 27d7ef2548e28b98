import { describe, expect, it } from 'vitest';
import { utf8Encode } from '../base/utf8.ts';
import { makeZxid } from '../protocol/zxid.ts';
import { tokenize } from './console/tokenize.ts';
import {
  formatBytes,
  formatClock,
  formatSpan,
  hexZxid,
  lineOf,
  listOf,
  plural,
  previewData,
  shortZxid,
} from './format.ts';

describe('format', () => {
  it('writes zxids for people and for ZooKeeper', () => {
    expect(shortZxid(makeZxid(3, 18))).toBe('3-18');
    expect(shortZxid(0)).toBe('0');
    expect(hexZxid(makeZxid(3, 18))).toBe('0x300000012');
  });

  it('writes times and sizes', () => {
    expect(formatClock(64_210_999)).toBe('1:04.210');
    expect(formatSpan(12_400)).toBe('12.4 ms');
    expect(formatSpan(2_300_000)).toBe('2.3 s');
    expect(formatBytes(999)).toBe('999 B');
    expect(formatBytes(1240)).toBe('1.2 kB');
  });

  it('counts and lists in English', () => {
    expect(plural(1, 'watch', 'watches')).toBe('1 watch');
    expect(plural(1200, 'watch', 'watches')).toBe('1,200 watches');
    expect(listOf(['S1', 'S2', 'S3'])).toBe('S1, S2 and S3');
    expect(listOf(['S1'])).toBe('S1');
  });

  it('previews text as text and other bytes as hex', () => {
    expect(previewData(utf8Encode('two\n lines'), 40)).toBe('two lines');
    expect(previewData(utf8Encode('x'.repeat(50)), 10)).toBe(`${'x'.repeat(9)}…`);
    expect(previewData(new Uint8Array([0, 255, 3]), 40)).toBe('0x00ff03');
    expect(previewData(new Uint8Array(0), 40)).toBe('');
    expect(previewData(null, 40)).toBe('null');
  });

  it('cuts a long text within a character without calling it binary', () => {
    expect(previewData(utf8Encode('ü'.repeat(200)), 9)).toBe(`${'ü'.repeat(8)}…`);
    expect(previewData(utf8Encode(`a${'ü'.repeat(200)}`), 9)).toBe(`a${'ü'.repeat(7)}…`);
  });

  it('quotes words so that the console reads them back', () => {
    for (const word of ['', 'a', 'a b', "it's here", '"quoted"', "'x'", '  ']) {
      const line = lineOf('set', '/a', word);
      expect(tokenize(line ?? '')).toEqual({ ok: true, value: ['set', '/a', word] });
    }
    expect(lineOf('set', '/a', `it's "both" here`)).toBeNull();
    expect(lineOf('set', '/a', 'two\nlines')).toBeNull();
  });

  it('keeps data that looks like an option from being one', () => {
    expect(lineOf('set', '/a', '-s')).toBe('set -- /a -s');
    expect(lineOf('set -v 3', '/a', 'b')).toBe('set -v 3 /a b');
  });
});
