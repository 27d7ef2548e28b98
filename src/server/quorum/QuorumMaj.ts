/** More than half of the voters are a quorum. Source: flexible.QuorumMaj. */

import type { Sid } from '../config.ts';
import type { QuorumVerifier } from './QuorumVerifier.ts';

export class QuorumMaj implements QuorumVerifier {
  readonly voters: readonly Sid[];
  private readonly voterSet: ReadonlySet<number>;

  constructor(voters: readonly Sid[]) {
    this.voters = voters;
    this.voterSet = new Set(voters);
  }

  isVoter(sid: number): boolean {
    return this.voterSet.has(sid);
  }

  weightOf(sid: number): number {
    return this.isVoter(sid) ? 1 : 0;
  }

  containsQuorum(sids: ReadonlySet<Sid>): boolean {
    let count = 0;
    for (const sid of sids) if (this.isVoter(sid)) count++;
    return 2 * count > this.voters.length;
  }
}
