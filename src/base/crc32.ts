/** CRC-32 (IEEE 802.3, as java.util.zip.CRC32): the znode part of the tree digest. */

import { utf8Encode } from './utf8.ts';

const TABLE = makeTable();

function makeTable(): Int32Array {
  const table = new Int32Array(256);
  for (let n = 0; n < 256; n++) {
    let c = n;
    for (let bit = 0; bit < 8; bit++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
    table[n] = c;
  }
  return table;
}

/** Of the text in UTF-8, as `crc32(utf8Encode(text))`. */
export function crc32OfText(text: string): number {
  let c = ~0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0x80) return crc32(utf8Encode(text));
    c = (TABLE[(c ^ unit) & 0xff] ?? 0) ^ (c >>> 8);
  }
  return ~c >>> 0;
}

/** Unsigned 32 bits. Pass an earlier result as `initial` to continue over more bytes. */
export function crc32(bytes: Uint8Array, initial = 0): number {
  let c = ~initial;
  for (let i = 0; i < bytes.length; i++) {
    c = (TABLE[(c ^ (bytes[i] ?? 0)) & 0xff] ?? 0) ^ (c >>> 8);
  }
  return ~c >>> 0;
}
