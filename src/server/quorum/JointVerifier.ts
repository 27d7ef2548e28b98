/**
 * Quorums while a configuration is pending: one of the configuration in force and one of the next,
 * so that neither can go on without the other.
 * Source: SyncedLearnerTracker (its pairs of verifiers), QuorumPeer.getCurrentAndNextConfigVoters;
 * Shraer et al., "Dynamic Reconfiguration of Primary/Backup Clusters" (USENIX ATC 2012) §3.
 */

import type { Sid } from '../config.ts';
import type { QuorumVerifier } from './QuorumVerifier.ts';

export class JointVerifier implements QuorumVerifier {
  readonly voters: readonly Sid[];
  private readonly inForce: QuorumVerifier;
  private readonly next: QuorumVerifier;

  constructor(inForce: QuorumVerifier, next: QuorumVerifier) {
    this.inForce = inForce;
    this.next = next;
    this.voters = [...new Set([...inForce.voters, ...next.voters])].sort((a, b) => a - b);
  }

  isVoter(sid: number): boolean {
    return this.inForce.isVoter(sid) || this.next.isVoter(sid);
  }

  /** Only who may lead now can be elected. */
  weightOf(sid: number): number {
    return this.inForce.weightOf(sid);
  }

  containsQuorum(sids: ReadonlySet<Sid>): boolean {
    return this.inForce.containsQuorum(sids) && this.next.containsQuorum(sids);
  }
}
