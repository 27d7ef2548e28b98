/**
 * Snappy as ZooKeeper writes it: the stream of snappy-java, a header and then blocks with their
 * lengths. Source: snappy's format_description.txt; org.xerial.snappy.SnappyOutputStream.
 */

import { concatBytes } from '../../base/bytes.ts';
import type { Decompressed } from './gunzip.ts';

const HEADER_BYTES = 16;
const MAGIC = [0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0] as const;

/** As `gunzip`: what could be decompressed, and why that is not all. */
export function unsnappy(bytes: Uint8Array, bytesMax: number): Decompressed {
  const parts: Uint8Array[] = [];
  let left = bytesMax;
  const end = (fault: string | null): Decompressed => ({ bytes: concatBytes(...parts), fault });
  if (MAGIC.some((byte, i) => bytes[i] !== byte)) return end('no snappy stream');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = HEADER_BYTES; at < bytes.length; ) {
    if (at + 4 > bytes.length) return end('the snappy stream is unfinished');
    const from = at + 4;
    at = from + view.getUint32(at);
    if (at > bytes.length) return end('the snappy stream is unfinished');
    const block = decodeBlock(bytes.subarray(from, at), left);
    if (block === null) return end('the snappy stream is broken, or holds too much');
    parts.push(block);
    left -= block.length;
  }
  return end(null);
}

/** Null if it is broken, or longer than `bytesMax` when decompressed. */
function decodeBlock(bytes: Uint8Array, bytesMax: number): Uint8Array | null {
  let at = 0;
  /** Little-endian; beyond the end there are zeros, which the length then tells. */
  const take = (count: number): number => {
    let value = 0;
    for (let i = 0; i < count; i++) value += (bytes[at++] ?? 0) * 2 ** (8 * i);
    return value;
  };
  let length = 0;
  for (let factor = 1; ; factor *= 128) {
    const byte = take(1);
    length += (byte % 128) * factor;
    if (byte < 128) break;
    if (factor > bytesMax) return null;
  }
  if (length > bytesMax) return null;
  const out = new Uint8Array(length);
  let written = 0;
  while (at < bytes.length) {
    const tag = take(1);
    const kind = tag & 3;
    if (kind === 0) {
      const short = tag >> 2;
      const count = 1 + (short < 60 ? short : take(short - 59));
      if (written + count > length || at + count > bytes.length) return null;
      out.set(bytes.subarray(at, at + count), written);
      at += count;
      written += count;
      continue;
    }
    const count = kind === 1 ? 4 + ((tag >> 2) & 7) : 1 + (tag >> 2);
    const offset = kind === 1 ? (tag >> 5) * 256 + take(1) : take(kind === 2 ? 2 : 4);
    if (offset === 0 || offset > written || written + count > length) return null;
    // Byte by byte, since it may copy what it has just written.
    for (let i = 0; i < count; i++, written++) out[written] = out[written - offset] ?? 0;
  }
  return written === length ? out : null;
}
