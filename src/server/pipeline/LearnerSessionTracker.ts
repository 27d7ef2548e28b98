/**
 * What a learner knows of sessions: those it heard of since it last told the leader.
 * Source: ZooKeeper LearnerSessionTracker. Bounded by the number of connections: only they touch.
 */

import type { SessionTimeout } from '../replication.ts';

export class LearnerSessionTracker {
  private touched = new Map<bigint, number>();

  touchSession(sessionId: bigint, timeoutMs: number): void {
    this.touched.set(sessionId, timeoutMs);
  }

  removeSession(sessionId: bigint): void {
    this.touched.delete(sessionId);
  }

  takeTouched(): readonly SessionTimeout[] {
    const touched = [...this.touched].map(([sessionId, timeoutMs]) => ({ sessionId, timeoutMs }));
    this.touched = new Map();
    return touched;
  }
}
