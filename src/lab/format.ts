/** How numbers, times and bytes are written on the page. */

import { toHex } from '../base/bytes.ts';
import { utf8Decode } from '../base/utf8.ts';
import { counterOf, epochOf, formatZxid, type Zxid } from '../protocol/zxid.ts';

/** '3-18': epoch and counter, as people say it. '0' for none. */
export function shortZxid(zxid: number): string {
  if (zxid <= 0) return '0';
  return `${epochOf(zxid as Zxid)}-${counterOf(zxid as Zxid)}`;
}

/** '0x300000012', as ZooKeeper prints it. */
export const hexZxid = (zxid: number): string => formatZxid(zxid as Zxid);

export const epochIn = (zxid: number): number => epochOf(zxid as Zxid);
export const counterIn = (zxid: number): number => counterOf(zxid as Zxid);

/** '1:04.210': virtual minutes, seconds and milliseconds. */
export function formatClock(nowUs: number): string {
  const ms = Math.floor(nowUs / 1000);
  const seconds = Math.floor(ms / 1000) % 60;
  const pad = (value: number, width: number) => String(value).padStart(width, '0');
  return `${Math.floor(ms / 60_000)}:${pad(seconds, 2)}.${pad(ms % 1000, 3)}`;
}

/** '2.3 s'. */
export const formatSeconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** '12.4 ms', or '2.3 s' from a second on. */
export function formatSpan(us: number): string {
  return us >= 1_000_000 ? formatSeconds(us / 1000) : `${(us / 1000).toFixed(1)} ms`;
}

export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000
    ? `${(bytes / 1000).toFixed(1)} kB`
    : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

const count = new Intl.NumberFormat('en');

/** The identifier by which Curator finds a znode again after a lost reply. */
const PROTECTION_ID = /_c_[0-9a-f]{8}-[0-9a-f-]{27}-/g;

/** '/locks/…lock-0000000007': without identifiers that no person reads. */
export const shortPath = (path: string): string => path.replace(PROTECTION_ID, '…');

/** '1 watch', '2 watches'. */
export function plural(number: number, one: string, many = `${one}s`): string {
  return `${count.format(number)} ${number === 1 ? one : many}`;
}

/** 'S1, S2 and S3'. */
export function listOf(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** Null if the bytes are no readable text: damaged, or with control characters other than space. */
export function readableText(data: Uint8Array): string | null {
  const text = utf8Decode(data);
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    const isSpace = code === 0x09 || code === 0x0a || code === 0x0d;
    if ((code < 0x20 && !isSpace) || code === 0x7f || code === 0xfffd) return null;
  }
  return text;
}

/** The beginning of a znode's data on one line: text if it is text, hex if not. */
export function previewData(data: Uint8Array | null, lengthMax: number): string {
  if (data === null) return 'null';
  const text = readableText(data.subarray(0, wholeCharacters(data, lengthMax * 4)));
  const line = (text ?? `0x${toHex(data.subarray(0, lengthMax))}`).replaceAll(/\s+/g, ' ');
  return line.length > lengthMax ? `${line.slice(0, lengthMax - 1)}…` : line;
}

/** At most `end`, so that no character of UTF-8 is cut in two. */
function wholeCharacters(data: Uint8Array, end: number): number {
  if (end >= data.length) return data.length;
  let at = end;
  while (at > 0 && ((data[at] ?? 0) & 0xc0) === 0x80) at -= 1;
  return at;
}

/**
 * A console line of these words, quoted where they need it. Null if one of them cannot be written:
 * it holds a line end, or a space and both quotes.
 */
export function lineOf(command: string, ...words: readonly string[]): string | null {
  const quoted = words.map(quoteWord);
  if (quoted.includes(null)) return null;
  const hasDash = words.some((word) => word.startsWith('-'));
  return [command, ...(hasDash ? ['--'] : []), ...quoted].join(' ');
}

function quoteWord(word: string): string | null {
  if (/[\n\r]/.test(word)) return null;
  if (word !== '' && !/^['"]|[ \t]/.test(word)) return word;
  if (!word.includes("'")) return `'${word}'`;
  return word.includes('"') ? null : `"${word}"`;
}
