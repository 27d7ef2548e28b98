/**
 * Watches how long a learner takes to acknowledge a proposal. Only one proposal and its successor
 * are remembered, which is enough to notice a learner that stopped. Source:
 * LearnerHandler.SyncLimitCheck.
 */

import type { Zxid } from '../../protocol/zxid.ts';

interface Waiting {
  readonly zxid: Zxid;
  readonly sinceMs: number;
}

export class SyncLimitCheck {
  private current: Waiting | null = null;
  private next: Waiting | null = null;

  updateProposal(zxid: Zxid, nowMs: number): void {
    const waiting = { zxid, sinceMs: nowMs };
    if (this.current === null) this.current = waiting;
    else this.next = waiting;
  }

  updateAck(zxid: Zxid): void {
    if (this.current?.zxid === zxid) {
      this.current = this.next;
      this.next = null;
    }
  }

  /** For how long the remembered proposal has been waiting. */
  waitingMs(nowMs: number): number {
    return this.current === null ? 0 : nowMs - this.current.sinceMs;
  }
}
