/**
 * Archives in the ustar format, as much of it as a server's directory needs: plain files with names
 * of at most 100 bytes. Source: POSIX.1-1988, `tar`.
 */

import { concatBytes } from '../../base/bytes.ts';
import { utf8Decode, utf8Encode } from '../../base/utf8.ts';

export interface NamedBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const BLOCK_BYTES = 512;
const NAME_MAX = 100;
const SUM = { at: 148, length: 8 } as const;
const MAGIC = { at: 257, text: 'ustar\x0000' } as const;
const PLAIN_FILE = 0x30;

/** `timeS`: seconds since 1970, the time of every file. */
export function writeTar(files: readonly NamedBytes[], timeS: number): Uint8Array {
  const parts = files.flatMap(({ name, bytes }) => [
    headerOf(name, bytes.length, timeS),
    bytes,
    new Uint8Array(-bytes.length & (BLOCK_BYTES - 1)),
  ]);
  return concatBytes(...parts, new Uint8Array(2 * BLOCK_BYTES));
}

/** Its plain files; those of a broken archive as far as it can be read. */
export function readTar(bytes: Uint8Array): readonly NamedBytes[] {
  const files: NamedBytes[] = [];
  for (let at = 0; at + BLOCK_BYTES <= bytes.length; ) {
    const header = bytes.subarray(at, at + BLOCK_BYTES);
    const size = Number.parseInt(textAt(header, 124, 12), 8);
    if (!isTar(header) || Number.isNaN(size)) break;
    const from = at + BLOCK_BYTES;
    const prefix = textAt(header, 345, 155);
    const name = textAt(header, 0, NAME_MAX);
    const type = header[156] ?? 0;
    if (type === PLAIN_FILE || type === 0) {
      const path = prefix === '' ? name : `${prefix}/${name}`;
      files.push({ name: path, bytes: bytes.slice(from, from + size) });
    }
    at = from + Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES;
  }
  return files;
}

export const isTar = (bytes: Uint8Array): boolean =>
  textAt(bytes, MAGIC.at, 5) === MAGIC.text.slice(0, 5);

function headerOf(name: string, size: number, timeS: number): Uint8Array {
  const header = new Uint8Array(BLOCK_BYTES);
  const put = (at: number, text: string): void => header.set(utf8Encode(text), at);
  put(0, name);
  put(100, '0000644\0');
  put(108, '0000000\0');
  put(116, '0000000\0');
  put(124, `${size.toString(8).padStart(11, '0')}\0`);
  put(136, `${timeS.toString(8).padStart(11, '0')}\0`);
  put(SUM.at, ' '.repeat(SUM.length));
  header[156] = PLAIN_FILE;
  put(MAGIC.at, MAGIC.text);
  const sum = header.reduce((total, byte) => total + byte, 0);
  put(SUM.at, `${sum.toString(8).padStart(6, '0')}\0 `);
  return header;
}

/** Up to the first zero. */
function textAt(bytes: Uint8Array, at: number, length: number): string {
  const field = bytes.subarray(at, at + length);
  const end = field.indexOf(0);
  return utf8Decode(end < 0 ? field : field.subarray(0, end));
}
