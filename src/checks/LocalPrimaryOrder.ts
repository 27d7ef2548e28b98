/**
 * TLA+ LocalPrimaryOrder: what one leader proposes is numbered and delivered in the order in which
 * it proposed.
 */

import { counterOf, epochOf, formatZxid } from '../protocol/zxid.ts';
import type { TraceEvent } from '../trace/TraceEvent.ts';
import { BaseCheck } from './Check.ts';
import type { Histories } from './Histories.ts';

export class LocalPrimaryOrder extends BaseCheck {
  readonly id = 'localPrimaryOrder';
  readonly title = 'A leader proposes in order';
  private readonly histories: Histories;

  constructor(histories: Histories) {
    super();
    this.histories = histories;
  }

  protected fold(event: TraceEvent): void {
    this.histories.observe(event);
    if (event.type !== 'proposed') return;
    const { who, zxid } = event;
    const { proposedBefore } = this.histories;
    const proposes = `${who} proposes ${formatZxid(zxid)}`;
    if (proposedBefore === null) {
      const leader = this.histories.epoch(epochOf(zxid))?.leader ?? 'nobody';
      this.fail(event, `${proposes}, but ${leader} leads that epoch`);
    } else if (counterOf(zxid) !== proposedBefore + 1) {
      this.fail(event, `${proposes} after its proposal ${proposedBefore}`);
    }
  }
}
