/** Structures and codings against a plain reference. */

import { crc32 as zlibCrc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adler32 } from './adler32.ts';
import { fromHex, toBase64, toHex } from './bytes.ts';
import { crc32 } from './crc32.ts';
import { Heap } from './Heap.ts';
import { Prng } from './prng.ts';
import { RingBuffer } from './RingBuffer.ts';
import { utf8Decode, utf8Encode } from './utf8.ts';

const bytes = fc.uint8Array({ maxLength: 200 });

describe('Heap', () => {
  it('pops like a sorted array', () => {
    const steps = fc.array(fc.oneof(fc.nat(50), fc.constant(null)), { maxLength: 100 });
    fc.assert(
      fc.property(steps, (pushes) => {
        const heap = new Heap<number>((a, b) => a - b);
        const model: number[] = [];
        for (const value of pushes) {
          if (value === null) {
            expect(heap.pop()).toBe(model.shift());
          } else {
            heap.push(value);
            model.push(value);
            model.sort((a, b) => a - b);
          }
          expect([heap.peek(), heap.size]).toEqual([model[0], model.length]);
        }
      }),
    );
  });

  it('gives out what is extracted, and goes on with the rest in order', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50)), fc.nat(5), (values, divisor) => {
        const heap = new Heap<number>((a, b) => a - b);
        for (const value of values) heap.push(value);
        const isWanted = (value: number) => value % (divisor + 1) === 0;
        const sorted = values.toSorted((a, b) => a - b);
        expect(heap.extract(isWanted).sort((a, b) => a - b)).toEqual(sorted.filter(isWanted));
        const others = sorted.filter((value) => !isWanted(value));
        expect(others.map(() => heap.pop())).toEqual(others);
        expect(heap.size).toBe(0);
      }),
    );
  });
});

describe('RingBuffer', () => {
  it('is an array that drops its oldest', () => {
    const steps = fc.array(fc.oneof(fc.nat(50), fc.constant(null)), { maxLength: 60 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 7 }), steps, (capacity, pushes) => {
        const ring = new RingBuffer<number>(capacity);
        const model: number[] = [];
        for (const value of pushes) {
          if (value === null) {
            expect(ring.shift()).toBe(model.shift());
          } else {
            model.push(value);
            expect(ring.push(value)).toBe(model.length > capacity ? model.shift() : undefined);
          }
          expect([...ring]).toEqual(model);
          expect([ring.first(), ring.last(), ring.size]).toEqual([
            model[0],
            model.at(-1),
            model.length,
          ]);
        }
      }),
    );
  });

  it('can be cleared and used again', () => {
    const ring = new RingBuffer<number>(2);
    for (const n of [1, 2, 3]) ring.push(n);
    ring.clear();
    expect([ring.size, ring.at(0), ring.last()]).toEqual([0, undefined, undefined]);
    ring.push(4);
    expect([...ring]).toEqual([4]);
  });
});

describe('codings', () => {
  it('agree with the platform on UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const encoded = new TextEncoder().encode(text);
        expect(utf8Encode(text)).toEqual(encoded);
        expect(utf8Decode(encoded)).toBe(text);
      }),
    );
  });

  it('decode long text in one piece', () => {
    const text = 'é😀x'.repeat(5000);
    expect(utf8Decode(utf8Encode(text))).toBe(text);
  });

  it('replace a lone surrogate as the platform does', () => {
    const units = fc.array(fc.constantFrom('a', '\ud83d', '\ude00', 'é')).map((u) => u.join(''));
    fc.assert(
      fc.property(units, (text) => {
        expect(utf8Encode(text)).toEqual(new TextEncoder().encode(text));
      }),
    );
  });

  it('agree with the platform on hex and base64', () => {
    fc.assert(
      fc.property(bytes, (value) => {
        expect(toHex(value)).toBe(Buffer.from(value).toString('hex'));
        expect(toBase64(value)).toBe(Buffer.from(value).toString('base64'));
        expect(fromHex(toHex(value))).toEqual(value);
      }),
    );
  });
});

describe('checksums', () => {
  it('can be continued', () => {
    fc.assert(
      fc.property(bytes, fc.nat(200), (value, at) => {
        const [head, tail] = [value.subarray(0, at), value.subarray(at)];
        expect(adler32(tail, adler32(head))).toBe(adler32(value));
        expect(crc32(tail, crc32(head))).toBe(crc32(value));
        expect(crc32(value)).toBe(zlibCrc32(value));
      }),
    );
  });

  it('do not overflow over long input', () => {
    const ones = new Uint8Array(100_000).fill(255);
    let [a, b] = [1, 0];
    for (const value of ones) {
      a = (a + value) % 65521;
      b = (b + a) % 65521;
    }
    expect(adler32(ones)).toBe(b * 65536 + a);
  });
});

describe('Prng', () => {
  const seeds = fc.nat(Number.MAX_SAFE_INTEGER);
  const draws = (prng: Prng) => Array.from({ length: 20 }, () => prng.next32());

  it('depends on the seed alone', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        expect(draws(new Prng(seed))).toEqual(draws(new Prng(seed)));
        const other = seed === 0 ? 1 : seed - 1;
        expect(draws(new Prng(seed))).not.toEqual(draws(new Prng(other)));
      }),
    );
  });

  it('forks by label, whatever was drawn before', () => {
    fc.assert(
      fc.property(seeds, fc.nat(5), (seed, before) => {
        const used = new Prng(seed);
        for (let i = 0; i < before; i++) used.next32();
        const fork = draws(used.fork('a'));
        expect(fork).toEqual(draws(new Prng(seed).fork('a')));
        expect(fork).not.toEqual(draws(new Prng(seed).fork('b')));
      }),
    );
  });

  it('stays within bounds', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 2 ** 32 }), (seed, n) => {
        const prng = new Prng(seed);
        const draw = prng.below(n);
        expect(draw >= 0 && draw < n && Number.isInteger(draw)).toBe(true);
        const between = prng.between(-n, -1);
        expect(between >= -n && between <= -1).toBe(true);
        expect([prng.chance(0), prng.chance(1000)]).toEqual([false, true]);
      }),
    );
  });

  it('spreads evenly', () => {
    const prng = new Prng(1);
    const counts = new Array<number>(7).fill(0);
    for (let i = 0; i < 70_000; i++) {
      const draw = prng.below(7);
      counts[draw] = (counts[draw] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });

  it('shuffles into a permutation and picks a member', () => {
    fc.assert(
      fc.property(
        seeds,
        fc.uniqueArray(fc.nat(), { minLength: 1, maxLength: 10 }),
        (seed, items) => {
          const prng = new Prng(seed);
          const shuffled = prng.shuffle(items);
          expect([...shuffled].sort((a, b) => a - b)).toEqual([...items].sort((a, b) => a - b));
          expect(items).toContain(prng.pick(items));
        },
      ),
    );
  });
});
