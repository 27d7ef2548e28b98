/** Known answers of the checksums, hashes and generators; the JVM's where Java has the same one. */

import { describe, expect, it } from 'vitest';
import { adler32 } from './adler32.ts';
import { assert, assertNever } from './assert.ts';
import { ByteBlocks } from './ByteBlocks.ts';
import { concatBytes, equalBytes, fromHex, toBase64, toHex } from './bytes.ts';
import { crc32 } from './crc32.ts';
import { Fnv64 } from './fnv.ts';
import { JavaRandom } from './javaRandom.ts';
import { utf8Decode, utf8Encode } from './utf8.ts';

describe('checksums', () => {
  it('give the published values', () => {
    expect(adler32(utf8Encode('Wikipedia'))).toBe(0x11e60398);
    expect(crc32(utf8Encode('123456789'))).toBe(0xcbf43926);
    expect(adler32(new Uint8Array(0))).toBe(1);
    expect(crc32(new Uint8Array(0))).toBe(0);
  });
});

describe('Fnv64', () => {
  it('is FNV-1a', () => {
    expect(new Fnv64().hex()).toBe('cbf29ce484222325');
    expect(new Fnv64().byte(0x61).hex()).toBe('af63dc4c8601ec8c');
    const foobar = new Fnv64();
    for (const b of utf8Encode('foobar')) foobar.byte(b);
    expect(foobar.hex()).toBe('85944171f73967e8');
  });

  it('tells apart what differs only in its cuts, lanes or signs', () => {
    const hashes = [
      new Fnv64().string('a').string('bc'),
      new Fnv64().string('ab').string('c'),
      new Fnv64().number(1),
      new Fnv64().number(2 ** 32),
      new Fnv64().number(-1),
      new Fnv64().number(2 ** 32 - 1),
      new Fnv64().bytes(Uint8Array.of(0)),
    ].map((hash) => hash.hex());
    expect(new Set(hashes).size).toBe(hashes.length);
    expect(new Fnv64().bigint(-5n).hex()).toBe(new Fnv64().number(-5).hex());
  });
});

describe('JavaRandom', () => {
  it('draws as java.util.Random(42)', () => {
    const random = new JavaRandom(42n);
    const draws = [random.nextInt(), random.nextInt(), random.nextInt()];
    expect(draws).toEqual([-1170105035, 234785527, -1360544799]);
  });
});

describe('bytes', () => {
  it('are concatenated and compared', () => {
    const abc = concatBytes(Uint8Array.of(1), new Uint8Array(0), Uint8Array.of(2, 3));
    expect(abc).toEqual(Uint8Array.of(1, 2, 3));
    expect(equalBytes(abc, Uint8Array.of(1, 2, 3))).toBe(true);
    expect(equalBytes(abc, Uint8Array.of(1, 2))).toBe(false);
    expect(equalBytes(abc, Uint8Array.of(1, 2, 4))).toBe(false);
  });

  it('print as hex and base64', () => {
    expect(toHex(fromHex('00 7f ff'))).toBe('007fff');
    expect(() => fromHex('0g')).toThrow('hex');
    const texts = ['', 'f', 'fo', 'foo', 'foob', 'fooba', 'foobar'];
    expect(texts.map((text) => toBase64(utf8Encode(text)))).toEqual([
      '',
      'Zg==',
      'Zm8=',
      'Zm9v',
      'Zm9vYg==',
      'Zm9vYmE=',
      'Zm9vYmFy',
    ]);
  });
});

describe('ByteBlocks', () => {
  it('copies into blocks that pieces share, and never over a piece', () => {
    const blocks = new ByteBlocks();
    const texts = Array.from({ length: 1_000 }, (_, i) => `${i}`.repeat(1 + (i % 60)));
    const pieces = texts.map((text) => blocks.copy(utf8Encode(text)));
    expect(pieces.map((piece) => utf8Decode(piece))).toEqual(texts);
    expect(new Set(pieces.map(({ buffer }) => buffer)).size).toBeLessThan(texts.length / 50);
    expect(blocks.usedBytes).toBe(texts.join('').length);
  });

  it('gives a long piece a buffer of its own, which stays when it moves', () => {
    const long = new Uint8Array(5_000).fill(7);
    const piece = new ByteBlocks().copy(long);
    expect(piece).toEqual(long);
    expect(piece.buffer.byteLength).toBe(long.length);
    expect(new ByteBlocks().move(piece)).toBe(piece);
  });

  it('copies the beginning of what it is given, and nothing of nothing', () => {
    const bytes = utf8Encode('abc'.repeat(100));
    for (const length of [0, 1, 200, 300]) {
      expect(new ByteBlocks().copy(bytes, length)).toEqual(bytes.slice(0, length));
    }
  });
});

describe('utf8Decode', () => {
  // What new String(bytes, UTF_8) of OpenJDK 17 gives.
  it.each([
    ['eda0bdedb880', '��'],
    ['c080', '��'],
    ['e08080', '���'],
    ['f0808080', '����'],
    ['f09f98', '�'],
    ['f09f9880', '😀'],
    ['e282', '�'],
    ['80', '�'],
    ['ff41', '�A'],
    ['f4908080', '����'],
    ['e241', '�A'],
    ['f09f41', '�A'],
    ['c3', '�'],
    ['f5808080', '����'],
    ['efbbbf41', '\ufeffA'],
  ])('%s', (hex, text) => expect(utf8Decode(fromHex(hex))).toBe(text));

  it('stays within its range', () => {
    expect(utf8Decode(fromHex('41e282ac42'), 1, 3)).toBe('�');
  });
});

describe('assert', () => {
  it('throws its message', () => {
    expect(() => assert(1 > 2, 'order is lost')).toThrow('order is lost');
    expect(() => assertNever({ type: 'odd' } as never)).toThrow('odd');
  });
});
