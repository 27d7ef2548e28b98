/**
 * The leader's view of all sessions: who lives until when, and which server each is attached to.
 * Source: ZooKeeper SessionTrackerImpl, LeaderSessionTracker.
 *
 * Invariants: 1. a closing session is never touched again, so that its closeSession is final.
 * 2. A session is in the expiry queue exactly as long as it is known and not closing.
 */

import { assert } from '../../base/assert.ts';
import { KeeperErrorCode } from '../../protocol/errors.ts';
import { formatSessionId } from '../../protocol/sessionId.ts';
import type { Sid } from '../config.ts';
import type { ServerContext } from '../context.ts';
import { ExpiryQueue } from './ExpiryQueue.ts';

interface SessionImpl {
  readonly timeoutMs: number;
  /** Null until a server speaks for it, as after a change of leader. */
  owner: Sid | null;
  isClosing: boolean;
}

export class SessionTrackerImpl {
  private readonly context: ServerContext;
  private readonly sessions = new Map<bigint, SessionImpl>();
  private readonly queue: ExpiryQueue<bigint>;

  /** Every session of the database starts again with its full timeout. */
  constructor(context: ServerContext, sessions: ReadonlyMap<bigint, number>) {
    this.context = context;
    this.queue = new ExpiryQueue(context.config.tickTimeMs, context.nowMs);
    for (const [sessionId, timeoutMs] of sessions) this.trackSession(sessionId, timeoutMs);
    this.armTimer();
  }

  get count(): number {
    return this.sessions.size;
  }

  trackSession(sessionId: bigint, timeoutMs: number): void {
    if (!this.sessions.has(sessionId)) {
      this.sessions.set(sessionId, { timeoutMs, owner: null, isClosing: false });
    }
    this.touchSession(sessionId, timeoutMs);
  }

  /** False if the session is unknown or closing. */
  touchSession(sessionId: bigint, timeoutMs: number): boolean {
    const session = this.sessions.get(sessionId);
    if (session === undefined || session.isClosing) return false;
    const expiresAtMs = this.queue.update(sessionId, timeoutMs, this.context.nowMs);
    if (expiresAtMs !== null && this.context.isTracing) {
      const text = formatSessionId(sessionId);
      this.context.trace({ type: 'sessionTouched', sessionId: text, expiresAtMs });
    }
    return true;
  }

  /** A client attached to `owner`; from now on writes through any other server are refused. */
  setOwner(sessionId: bigint, owner: Sid): void {
    const session = this.sessions.get(sessionId);
    assert(session !== undefined, `owner of unknown session ${formatSessionId(sessionId)}`);
    if (session.owner !== null && session.owner !== owner) {
      this.context.trace({
        type: 'sessionMoved',
        sessionId: formatSessionId(sessionId),
        to: owner,
      });
    }
    session.owner = owner;
  }

  /** OK, SESSIONEXPIRED or SESSIONMOVED. The first server to speak for a session owns it. */
  checkSession(sessionId: bigint, owner: Sid | null): KeeperErrorCode {
    const session = this.sessions.get(sessionId);
    if (session === undefined || session.isClosing) return KeeperErrorCode.SESSIONEXPIRED;
    session.owner ??= owner;
    return session.owner === owner ? KeeperErrorCode.OK : KeeperErrorCode.SESSIONMOVED;
  }

  setSessionClosing(sessionId: bigint): void {
    const session = this.sessions.get(sessionId);
    if (session === undefined) return;
    session.isClosing = true;
    this.queue.remove(sessionId);
  }

  /** Its closeSession is committed. */
  removeSession(sessionId: bigint): void {
    this.sessions.delete(sessionId);
    this.queue.remove(sessionId);
  }

  isKnown(sessionId: bigint): boolean {
    return this.sessions.has(sessionId);
  }

  isAlive(sessionId: bigint): boolean {
    return this.sessions.get(sessionId)?.isClosing === false;
  }

  /** When `sessionExpiry` fires: the sessions whose time is over, now closing. */
  takeExpired(): readonly bigint[] {
    const expired = this.queue.poll(this.context.nowMs);
    this.context.metrics.counters.stale_sessions_expired += expired.length;
    for (const sessionId of expired) this.expire(sessionId);
    this.armTimer();
    return expired;
  }

  expire(sessionId: bigint): void {
    this.context.trace({ type: 'sessionExpired', sessionId: formatSessionId(sessionId) });
    this.setSessionClosing(sessionId);
  }

  /** Sessions by the time at which they expire. */
  dump(): ReturnType<ExpiryQueue<bigint>['dump']> {
    return this.queue.dump();
  }

  private armTimer(): void {
    this.context.setTimer('sessionExpiry', this.queue.waitMs(this.context.nowMs));
  }
}
