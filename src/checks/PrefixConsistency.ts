/**
 * TLA+ PrefixConsistency: of the histories that any two servers have delivered, one begins with the
 * other. And what a server has committed it never gives up, except with its disk.
 */

import type { ParticipantId } from '../network/address.ts';
import type { Zxid } from '../protocol/zxid.ts';
import { formatZxid, ZERO_ZXID } from '../protocol/zxid.ts';
import type { TraceEvent } from '../trace/TraceEvent.ts';
import { BaseCheck, seconds } from './Check.ts';
import type { Histories } from './Histories.ts';

interface Commit {
  readonly zxid: Zxid;
  readonly who: ParticipantId;
  readonly atUs: number;
}

export class PrefixConsistency extends BaseCheck {
  readonly id = 'prefixConsistency';
  readonly title = 'Logs agree';
  private readonly histories: Histories;
  private longest: Commit = { zxid: ZERO_ZXID, who: '', atUs: 0 };
  private readonly committed = new Map<ParticipantId, Zxid>();

  constructor(histories: Histories) {
    super();
    this.histories = histories;
  }

  protected fold(event: TraceEvent): void {
    this.histories.observe(event);
    switch (event.type) {
      case 'committed':
        this.committed.set(event.who, event.zxid);
        return this.compare(event, event);
      case 'diskWiped':
        this.committed.delete(event.target);
        return;
      case 'truncated':
      case 'snapshotLoaded': {
        const { who, zxid } = event;
        const own = this.committed.get(who) ?? ZERO_ZXID;
        if (this.histories.contains(zxid, own)) return;
        const [to, lost] = [formatZxid(zxid), formatZxid(own)];
        this.fail(event, `${who} goes to ${to} and gives up ${lost}, which it had committed`);
        return;
      }
      default:
        return;
    }
  }

  private compare(event: TraceEvent, commit: Commit): void {
    const { longest, histories } = this;
    const isLonger = commit.zxid > longest.zxid;
    const [short, long] = isLonger ? [longest, commit] : [commit, longest];
    if (isLonger) this.longest = commit;
    if (histories.contains(long.zxid, short.zxid)) return;
    const { who, zxid } = short;
    const other = `${long.who} committed up to ${formatZxid(long.zxid)} at ${seconds(long.atUs)}`;
    const one = `${who} committed ${formatZxid(zxid)} at ${seconds(short.atUs)}`;
    this.fail(event, `histories differ: ${one}, ${other} without it`);
  }
}
