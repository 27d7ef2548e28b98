/**
 * The learners of a leader, and who of them is told what: followers of proposals and commits,
 * observers of what is committed.
 * Source: Leader.learners, forwardingFollowers, observingLearners.
 */

import type { Zxid } from '../../protocol/zxid.ts';
import type { Sid } from '../config.ts';
import type { ConnectionId } from '../events.ts';
import type { LearnerHandler } from './LearnerHandler.ts';
import type { ConnectedLearner, SyncKind } from './LearnerMaster.ts';
import type { OutgoingPacket } from './packets.ts';
import type { QuorumVerifier } from './QuorumVerifier.ts';

export class Learners {
  private readonly handlers = new Map<ConnectionId, LearnerHandler>();
  private readonly forwarding = new Set<ConnectedLearner>();

  get size(): number {
    return this.handlers.size;
  }

  /** A copy: what is done with them may remove some. */
  get all(): readonly LearnerHandler[] {
    return [...this.handlers.values()];
  }

  get(connection: ConnectionId): LearnerHandler | undefined {
    return this.handlers.get(connection);
  }

  add(handler: LearnerHandler): void {
    this.handlers.set(handler.connection, handler);
  }

  /** False if it is none of them any more. */
  remove(handler: ConnectedLearner): boolean {
    this.forwarding.delete(handler);
    return this.handlers.delete(handler.connection);
  }

  startForwarding(handler: ConnectedLearner): void {
    this.forwarding.add(handler);
  }

  sendProposal(zxid: Zxid, outgoing: OutgoingPacket): void {
    for (const handler of this.forwarding) {
      if (!handler.isObserver) handler.sendProposal(zxid, outgoing);
    }
  }

  /** `inform`: made only if somebody observes. */
  sendCommit(commit: OutgoingPacket, inform: () => OutgoingPacket): void {
    let informing: OutgoingPacket | null = null;
    for (const handler of this.forwarding) {
      if (handler.isObserver) informing ??= inform();
      handler.send(handler.isObserver && informing !== null ? informing : commit);
    }
  }

  sendUpToDate(): void {
    for (const handler of this.handlers.values()) handler.sendUpToDate();
  }

  countSyncing(kind: SyncKind): number {
    return this.all.filter(({ syncing }) => syncing === kind).length;
  }

  /** Heard of lately. */
  aliveSids(): readonly Sid[] {
    return this.all.filter(({ isAlive }) => isAlive).map(({ sid }) => sid);
  }

  /** Those who have what the leader has, and could vote on what comes. */
  syncedFollowerSids(): readonly Sid[] {
    return this.all
      .filter(({ isSynced, isAlive, isObserver }) => isSynced && isAlive && !isObserver)
      .map(({ sid }) => sid);
  }

  counts(verifier: QuorumVerifier): {
    readonly learners: number;
    readonly syncedFollowers: number;
    readonly syncedNonVotingFollowers: number;
    readonly syncedObservers: number;
  } {
    const synced = this.all.filter(({ isSynced }) => isSynced);
    const followers = synced.filter(({ isObserver }) => !isObserver);
    const syncedFollowers = followers.filter(({ sid }) => verifier.isVoter(sid)).length;
    return {
      learners: this.size,
      syncedFollowers,
      syncedNonVotingFollowers: followers.length - syncedFollowers,
      syncedObservers: synced.length - followers.length,
    };
  }

  close(): void {
    for (const handler of this.handlers.values()) handler.close();
    this.handlers.clear();
    this.forwarding.clear();
  }
}
