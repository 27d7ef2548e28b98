/**
 * Seeded randomness: sfc32 (Chris Doty-Humphrey, PractRand) seeded through splitmix32.
 * Only 32-bit integer operations, so that every engine draws the same numbers.
 */

import { assert } from './assert.ts';
import { Fnv64 } from './fnv.ts';

const TWO_32 = 0x1_0000_0000;
const MAX_32 = 0xffff_ffff;
const WARM_UP_ROUNDS = 12;

export class Prng {
  readonly seed: number;
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  /** `seed`: integer, 0 … 2^53-1. */
  constructor(seed: number) {
    assert(Number.isSafeInteger(seed) && seed >= 0, () => `seed ${seed} is no integer below 2^53`);
    this.seed = seed;
    this.a = splitmix32(seed >>> 0);
    this.b = splitmix32(Math.floor(seed / TWO_32) ^ this.a);
    this.c = splitmix32(this.b);
    for (let i = 0; i < WARM_UP_ROUNDS; i++) this.next32();
  }

  /** 0 … 2^32-1. */
  next32(): number {
    const sum = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** 0 … n-1, unbiased; 1 ≤ n ≤ 2^32. */
  below(n: number): number {
    assert(Number.isInteger(n) && n >= 1 && n <= TWO_32, () => `below(${n})`);
    // 2^32 mod n, without leaving 32 bits: every message draws twice.
    const excess = ((MAX_32 % n) + 1) % n;
    let draw = this.next32();
    while (draw > MAX_32 - excess) draw = this.next32();
    return draw % n;
  }

  /** lo … hi, both included. */
  between(lo: number, hi: number): number {
    assert(lo <= hi, () => `between(${lo}, ${hi})`);
    return lo + this.below(hi - lo + 1);
  }

  /** True in `perMille` of 1000 draws. Draws once even for 0 and 1000. */
  chance(perMille: number): boolean {
    return this.below(1000) < perMille;
  }

  pick<T>(items: readonly T[]): T {
    assert(items.length > 0, 'pick from nothing');
    return items[this.below(items.length)] as T;
  }

  /** A shuffled copy (Fisher-Yates). */
  shuffle<T>(items: readonly T[]): T[] {
    const out = items.slice();
    for (let i = out.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const moved = out[i] as T;
      out[i] = out[j] as T;
      out[j] = moved;
    }
    return out;
  }

  /**
   * An independent generator that depends on this one's seed and the label only: neither draws nor
   * other forks change it. The same label gives the same generator again.
   */
  fork(label: string): Prng {
    const hash = new Fnv64().number(this.seed).string(label);
    return new Prng(hash.high21() * TWO_32 + hash.low32());
  }
}

function splitmix32(state: number): number {
  let z = (state + 0x9e3779b9) | 0;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return z ^ (z >>> 15);
}
