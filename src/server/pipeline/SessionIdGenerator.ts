/**
 * New session ids: the server's number, the time at which it started, and a counter.
 * Source: ZooKeeper SessionTrackerImpl.initializeNextSessionId.
 */

import { assert } from '../../base/assert.ts';
import type { Sid } from '../config.ts';

const SID_SHIFT = 56n;
const TIME_SHIFT = 16n;
const TIME_BITS = 40;
/** Higher ones look like the marks of containers and TTL znodes. */
const SID_MAX = 254;

/** The server that opened the session. */
export function sidOf(sessionId: bigint): Sid {
  return Number(BigInt.asUintN(64, sessionId) >> SID_SHIFT);
}

export class SessionIdGenerator {
  private nextId: bigint;

  /** `startedAtMs` must differ from that of every earlier process of this server. */
  constructor(sid: Sid, startedAtMs: number) {
    assert(Number.isInteger(sid) && sid >= 1 && sid <= SID_MAX, `sid ${sid}`);
    const time = BigInt.asUintN(TIME_BITS, BigInt(startedAtMs)) << TIME_SHIFT;
    this.nextId = BigInt.asIntN(64, (BigInt(sid) << SID_SHIFT) | time);
  }

  next(taken: ReadonlyMap<bigint, number>): bigint {
    while (taken.has(this.nextId) || this.nextId === 0n) this.nextId++;
    return this.nextId++;
  }
}
