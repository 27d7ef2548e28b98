/**
 * Committed means: on the disks of a quorum. Zab (DSN 2011) §III.C: a leader commits once a quorum
 * has acknowledged, and to acknowledge is to have logged. Voters are those of the newest
 * configuration in force, or those that have been seen to vote; quorums are majorities.
 */

import type { ParticipantId } from '../network/address.ts';
import type { Zxid } from '../protocol/zxid.ts';
import { formatZxid, ZERO_ZXID } from '../protocol/zxid.ts';
import { parseConfig } from '../server/DynamicConfig.ts';
import type { TraceEvent } from '../trace/TraceEvent.ts';
import { BaseCheck } from './Check.ts';

export class QuorumCommit extends BaseCheck {
  readonly id = 'quorumCommit';
  readonly title = 'Committed means on the disks of a quorum';
  /** The last zxid that was ever on its disk. A later history has greater ones only. */
  private readonly reached = new Map<ParticipantId, Zxid>();
  private voters = new Set<ParticipantId>();
  private version: Zxid = ZERO_ZXID;

  protected fold(event: TraceEvent): void {
    switch (event.type) {
      case 'voteCast':
        // Observers propose nobody, as the smallest number there is.
        if (event.leader >= 0 && this.version === 0) this.voters.add(event.who);
        return;
      case 'configActivated':
        return this.activate(event.config);
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
    if (zxid > (this.reached.get(who) ?? 0)) this.reached.set(who, zxid);
  }

  private activate(text: string): void {
    const config = parseConfig(text);
    if (!config.ok || config.value.version <= this.version) return;
    const { peers, version } = config.value;
    const voters = peers.filter(({ role }) => role === 'participant');
    this.version = version;
    this.voters = new Set(voters.map(({ sid }) => `S${sid}`));
  }

  private judge(event: TraceEvent, zxid: Zxid): void {
    let count = 0;
    for (const voter of this.voters) if ((this.reached.get(voter) ?? 0) >= zxid) count += 1;
    const needed = Math.floor(this.voters.size / 2) + 1;
    if (count >= needed) return;
    const has = `it is on ${count} disks of ${this.voters.size}`;
    this.fail(event, `${event.who} commits ${formatZxid(zxid)}, though ${has}`);
  }
}
