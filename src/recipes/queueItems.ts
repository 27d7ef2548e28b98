/**
 * What is in the znode of a queued item: several entries may share one.
 * Format: int32 0x00010001; for each entry byte 1, int32 length, bytes; byte 2. Big-endian.
 * Source: Curator ItemSerializer.
 */

import { decodeInt32, encodeInt32 } from './bigEndian.ts';

const VERSION = 0x00010001;
const ITEM = 1;
const END = 2;
const INT_BYTES = 4;

export function encodeItems(items: readonly Uint8Array[]): Uint8Array {
  const bytes: number[] = [...encodeInt32(VERSION)];
  for (const item of items) bytes.push(ITEM, ...encodeInt32(item.length), ...item);
  bytes.push(END);
  return Uint8Array.from(bytes);
}

/** Null for bytes that are no such list: somebody else's znode. */
export function decodeItems(bytes: Uint8Array | null): readonly Uint8Array[] | null {
  if (bytes === null || intAt(bytes, 0) !== VERSION) return null;
  const items: Uint8Array[] = [];
  let at = INT_BYTES;
  while (bytes[at] === ITEM) {
    const length = intAt(bytes, at + 1) ?? -1;
    const start = at + 1 + INT_BYTES;
    if (length < 0 || start + length > bytes.length) return null;
    items.push(bytes.slice(start, start + length));
    at = start + length;
  }
  return bytes[at] === END && at === bytes.length - 1 ? items : null;
}

function intAt(bytes: Uint8Array, at: number): number | null {
  return decodeInt32(bytes.subarray(at, at + INT_BYTES));
}
