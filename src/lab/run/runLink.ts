/**
 * A run in the part of an address after `#`, which no host is ever sent: the text of `SharedRun`,
 * in gzip and base64url (RFC 4648 §5).
 */

import { toBase64 } from '../../base/bytes.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { utf8Decode, utf8Encode } from '../../base/utf8.ts';
import { gunzip } from '../files/gunzip.ts';
import { RUN_PREFIX } from './Run.ts';
import { readRun, type SharedRun, writeRun } from './SharedRun.ts';

/** Browsers take far more; the console, and programs that pass addresses on, do not. */
export const LINK_MAX = 12_000;
/** A short link can hold any number of zeros. */
const TEXT_BYTES_MAX = 2_000_000;

/** `#run=...`; the error says why there is none. */
export async function packRun(shared: SharedRun): Promise<Result<string, string>> {
  const text = writeRun(shared);
  if (!text.ok) return text;
  const stream = new Blob([new Uint8Array(utf8Encode(text.value))]).stream();
  const packed = new Response(stream.pipeThrough(new CompressionStream('gzip')));
  const base64 = toBase64(new Uint8Array(await packed.arrayBuffer()));
  const url = base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  if (url.length <= LINK_MAX) return ok(`${RUN_PREFIX}${url}`);
  return err(
    `This run is too long for a link: ${url.length} characters, and at most ${LINK_MAX} will do.`,
  );
}

/** `link`: an address, or its part from `#` on. The error completes "The link ...". */
export async function unpackRun(link: string): Promise<Result<SharedRun, string>> {
  const at = link.indexOf(RUN_PREFIX);
  if (at === -1) return err('has no run in it');
  const url = link.slice(at + RUN_PREFIX.length);
  if (url.length > LINK_MAX) return err(`is longer than ${LINK_MAX} characters`);
  if (!/^[\w-]+$/.test(url)) return err('is damaged');
  const text = await unpack(url.replaceAll('-', '+').replaceAll('_', '/'));
  return text === null ? err('is damaged') : readRun(text);
}

/** Null if it cannot be read, or is too long. */
async function unpack(base64: string): Promise<string | null> {
  try {
    const packed = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const { bytes, fault } = await gunzip(packed, TEXT_BYTES_MAX);
    return fault === null ? utf8Decode(bytes) : null;
  } catch {
    return null;
  }
}
