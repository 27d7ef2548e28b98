/** TLA+ LocalPrimaryOrder: what one leader proposes is numbered and delivered in the order in which it proposed. */

import type { Zxid } from '../protocol/zxid.ts';
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
    if (event.type !== 'proposed') {
      this.histories.observe(event);
      return;
    }
    const { who, zxid } = event;
    const epoch = this.histories.epoch(epochOf(zxid));
    this.judge(event, who, zxid, epoch?.leader, epoch?.proposed ?? 0);
    this.histories.observe(event);
  }

  private judge(
    event: TraceEvent,
    who: string,
    zxid: Zxid,
    leader: string | undefined,
    proposed: number,
  ): void {
    if (leader !== who) {
      this.fail(event, `${who} proposes ${formatZxid(zxid)}, but ${leader ?? 'nobody'} leads then`);
    } else if (counterOf(zxid) !== proposed + 1) {
      this.fail(event, `${who} proposes ${formatZxid(zxid)} after its proposal ${proposed}`);
    }
  }
}
