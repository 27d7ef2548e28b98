/**
 * Voters stand in groups and have weights: a quorum has more than half of the weight in more than
 * half of the groups. Groups without weight do not count. Source: flexible.QuorumHierarchical.
 */

import { assert } from '../../base/assert.ts';
import type { PeerSpec, Sid } from '../config.ts';
import type { QuorumVerifier } from './QuorumVerifier.ts';

const DEFAULT_WEIGHT = 1;

interface Seat {
  readonly group: number;
  readonly weight: number;
}

export class QuorumHierarchical implements QuorumVerifier {
  readonly voters: readonly Sid[];
  private readonly seats = new Map<number, Seat>();
  /** Only groups that have weight. */
  private readonly groupWeights = new Map<number, number>();

  /** `voters`: participants, each with a group. */
  constructor(voters: readonly PeerSpec[]) {
    this.voters = voters.map((peer) => peer.sid);
    for (const { sid, group, weight = DEFAULT_WEIGHT } of voters) {
      assert(group !== undefined, `voter ${sid} is in no group`);
      assert(Number.isInteger(weight) && weight >= 0, `weight ${weight} of voter ${sid}`);
      this.seats.set(sid, { group, weight });
      if (weight > 0) this.groupWeights.set(group, (this.groupWeights.get(group) ?? 0) + weight);
    }
  }

  isVoter(sid: number): boolean {
    return this.seats.has(sid);
  }

  weightOf(sid: number): number {
    return this.seats.get(sid)?.weight ?? 0;
  }

  containsQuorum(sids: ReadonlySet<Sid>): boolean {
    const gathered = new Map<number, number>();
    for (const sid of sids) {
      const seat = this.seats.get(sid);
      if (seat) gathered.set(seat.group, (gathered.get(seat.group) ?? 0) + seat.weight);
    }
    let satisfied = 0;
    for (const [group, weight] of this.groupWeights) {
      if (2 * (gathered.get(group) ?? 0) > weight) satisfied++;
    }
    return 2 * satisfied > this.groupWeights.size;
  }
}
