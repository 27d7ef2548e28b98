/**
 * Which sets of voters are a quorum. Any two quorums intersect. Source: flexible.QuorumVerifier.
 */

import type { Sid } from '../config.ts';

export interface QuorumVerifier {
  /** In ascending order. */
  readonly voters: readonly Sid[];
  isVoter(sid: number): boolean;
  /** 0 for a server that may never lead, and for one that is no voter. */
  weightOf(sid: number): number;
  /** Sids that are no voters do not count. */
  containsQuorum(sids: ReadonlySet<Sid>): boolean;
}
