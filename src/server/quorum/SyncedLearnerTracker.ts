/** Collects acknowledgements until they are a quorum. Source: SyncedLearnerTracker. */

import type { Sid } from '../config.ts';
import type { QuorumVerifier } from './QuorumVerifier.ts';

export class SyncedLearnerTracker {
  private verifier: QuorumVerifier;
  private readonly acks = new Set<Sid>();

  constructor(verifier: QuorumVerifier) {
    this.verifier = verifier;
  }

  get size(): number {
    return this.acks.size;
  }

  /** Only voters count. Returns whether it is news. */
  addAck(sid: Sid): boolean {
    if (!this.verifier.isVoter(sid) || this.acks.has(sid)) return false;
    this.acks.add(sid);
    return true;
  }

  /** From now on another rule decides; whom it does not know does not count. */
  judgeBy(verifier: QuorumVerifier): void {
    this.verifier = verifier;
    for (const sid of [...this.acks]) if (!verifier.isVoter(sid)) this.acks.delete(sid);
  }

  removeAck(sid: Sid): void {
    this.acks.delete(sid);
  }

  hasSid(sid: Sid): boolean {
    return this.acks.has(sid);
  }

  hasQuorum(): boolean {
    return this.verifier.containsQuorum(this.acks);
  }

  /** In ascending order. */
  sids(): Sid[] {
    return [...this.acks].sort((a, b) => a - b);
  }
}
