/**
 * TLA+ TotalOrder: every server delivers in the one order, and leaves nothing out. What it applies
 * follows what it had; what it commits comes after what it committed last.
 */

import type { ParticipantId } from '../network/address.ts';
import type { Zxid } from '../protocol/zxid.ts';
import { formatZxid } from '../protocol/zxid.ts';
import type { TraceEvent } from '../trace/TraceEvent.ts';
import { BaseCheck } from './Check.ts';
import type { Histories } from './Histories.ts';

export class TotalOrder extends BaseCheck {
  readonly id = 'totalOrder';
  readonly title = 'Every server applies every txn in zxid order';
  private readonly histories: Histories;
  /** Of this life of each server. */
  private readonly committed = new Map<ParticipantId, Zxid>();

  constructor(histories: Histories) {
    super();
    this.histories = histories;
  }

  protected fold(event: TraceEvent): void {
    this.histories.observe(event);
    switch (event.type) {
      case 'processStarted':
      case 'processKilled':
        this.committed.delete(event.target);
        return;
      case 'snapshotLoaded':
      case 'truncated':
        this.committed.delete(event.who);
        return;
      case 'committed':
        return this.onCommitted(event, event.zxid);
      case 'applied': {
        const { zxid, who } = event;
        const { before } = this.histories;
        const expected = this.histories.predecessor(zxid);
        if (before === null || expected === null || before === expected) return;
        const [now, was] = [formatZxid(zxid), formatZxid(before)];
        this.fail(event, `${who} applies ${now} on ${was}; it belongs on ${formatZxid(expected)}`);
        return;
      }
      default:
        return;
    }
  }

  private onCommitted(event: TraceEvent, zxid: Zxid): void {
    const last = this.committed.get(event.who);
    this.committed.set(event.who, zxid);
    if (last === undefined) return;
    if (last < zxid && this.histories.contains(zxid, last)) return;
    this.fail(event, `${event.who} commits ${formatZxid(zxid)} after ${formatZxid(last)}`);
  }
}
