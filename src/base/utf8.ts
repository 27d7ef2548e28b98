/**
 * UTF-8 without TextEncoder, so that pure folders need no platform types and agree with Java.
 * Source: the UTF-8 charset of java.lang.String; Unicode 15 §3.9, maximal subpart replacement.
 */

const REPLACEMENT = 0xfffd;
const CHUNK_UNITS = 4096;

/** Standard UTF-8; a lone surrogate becomes U+FFFD. */
export function utf8Encode(text: string): Uint8Array {
  const out = new Uint8Array(text.length * 3);
  let n = 0;
  for (let i = 0; i < text.length; i++) {
    let c = text.codePointAt(i) ?? REPLACEMENT;
    if (c > 0xffff) i++;
    else if (c >= 0xd800 && c <= 0xdfff) c = REPLACEMENT;
    if (c < 0x80) {
      out[n++] = c;
      continue;
    }
    if (c < 0x800) {
      out[n++] = 0xc0 | (c >> 6);
    } else {
      if (c < 0x10000) {
        out[n++] = 0xe0 | (c >> 12);
      } else {
        out[n++] = 0xf0 | (c >> 18);
        out[n++] = 0x80 | ((c >> 12) & 0x3f);
      }
      out[n++] = 0x80 | ((c >> 6) & 0x3f);
    }
    out[n++] = 0x80 | (c & 0x3f);
  }
  return out.slice(0, n);
}

/**
 * Decodes bytes[start, end). Never fails: each malformed part becomes one U+FFFD, and so does each
 * three-byte surrogate (which is how Java reads what its own jute writer made of an emoji).
 */
export function utf8Decode(bytes: Uint8Array, start = 0, end = bytes.length): string {
  if (end - start > SHORT_BYTES) return decodeAny(bytes, start, end);
  const slot = slotOf(bytes, start, end);
  const known = recent[slot];
  if (known !== undefined && isAsciiOf(known, bytes, start, end)) return known;
  const text = decodeAny(bytes, start, end);
  recent[slot] = text;
  return text;
}

/**
 * Short texts of late: the same paths come again and again, and comparing one with the bytes costs
 * a fraction of making it anew.
 */
const SHORT_BYTES = 64;
const SLOTS = 1024;
const recent: (string | undefined)[] = new Array<string | undefined>(SLOTS).fill(undefined);

function slotOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = end - start;
  for (let i = start; i < end; i++) hash = Math.imul(hash, 31) + (bytes[i] ?? 0);
  return (hash ^ (hash >>> 10)) & (SLOTS - 1);
}

function isAsciiOf(text: string, bytes: Uint8Array, start: number, end: number): boolean {
  if (text.length !== end - start) return false;
  for (let i = 0; i < text.length; i++) {
    const byte = bytes[start + i] ?? 0;
    if (byte >= 0x80 || byte !== text.charCodeAt(i)) return false;
  }
  return true;
}

function decodeAny(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  let units: number[] = [];
  let i = start;
  while (i < end) {
    const lead = bytes[i++] ?? 0;
    if (lead < 0x80) {
      units.push(lead);
    } else {
      const extra = continuationCount(lead);
      let c = extra === 0 ? REPLACEMENT : lead & (0x3f >> extra);
      for (let k = 0; k < extra; k++) {
        const b = i < end ? (bytes[i] ?? 0) : 0;
        if (!isContinuation(b, k === 0 ? lead : 0)) {
          c = REPLACEMENT;
          break;
        }
        c = (c << 6) | (b & 0x3f);
        i++;
      }
      pushCodePoint(units, c);
    }
    if (units.length >= CHUNK_UNITS) {
      text += String.fromCharCode(...units);
      units = [];
    }
  }
  return text + String.fromCharCode(...units);
}

/** How many bytes follow `lead`; 0 when no character may start with it. */
function continuationCount(lead: number): number {
  if (lead < 0xc2 || lead > 0xf4) return 0;
  if (lead < 0xe0) return 1;
  return lead < 0xf0 ? 2 : 3;
}

/** Excludes overlong forms and code points above U+10FFFF by the byte that follows `lead`. */
function isContinuation(b: number, lead: number): boolean {
  if (lead === 0xe0) return b >= 0xa0 && b <= 0xbf;
  if (lead === 0xf0) return b >= 0x90 && b <= 0xbf;
  if (lead === 0xf4) return b >= 0x80 && b <= 0x8f;
  return b >= 0x80 && b <= 0xbf;
}

function pushCodePoint(units: number[], c: number): void {
  if (c > 0xffff) {
    const v = c - 0x10000;
    units.push(0xd800 | (v >> 10), 0xdc00 | (v & 0x3ff));
  } else {
    units.push(c >= 0xd800 && c <= 0xdfff ? REPLACEMENT : c);
  }
}
