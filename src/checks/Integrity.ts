/** TLA+ Integrity: what a server delivers, a leader has proposed before. Zab (DSN 2011) §III. */

import type { Zxid } from '../protocol/zxid.ts';
import { counterOf, epochOf, formatZxid } from '../protocol/zxid.ts';
import type { TraceEvent } from '../trace/TraceEvent.ts';
import { BaseCheck } from './Check.ts';
import type { Histories } from './Histories.ts';

export class Integrity extends BaseCheck {
  readonly id = 'integrity';
  readonly title = 'Only what was proposed is committed';
  private readonly histories: Histories;
  /** What the disks held when the run began was proposed before it. */
  private oldest: Zxid | null = null;
  private hasElected = false;

  constructor(histories: Histories) {
    super();
    this.histories = histories;
  }

  protected fold(event: TraceEvent): void {
    this.histories.observe(event);
    switch (event.type) {
      case 'recovered':
        if (!this.hasElected && event.lastZxid > (this.oldest ?? 0)) this.oldest = event.lastZxid;
        return;
      case 'leaderEstablished':
        this.hasElected = true;
        return;
      case 'committed':
      case 'applied': {
        const { zxid, who, type } = event;
        const proposed = this.histories.epoch(epochOf(zxid))?.proposed ?? 0;
        if (counterOf(zxid) <= proposed || zxid <= (this.oldest ?? 0)) return;
        this.fail(event, `${who} ${type} ${formatZxid(zxid)}, which no leader has proposed`);
        return;
      }
      default:
        return;
    }
  }
}
