/**
 * What a leader has proposed and not committed, in zxid order, and who has it in its log.
 * Source: Leader.outstandingProposals, Leader.Proposal, Leader.getDesignatedLeader.
 */

import type { Zxid } from '../../protocol/zxid.ts';
import type { Sid } from '../config.ts';
import { type DynamicConfig, isVoterOf, quorumAddressOf } from '../DynamicConfig.ts';
import type { Proposal } from '../replication.ts';
import type { OutgoingPacket } from './packets.ts';
import type { QuorumVerifier } from './QuorumVerifier.ts';
import { SyncedLearnerTracker } from './SyncedLearnerTracker.ts';

export interface Outstanding {
  readonly proposal: Proposal;
  readonly outgoing: OutgoingPacket;
  readonly acks: SyncedLearnerTracker;
}

export class OutstandingProposals {
  private readonly byZxid = new Map<Zxid, Outstanding>();

  get size(): number {
    return this.byZxid.size;
  }

  /** `verifier`: whose acknowledgements it waits for. */
  add(proposal: Proposal, outgoing: OutgoingPacket, verifier: QuorumVerifier): void {
    const acks = new SyncedLearnerTracker(verifier);
    this.byZxid.set(proposal.zxid, { proposal, outgoing, acks });
  }

  /** Null if that is no news, as when a quorum without `from` has it. */
  ack(from: Sid, zxid: Zxid): Outstanding | null {
    const outstanding = this.byZxid.get(zxid);
    return outstanding?.acks.addAck(from) ? outstanding : null;
  }

  /** A learner that is synchronised again may lose the end of its log. */
  takeBackAcks(of: Sid): Iterable<Outstanding> {
    for (const { acks } of this.byZxid.values()) acks.removeAck(of);
    return this.byZxid.values();
  }

  /** Removes the oldest if a quorum has it. */
  takeCommitted(): Outstanding | null {
    for (const [zxid, outstanding] of this.byZxid) {
      if (!outstanding.acks.hasQuorum()) return null;
      this.byZxid.delete(zxid);
      return outstanding;
    }
    return null;
  }

  /**
   * A new configuration is in force. What was proposed while it was pending needs it alone.
   * Departs: ZooKeeper goes on waiting for the old one as well, though it is gone.
   */
  judgeBy(verifier: QuorumVerifier): void {
    for (const { acks } of this.byZxid.values()) acks.judgeBy(verifier);
  }

  /**
   * Who leads once a reconfiguration is committed: this leader if it stays a voter at its address,
   * else of the voters that have the reconfiguration (`acks`) the one that has most of what was
   * proposed after it.
   */
  designatedLeader(
    leader: Sid,
    { from, to }: { readonly from: DynamicConfig; readonly to: DynamicConfig },
    acks: SyncedLearnerTracker,
  ): Sid {
    if (quorumAddressOf(to, leader) === quorumAddressOf(from, leader)) return leader;
    let left = acks.sids().filter((sid) => sid !== leader && isVoterOf(to, sid));
    for (const { acks } of this.byZxid.values()) {
      const having = left.filter((sid) => acks.hasSid(sid));
      if (having.length === 0) break;
      left = having;
    }
    return left[0] ?? leader;
  }
}
