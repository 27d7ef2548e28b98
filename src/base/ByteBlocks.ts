/**
 * Memory for many small pieces of bytes. An engine spends some 200 bytes and much time on a buffer
 * of its own; here many lie in one block, which goes when none of them is needed any more.
 */

const BLOCK_BYTES = 0x4000;
/** Longer pieces have a buffer of their own. */
const PIECE_BYTES_MAX = 0x800;
/** To copy so few one by one is faster than to ask the engine. */
const COPIED_ONE_BY_ONE_MAX = 0x80;

const NOTHING = new Uint8Array(0);

export class ByteBlocks {
  private block = NOTHING;
  private at = 0;
  private used = 0;

  /** All that was ever copied into blocks. */
  get usedBytes(): number {
    return this.used;
  }

  /** A copy of the first `length` bytes. Nothing will be written over it. */
  copy(bytes: Uint8Array, length = bytes.length): Uint8Array {
    if (length > PIECE_BYTES_MAX) return bytes.slice(0, length);
    if (length === 0) return NOTHING;
    const start = this.take(length);
    const { block } = this;
    if (length > COPIED_ONE_BY_ONE_MAX) block.set(bytes.subarray(0, length), start);
    else for (let i = 0; i < length; i++) block[start + i] = bytes[i] ?? 0;
    return new Uint8Array(block.buffer, start, length);
  }

  /** What `copy` of other blocks gave, in one of these. */
  move(piece: Uint8Array): Uint8Array {
    return piece.length > PIECE_BYTES_MAX ? piece : this.copy(piece);
  }

  private take(length: number): number {
    if (this.at + length > this.block.length) {
      this.block = new Uint8Array(BLOCK_BYTES);
      this.at = 0;
    }
    const start = this.at;
    this.at += length;
    this.used += length;
    return start;
  }
}
