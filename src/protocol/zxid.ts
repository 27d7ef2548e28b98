/**
 * Transaction ids: epoch in the high 32 bits, counter in the low 32.
 * Source: ZooKeeper ZxidUtils; Zab (DSN 2011) §III.
 * Departs: a zxid is a number, exact while the epoch is below 2^21, which is asserted.
 */

import { assert } from '../base/assert.ts';

declare const zxidBrand: unique symbol;
/** Compare with `<`; never do arithmetic on it outside this file. */
export type Zxid = number & { readonly [zxidBrand]: true };

const TWO_32 = 0x1_0000_0000;
/** The last that fits. */
export const EPOCH_MAX = 0x1f_ffff;
const COUNTER_MAX = 0xffff_ffff;

/** Java's Long.MIN_VALUE, which non-voters propose in an election; a power of two, thus exact. */
export const MIN_LONG = -0x8000_0000_0000_0000;

/** Where the wire says "none": a reply without a txn, a server that may have lost its data. */
export const NO_ZXID = -1 as Zxid;
export const ZERO_ZXID = 0 as Zxid;

/** Brands a number that is already a zxid, `NO_ZXID` and `MIN_LONG` included. */
export function asZxid(value: number): Zxid {
  assert(isExactLong(value), () => `zxid ${value} is not exact`);
  return value as Zxid;
}

/** `epoch` 0 … 2^21-1, `counter` 0 … 2^32-1. */
export function makeZxid(epoch: number, counter: number): Zxid {
  assert(Number.isInteger(epoch) && epoch >= 0 && epoch <= EPOCH_MAX, () => `epoch ${epoch}`);
  assert(
    Number.isInteger(counter) && counter >= 0 && counter <= COUNTER_MAX,
    () => `counter ${counter}`,
  );
  return (epoch * TWO_32 + counter) as Zxid;
}

export function epochOf(zxid: Zxid): number {
  return Math.floor(zxid / TWO_32);
}

export function counterOf(zxid: Zxid): number {
  return zxid >>> 0;
}

/** The next zxid of the same epoch. Asserts that the counter is not used up. */
export function nextZxid(zxid: Zxid): Zxid {
  return makeZxid(epochOf(zxid), counterOf(zxid) + 1);
}

/** Asserts that the long is exact as a number. */
export function zxidFromLong(long: bigint): Zxid {
  return asZxid(Number(long));
}

export function zxidToLong(zxid: Zxid): bigint {
  return BigInt(zxid);
}

/** '0x300000012': hex, lower-case, unpadded; -1 is '0xffffffffffffffff' as in Java. */
export function formatZxid(zxid: Zxid): string {
  if (zxid < 0) return `0x${BigInt.asUintN(64, BigInt(zxid)).toString(16)}`;
  const counter = counterOf(zxid).toString(16);
  // In two halves: an engine prints small integers much faster than large ones.
  return zxid < TWO_32
    ? `0x${counter}`
    : `0x${epochOf(zxid).toString(16)}${counter.padStart(8, '0')}`;
}

/** Whether a 64-bit integer can travel as a number and come back unchanged. */
export function isExactLong(value: number): boolean {
  return Number.isSafeInteger(value) || value === MIN_LONG;
}
