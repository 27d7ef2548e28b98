/** Adler-32 (RFC 1950 §9): the checksum of txn log records and snapshot seals. */

const MODULUS = 65521;
/** The most bytes that can be summed before the second sum could pass 2^32. */
const BLOCK_BYTES = 5552;

/** Unsigned 32 bits. Pass an earlier result as `initial` to continue over more bytes. */
export function adler32(bytes: Uint8Array, initial = 1): number {
  let a = initial & 0xffff;
  let b = initial >>> 16;
  for (let start = 0; start < bytes.length; start += BLOCK_BYTES) {
    const end = Math.min(start + BLOCK_BYTES, bytes.length);
    for (let i = start; i < end; i++) {
      a += bytes[i] ?? 0;
      b += a;
    }
    a %= MODULUS;
    b %= MODULUS;
  }
  return b * 0x10000 + a;
}
