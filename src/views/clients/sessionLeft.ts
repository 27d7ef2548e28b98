/** How long a session has left, by the leader's clock. */

import { formatSeconds } from '../../lab/format.ts';
import type { SessionView } from '../../lab/model.ts';

export interface SessionLeft {
  /** 0 when the time is up. */
  readonly ms: number;
  /** Of the timeout, 0 to 1. */
  readonly fraction: number;
}

/** Null when the leader has not heard of the session yet, or when it has ended. */
export function sessionLeft(session: SessionView | undefined, nowUs: number): SessionLeft | null {
  if (session === undefined || session.state !== 'live' || session.expiresAtMs === 0) return null;
  const ms = Math.max(0, session.expiresAtMs - nowUs / 1000);
  // Servers round expiry up to their tick, so there may be more left than the timeout.
  const fraction = session.timeoutMs === 0 ? 0 : Math.min(1, ms / session.timeoutMs);
  return { ms, fraction };
}

/** What the servers say of the session. */
export function describeLeft(session: SessionView | undefined, left: SessionLeft | null): string {
  if (session === undefined) return 'no session';
  if (session.state !== 'live') return session.state;
  if (left === null) return 'live';
  return left.ms === 0 ? 'expires now' : `expires in ${formatSeconds(left.ms)}`;
}
