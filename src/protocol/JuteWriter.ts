/**
 * Writes Jute's big-endian primitives into a buffer that grows by doubling. Values out of range are
 * programmer errors and assert.
 * Source: org.apache.jute.BinaryOutputArchive.
 */

import { assert } from '../base/assert.ts';
import { ByteBlocks } from '../base/ByteBlocks.ts';
import { isExactLong } from './zxid.ts';

const INITIAL_BYTES = 128;
const TWO_32 = 0x1_0000_0000;

const blocks = new ByteBlocks();

export class JuteWriter {
  private bytes = new Uint8Array(INITIAL_BYTES);
  private view = new DataView(this.bytes.buffer);
  private at = 0;

  get length(): number {
    return this.at;
  }

  get capacity(): number {
    return this.bytes.length;
  }

  /** Forgets what was written and keeps the memory. */
  clear(): void {
    this.at = 0;
  }

  byte(value: number): void {
    assert(value === (value << 24) >> 24, () => `byte ${value}`);
    const at = this.take(1);
    this.view.setInt8(at, value);
  }

  bool(value: boolean): void {
    const at = this.take(1);
    this.view.setInt8(at, value ? 1 : 0);
  }

  int(value: number): void {
    assert(value === (value | 0), () => `int ${value}`);
    const at = this.take(4);
    this.view.setInt32(at, value);
  }

  long(value: bigint): void {
    assert(value === BigInt.asIntN(64, value), () => `long ${value}`);
    const at = this.take(8);
    this.view.setBigInt64(at, value);
  }

  exactLong(value: number): void {
    assert(isExactLong(value), () => `long ${value} is not exact`);
    const high = Math.floor(value / TWO_32);
    const at = this.take(8);
    this.view.setInt32(at, high);
    this.view.setUint32(at + 4, value - high * TWO_32);
  }

  /** Each UTF-16 unit by itself (CESU-8), as Java's writer does. */
  ustring(text: string | null): void {
    if (text === null) {
      this.int(-1);
      return;
    }
    const lengthAt = this.take(4);
    this.reserve(3 * text.length);
    const { bytes } = this;
    const start = this.at;
    let at = start;
    for (let i = 0; i < text.length; i++) {
      const c = text.charCodeAt(i);
      if (c < 0x80) {
        bytes[at++] = c;
      } else if (c < 0x800) {
        bytes[at++] = 0xc0 | (c >> 6);
        bytes[at++] = 0x80 | (c & 0x3f);
      } else {
        bytes[at++] = 0xe0 | (c >> 12);
        bytes[at++] = 0x80 | ((c >> 6) & 0x3f);
        bytes[at++] = 0x80 | (c & 0x3f);
      }
    }
    this.at = at;
    this.view.setInt32(lengthAt, at - start);
  }

  buffer(value: Uint8Array | null): void {
    if (value === null) {
      this.int(-1);
      return;
    }
    this.int(value.length);
    this.raw(value);
  }

  /** Bytes without a length. */
  raw(value: Uint8Array): void {
    const at = this.take(value.length);
    this.bytes.set(value, at);
  }

  /** A right-sized copy of what was written so far; small ones lie in a block with others. */
  toBytes(): Uint8Array {
    return blocks.copy(this.bytes, this.at);
  }

  /** A view of what was written from `start` on, as long as nothing else is. */
  written(start: number): Uint8Array {
    return this.bytes.subarray(start, this.at);
  }

  /** Makes room and returns where. May replace `bytes` and `view`: call it before naming them. */
  private take(length: number): number {
    this.reserve(length);
    const start = this.at;
    this.at = start + length;
    return start;
  }

  private reserve(length: number): void {
    const needed = this.at + length;
    if (needed <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, 2 * this.bytes.length));
    grown.set(this.bytes);
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
  }
}
