/**
 * Incremental 64-bit FNV-1a, kept as two 32-bit lanes. Used for the trace hash and for labels.
 * Source: Fowler, Noll, Vo; RFC 9923. Not for adversaries.
 */

import { assert } from './assert.ts';

const TWO_32 = 0x1_0000_0000;
/** The prime is 2^40 + 0x1b3. */
const PRIME_LOW = 0x1b3;

export class Fnv64 {
  private high = 0xcbf29ce4;
  private low = 0x84222325;

  byte(value: number): this {
    const low = (this.low ^ (value & 0xff)) >>> 0;
    const product = low * PRIME_LOW;
    this.high = (this.high * PRIME_LOW + Math.floor(product / TWO_32) + (low << 8)) >>> 0;
    this.low = product >>> 0;
    return this;
  }

  bytes(values: Uint8Array): this {
    this.int(values.length);
    for (const value of values) this.byte(value);
    return this;
  }

  /** The low 32 bits of `value`. */
  int(value: number): this {
    return this.byte(value >>> 24)
      .byte(value >>> 16)
      .byte(value >>> 8)
      .byte(value);
  }

  /** A safe integer. */
  number(value: number): this {
    assert(Number.isSafeInteger(value), () => `hash of ${value}: not a safe integer`);
    return this.int(Math.floor(value / TWO_32)).int(value);
  }

  /** The low 64 bits of `value`. */
  bigint(value: bigint): this {
    return this.int(Number(BigInt.asIntN(32, value >> 32n))).int(Number(BigInt.asIntN(32, value)));
  }

  /** Length and UTF-16 units, so that 'a','bc' and 'ab','c' differ. */
  string(text: string): this {
    this.int(text.length);
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      this.byte(unit >>> 8).byte(unit);
    }
    return this;
  }

  low32(): number {
    return this.low;
  }

  high21(): number {
    return this.high >>> 11;
  }

  /** 16 hex digits. */
  hex(): string {
    return this.high.toString(16).padStart(8, '0') + this.low.toString(16).padStart(8, '0');
  }
}
