/**
 * Reads Jute's big-endian primitives from bytes that nobody vouches for: every length is checked
 * against what is there and against a limit before anything is allocated.
 * Source: org.apache.jute.BinaryInputArchive.
 */

import { utf8Decode } from '../base/utf8.ts';
import { DecodeFault } from './DecodeError.ts';
import { isExactLong, MIN_LONG } from './zxid.ts';

/** jute.maxbuffer plus its extra size, both at their defaults. */
export const MAX_FIELD_BYTES = 2 * 0xfffff;

const TWO_32 = 0x1_0000_0000;

export class JuteReader {
  private readonly bytes: Uint8Array;
  private readonly maxFieldBytes: number;
  private at = 0;

  /** `maxFieldBytes` limits every string and buffer. */
  constructor(bytes: Uint8Array, maxFieldBytes = MAX_FIELD_BYTES) {
    this.bytes = bytes;
    this.maxFieldBytes = maxFieldBytes;
  }

  get offset(): number {
    return this.at;
  }

  get remaining(): number {
    return this.bytes.length - this.at;
  }

  byte(): number {
    return (this.at8(this.take(1)) << 24) >> 24;
  }

  bool(): boolean {
    return this.byte() !== 0;
  }

  int(): number {
    return this.at32(this.take(4));
  }

  long(): bigint {
    const at = this.take(8);
    return (BigInt(this.at32(at)) << 32n) | BigInt(this.at32(at + 4) >>> 0);
  }

  /**
   * A long as a number.
   * Departs: a value beyond ±2^53 (but for Long.MIN_VALUE) is refused; ZooKeeper reads it.
   */
  exactLong(): number {
    const at = this.at;
    const value = this.nearLong();
    if (isExactLong(value)) return value;
    throw new DecodeFault('badValue', at, 'long does not fit a number');
  }

  /** A long as a number; where that is not exact, the greatest or least that is. */
  clampedLong(): number {
    const value = this.nearLong();
    return isExactLong(value) ? value : Math.sign(value) * Number.MAX_SAFE_INTEGER;
  }

  /** Rounded if it must be, but never to an exact one. */
  private nearLong(): number {
    const at = this.take(8);
    const high = this.at32(at);
    const low = this.at32(at + 4) >>> 0;
    const value = high * TWO_32 + low;
    // Next to MIN_LONG the sum rounds to it.
    return value === MIN_LONG && low !== 0 ? value + TWO_32 : value;
  }

  /** Malformed UTF-8 is replaced, not refused. */
  ustring(): string | null {
    const length = this.length();
    if (length < 0) return null;
    const start = this.take(length);
    return utf8Decode(this.bytes, start, start + length);
  }

  /** A view: whoever keeps it keeps all that was read from, and nobody may write to either. */
  buffer(): Uint8Array | null {
    const length = this.length();
    return length < 0 ? null : this.viewOf(length);
  }

  /** The count before a vector's elements; -1 means null. */
  count(): number {
    const at = this.at;
    const count = this.int();
    if (count < -1) throw new DecodeFault('unreasonableLength', at, `vector of ${count} elements`);
    // Every element takes at least one byte.
    if (count > this.remaining) {
      throw new DecodeFault('truncated', at, `${count} elements in ${this.remaining} bytes`);
    }
    return count;
  }

  /** A view of all that is left. */
  rest(): Uint8Array {
    return this.viewOf(this.remaining);
  }

  private viewOf(length: number): Uint8Array {
    const start = this.take(length);
    return new Uint8Array(this.bytes.buffer, this.bytes.byteOffset + start, length);
  }

  private at8(at: number): number {
    return this.bytes[at] ?? 0;
  }

  /** By hand: making a DataView for a few numbers costs more than reading them. */
  private at32(at: number): number {
    return (
      (this.at8(at) << 24) | (this.at8(at + 1) << 16) | (this.at8(at + 2) << 8) | this.at8(at + 3)
    );
  }

  private length(): number {
    const at = this.at;
    const length = this.int();
    if (length < -1 || length > this.maxFieldBytes) {
      throw new DecodeFault('unreasonableLength', at, `unreasonable length ${length}`);
    }
    return length;
  }

  /** Consumes `length` bytes and returns where they start. */
  private take(length: number): number {
    const start = this.at;
    if (length > this.bytes.length - start) {
      const left = this.bytes.length - start;
      throw new DecodeFault('truncated', start, `${length} bytes wanted, ${left} left`);
    }
    this.at = start + length;
    return start;
  }
}
