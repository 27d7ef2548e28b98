/**
 * Nobody votes for a server with a shorter history than its own, nor in one round for one worse
 * than before.
 * Source: FastLeaderElection.totalOrderPredicate: higher epoch, then higher zxid, then higher sid.
 */

import type { ParticipantId } from '../network/address.ts';
import { formatZxid, type Zxid } from '../protocol/zxid.ts';
import type { TraceEvent, TraceOf } from '../trace/TraceEvent.ts';
import { BaseCheck } from './Check.ts';

type VoteCast = TraceOf<'voteCast'>;

export class VoteOrder extends BaseCheck {
  readonly id = 'voteOrder';
  readonly title = 'Nobody votes for a shorter history';
  /** What each proposed when it began to look for a leader: itself. */
  private readonly own = new Map<ParticipantId, VoteCast>();
  private readonly last = new Map<ParticipantId, VoteCast>();

  protected fold(event: TraceEvent): void {
    if (event.type !== 'voteCast') return;
    const { who } = event;
    if (who === `S${event.leader}`) {
      // Rounds are counted anew after a restart, and from the leader's number after following one.
      this.own.set(who, event);
    } else {
      this.judge(event, this.own.get(who));
      const last = this.last.get(who);
      if (last?.electionEpoch === event.electionEpoch) this.judge(event, last);
    }
    this.last.set(who, event);
  }

  private judge(vote: VoteCast, other: VoteCast | undefined): void {
    if (other === undefined || compare(vote, other) >= 0) return;
    this.fail(vote, `${vote.who} votes for ${describe(vote)}, though it knows ${describe(other)}`);
  }
}

function compare(a: VoteCast, b: VoteCast): number {
  return a.peerEpoch - b.peerEpoch || a.zxid - b.zxid || a.leader - b.leader;
}

function describe({ leader, zxid, peerEpoch }: VoteCast): string {
  return `S${leader} (epoch ${peerEpoch}, ${formatZxid(zxid as Zxid)})`;
}
