/**
 * TLA+ GlobalPrimaryOrder: a server never delivers a txn of an older leader after one of a newer
 * leader.
 */

import { epochOf, formatZxid } from '../protocol/zxid.ts';
import type { TraceEvent } from '../trace/TraceEvent.ts';
import { BaseCheck } from './Check.ts';
import type { Histories } from './Histories.ts';

export class GlobalPrimaryOrder extends BaseCheck {
  readonly id = 'globalPrimaryOrder';
  readonly title = 'Newer leaders come later in every history';
  private readonly histories: Histories;

  constructor(histories: Histories) {
    super();
    this.histories = histories;
  }

  protected fold(event: TraceEvent): void {
    this.histories.observe(event);
    if (event.type !== 'applied') return;
    const { before } = this.histories;
    const { who, zxid } = event;
    if (before === null || epochOf(zxid) >= epochOf(before)) return;
    this.fail(event, `${who} applies ${formatZxid(zxid)} after ${formatZxid(before)}`);
  }
}
