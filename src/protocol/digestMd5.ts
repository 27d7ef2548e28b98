/**
 * SASL DIGEST-MD5 for qop "auth": the directives of its messages and the digests that prove a
 * password. Messages are octets: strings of which each character is one byte.
 * Source: RFC 2831; where that leaves a choice, OpenJDK's DigestMD5Base, which ZooKeeper uses.
 */

import { md5 } from '@noble/hashes/legacy.js';
import { toHex } from '../base/bytes.ts';
import { utf8Encode } from '../base/utf8.ts';

/** What ZooKeeper's clients and servers have in the place of a server's name. */
export const SASL_REALM = 'zk-sasl-md5';
export const SASL_DIGEST_URI = 'zookeeper/zk-sasl-md5';

export type Directives = ReadonlyMap<string, string>;

export interface DigestMd5Secret {
  readonly username: string;
  readonly realm: string;
  readonly password: string;
  /** Octets, as are the rest. */
  readonly nonce: string;
  readonly cnonce: string;
  readonly digestUri: string;
  /** Whom the user wants to act as; null if that was not said. */
  readonly authzid: string | null;
}

export function octetsOf(bytes: Uint8Array): string {
  let octets = '';
  for (const byte of bytes) octets += String.fromCharCode(byte);
  return octets;
}

export function bytesOf(octets: string): Uint8Array {
  return Uint8Array.from(octets, (octet) => octet.charCodeAt(0));
}

const SEPARATOR = /[\t\n\r ,]*/y;
const KEY = /([^\t\n\r ,=]+)[\t\n\r ]*=[\t\n\r ]*(?![\t\n\r ]|$)/;
const VALUE = /(?:"((?:[^"\\]|\\.)*)"|(?!")([^\t\n\r ,]*))(?=[\t\n\r ,]|$)/;
const DIRECTIVE = new RegExp(KEY.source + VALUE.source, 'sy');

/**
 * By their names in lower case, without quotes. Null for what cannot be read, or has one of `once`
 * twice; of any other the last counts.
 */
export function parseDirectives(octets: string, once: readonly string[]): Directives | null {
  const directives = new Map<string, string>();
  for (let at = skip(octets, 0); at < octets.length; at = skip(octets, at)) {
    DIRECTIVE.lastIndex = at;
    const found = DIRECTIVE.exec(octets);
    if (found === null) return null;
    const [all, key = '', quoted, plain = ''] = found;
    const name = key.toLowerCase();
    if (directives.has(name) && once.includes(name)) return null;
    directives.set(name, quoted === undefined ? plain : quoted.replace(/\\(.)/gs, '$1'));
    at += all.length;
  }
  return directives;
}

function skip(octets: string, at: number): number {
  SEPARATOR.lastIndex = at;
  return at + (SEPARATOR.exec(octets)?.[0].length ?? 0);
}

/** With its quotes. */
export function quote(octets: string): string {
  return `"${octets.replace(/["\\]/g, '\\$&')}"`;
}

/**
 * `response` proves that the client knows the password, `rspauth` that the server does: 32 digits
 * of hex. For the first use of a nonce (nc=00000001).
 */
export function proofOf(secret: DigestMd5Secret, of: 'response' | 'rspauth'): string {
  const { username, realm, password, nonce, cnonce, digestUri, authzid } = secret;
  const key = octetsOf(md5(bytesOf([username, realm, password].map(charsetOctets).join(':'))));
  const a1 = [key, nonce, cnonce, ...(authzid === null ? [] : [authzid])].join(':');
  const a2 = `${of === 'response' ? 'AUTHENTICATE' : ''}:${digestUri}`;
  return hexMd5([hexMd5(a1), nonce, '00000001', cnonce, 'auth', hexMd5(a2)].join(':'));
}

/** ISO 8859-1 if that can say it, or else UTF-8. */
function charsetOctets(text: string): string {
  return /^[\0-\xff]*$/.test(text) ? text : octetsOf(utf8Encode(text));
}

function hexMd5(octets: string): string {
  return toHex(md5(bytesOf(octets)));
}
