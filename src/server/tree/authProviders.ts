/**
 * The schemes by which a connection proves who it is, and by which an ACL names it.
 * Source: DigestAuthenticationProvider, IPAuthenticationProvider,
 * SASLAuthenticationProvider, ProviderRegistry.
 */

import { sha1 } from '@noble/hashes/legacy.js';
import { toBase64 } from '../../base/bytes.ts';
import type { Result } from '../../base/result.ts';
import { err, ok } from '../../base/result.ts';
import { utf8Decode, utf8Encode } from '../../base/utf8.ts';
import type { Id } from '../../protocol/acl.ts';
import { KeeperErrorCode } from '../../protocol/errors.ts';
import type { ServerConfig } from '../config.ts';

interface AuthProvider {
  /** Whether its identities were proved, so that scheme `auth` may stand for them. */
  readonly isAuthenticated: boolean;
  /** Whether `aclId` may stand in an ACL. */
  isValid(aclId: string): boolean;
  matches(id: string, aclId: string): boolean;
  userName(id: string): string;
}

const PROVIDERS: ReadonlyMap<string, AuthProvider> = new Map([
  [
    'digest',
    {
      isAuthenticated: true,
      isValid: isValidDigestId,
      matches: (id, aclId) => id === aclId,
      userName: (id) => id.slice(0, id.indexOf(':')),
    },
  ],
  [
    'ip',
    { isAuthenticated: false, isValid: isValidIpId, matches: matchesIp, userName: (id) => id },
  ],
  [
    'sasl',
    {
      isAuthenticated: true,
      isValid: isValidPrincipal,
      matches: (id, aclId) => id === 'super' || id === aclId,
      userName: (id) => id,
    },
  ],
] satisfies [string, AuthProvider][]);

/** Schemes that can be switched off. */
export type SchemeConfig = Pick<ServerConfig, 'digestAuthEnabled' | 'sasl'>;

export function isOn(scheme: string, { digestAuthEnabled, sasl }: SchemeConfig): boolean {
  if (scheme === 'digest') return digestAuthEnabled;
  return scheme !== 'sasl' || sasl !== null;
}

/** Undefined for `world`, `auth` and `super`, which are no provider's, and for unknown schemes. */
export function authProvider(scheme: string): AuthProvider | undefined {
  return PROVIDERS.get(scheme);
}

/**
 * Identities that an auth packet adds to its connection; none for `ip`, which each has already.
 * Errors: AUTHFAILED (definite; the connection closes).
 */
export function authenticate(
  scheme: string,
  auth: Uint8Array | null,
  config: Pick<ServerConfig, 'digestAuthEnabled' | 'superDigest'>,
): Result<readonly Id[], typeof KeeperErrorCode.AUTHFAILED> {
  if (scheme === 'ip') return ok([]);
  const isDigest = scheme === 'digest' && config.digestAuthEnabled;
  if (!isDigest || auth === null) return err(KeeperErrorCode.AUTHFAILED);
  const id = digestId(utf8Decode(auth));
  const own = { scheme: 'digest', id };
  return ok(id === config.superDigest ? [{ scheme: 'super', id: '' }, own] : [own]);
}

/** 'bob:fyVmFCwVbTJYrznoSu1koqYEYF0=' of 'bob:secret'. */
export function digestId(userAndPassword: string): string {
  const user = userAndPassword.split(':', 1)[0] ?? '';
  return `${user}:${toBase64(sha1(utf8Encode(userAndPassword)))}`;
}

/** What whoAmI tells of an identity: nothing secret. */
export function userName({ scheme, id }: Id): string {
  return authProvider(scheme)?.userName(id) ?? '';
}

/** Exactly two parts, where Java's split drops empty ones at the end. */
function isValidDigestId(aclId: string): boolean {
  return aclId.replace(/:+$/, '').split(':').length === 2;
}

/** A Kerberos name, `service/host@REALM`, or anything without an @. */
function isValidPrincipal(aclId: string): boolean {
  return !aclId.includes('@') || /^[^/@]*(\/[^/@]*)?@[^/@]*$/.test(aclId);
}

interface AddressRange {
  readonly address: number;
  /** Leading bits that must agree. */
  readonly bits: number;
}

/**
 * Numbers are read as Java's Integer.parseInt does: with a sign, with leading zeros.
 * Departs: IPv4 only; 3.9.5 knows IPv6 as well.
 */
function parseAddressRange(text: string): AddressRange | null {
  const parts = /^([^/]*?)(?:\/(.*))?$/s.exec(text);
  const bytes = (parts?.[1] ?? '').split('.').map(parseJavaInt);
  const bits = parts?.[2] === undefined ? 32 : parseJavaInt(parts[2]);
  if (bytes.length !== 4 || !isWithin(bits, 32)) return null;
  let address = 0;
  for (const byte of bytes) {
    if (!isWithin(byte, 255)) return null;
    address = address * 256 + byte;
  }
  return { address, bits };
}

/** NaN if it is none. */
function parseJavaInt(text: string): number {
  return /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
}

function isWithin(value: number, max: number): boolean {
  return value >= 0 && value <= max;
}

function isValidIpId(aclId: string): boolean {
  return parseAddressRange(aclId) !== null;
}

function matchesIp(id: string, aclId: string): boolean {
  const range = parseAddressRange(aclId);
  const remote = parseAddressRange(id);
  if (range === null || remote === null) return false;
  const blockSize = 2 ** 32 / bitValue(range.bits);
  return Math.floor(range.address / blockSize) === Math.floor(remote.address / blockSize);
}

/** 2^bits; a shift would lose the thirty-second. */
function bitValue(bits: number): number {
  return bits === 32 ? 2 ** 32 : (1 << bits) >>> 0;
}
