/**
 * What the ephemeralOwner of a znode says: nothing, a session, or a mark that only servers see.
 * Source: EphemeralType, ContainerManager.
 * Departs: the marks hold whether or not extended types are enabled; server ids end at 254, so
 * that no session id can look like one.
 */

import { assert } from '../../base/assert.ts';
import { TTL_MAX_MS } from '../../protocol/createMode.ts';

export type EphemeralType = 'none' | 'session' | 'container' | 'ttl';

/** 0x8000000000000000 as a signed long. */
export const CONTAINER_OWNER = -(2n ** 63n);
/** 0xff00000000000000 as a signed long; the time to live stands in its low 40 bits. */
const TTL_MARK = -(2n ** 56n);
const TTL_BITS = 40;

export function isValidTtl(ttlMs: number): boolean {
  return Number.isInteger(ttlMs) && ttlMs > 0 && ttlMs <= TTL_MAX_MS;
}

/** `ttlMs` 1 … 2^40-1. */
export function ttlOwner(ttlMs: number): bigint {
  assert(isValidTtl(ttlMs), `ttl ${ttlMs}`);
  return TTL_MARK + BigInt(ttlMs);
}

export function ephemeralType(owner: bigint): EphemeralType {
  if (owner === 0n) return 'none';
  if (owner === CONTAINER_OWNER) return 'container';
  return owner < 0n && owner >= TTL_MARK ? 'ttl' : 'session';
}

/** Of an owner whose type is `ttl`, in ms. */
export function ttlOf(owner: bigint): number {
  return Number(BigInt.asUintN(TTL_BITS, owner));
}
