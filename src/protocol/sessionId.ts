/**
 * Session ids and their passwords. Every server of a mixed ensemble must derive the same password.
 * Source: ZooKeeperServer.generatePasswd, checkPasswd.
 */

import { JavaRandom } from '../base/javaRandom.ts';

/** A signed 64-bit integer; its top byte is the id of the server that opened the session. */
export type SessionId = bigint;

export const NO_SESSION: SessionId = 0n;
export const PASSWORD_BYTES = 16;

const SUPER_SECRET = 0xb3415c00n;

/** '0x100000000000001': hex, lower-case, unpadded, of the unsigned value. */
export function formatSessionId(id: SessionId): string {
  return `0x${BigInt.asUintN(64, id).toString(16)}`;
}

/** 16 bytes that prove ownership of a session. */
export function sessionPassword(id: SessionId): Uint8Array {
  return new JavaRandom(id ^ SUPER_SECRET).nextBytes(PASSWORD_BYTES);
}
