/**
 * Committed means: on the disks of a quorum. Zab (DSN 2011) §III.C: a leader commits once a quorum
 * has acknowledged, and to acknowledge is to have logged. Voters are those that have been seen to
 * vote; quorums are majorities.
 */

import type { ParticipantId } from '../network/address.ts';
import type { Zxid } from '../protocol/zxid.ts';
import { formatZxid } from '../protocol/zxid.ts';
import type { TraceEvent } from '../trace/TraceEvent.ts';
import { BaseCheck } from './Check.ts';

export class QuorumCommit extends BaseCheck {
  readonly id = 'quorumCommit';
  readonly title = 'Committed means on the disks of a quorum';
  /** Per voter, the last zxid that was ever on its disk. A later history has greater ones only. */
  private readonly reached = new Map<ParticipantId, Zxid | 0>();
  private readonly early = new Map<ParticipantId, Zxid>();

  protected fold(event: TraceEvent): void {
    switch (event.type) {
      case 'voteCast':
        // Observers propose nobody, as the smallest number there is.
        if (event.leader >= 0 && !this.reached.has(event.who)) {
          this.reached.set(event.who, this.early.get(event.who) ?? 0);
        }
        return;
      case 'recovered':
        return this.reach(event.who, event.lastZxid);
      case 'logged':
      case 'snapshotTaken':
        return this.reach(event.who, event.zxid);
      case 'committed':
        return this.judge(event, event.zxid);
      default:
        return;
    }
  }

  private reach(who: ParticipantId, zxid: Zxid): void {
    const table = this.reached.has(who) ? this.reached : this.early;
    if (zxid > (table.get(who) ?? 0)) table.set(who, zxid);
  }

  private judge(event: TraceEvent, zxid: Zxid): void {
    let count = 0;
    for (const last of this.reached.values()) if (last >= zxid) count += 1;
    const needed = Math.floor(this.reached.size / 2) + 1;
    if (count >= needed) return;
    const has = `it is on ${count} disks of ${this.reached.size}`;
    this.fail(event, `${event.who} commits ${formatZxid(zxid)}, though ${has}`);
  }
}
