/**
 * Finds the server with the longest history among a quorum, or the leader that a quorum follows.
 * Source: FastLeaderElection.lookForLeader and its WorkerReceiver.
 *
 * Rounds are numbered by a logical clock that lives in memory only. In a round everybody proposes
 * the best candidate that it has heard of; when a quorum proposes the same and 200 ms bring nothing
 * better, the round is decided. A server that comes late is told the outcome by those who have one.
 */

import { assert } from '../../base/assert.ts';
import { RingBuffer } from '../../base/RingBuffer.ts';
import type { Notification, PeerState } from '../../protocol/notification.ts';
import {
  decodeNotification,
  encodeNotification,
  NOTIFICATION_VERSION,
} from '../../protocol/notification.ts';
import type { Zxid } from '../../protocol/zxid.ts';
import { NO_ZXID, ZERO_ZXID } from '../../protocol/zxid.ts';
import type { Sid } from '../config.ts';
import type { ServerContext } from '../context.ts';
import { type DynamicConfig, hasSamePeers, parseConfig } from '../DynamicConfig.ts';
import type { ElectionLinks } from './ElectionLinks.ts';
import type { Membership } from './Membership.ts';
import { SyncedLearnerTracker } from './SyncedLearnerTracker.ts';
import type { Candidate, Vote } from './Vote.ts';
import { isSameVote, NO_CANDIDATE, totalOrderPredicate } from './Vote.ts';

export const NOTIFICATION_INTERVAL_MIN_MS = 200;
export const NOTIFICATION_INTERVAL_MAX_MS = 60_000;
/** Kept while no round is open; the oldest is dropped (QuorumCnxManager's RECV_CAPACITY). */
const RECEIVED_MAX = 100;

interface Received {
  readonly from: Sid;
  readonly notification: Notification;
}

export interface ElectionOptions {
  readonly context: ServerContext;
  readonly membership: Membership;
  readonly links: ElectionLinks;
  /** What this server is doing now. */
  readonly state: () => PeerState;
  readonly onDecided: (leader: Sid) => void;
  /** A later configuration is in force. */
  readonly onConfig: (config: DynamicConfig) => void;
}

export class FastLeaderElection {
  private readonly options: ElectionOptions;
  private readonly sid: Sid;
  private logicalClock = 0;
  /** `finalizing`: a quorum agrees, and something better may still come. */
  private phase: 'closed' | 'open' | 'finalizing' = 'closed';
  private lastZxid = ZERO_ZXID;
  private currentEpoch = 0;
  private initial: Candidate = NO_CANDIDATE;
  private proposal: Candidate = NO_CANDIDATE;
  /** The outcome of the last round: what is told to those who look while this server does not. */
  private currentVote: Vote | null = null;
  private recvset = new Map<Sid, Vote>();
  private outofelection = new Map<Sid, Vote>();
  private intervalMs = NOTIFICATION_INTERVAL_MIN_MS;
  private readonly received = new RingBuffer<Received>(RECEIVED_MAX);

  constructor(options: ElectionOptions) {
    this.options = options;
    this.sid = options.context.config.sid;
  }

  /** Opens a round. `lastZxid`: end of the log. */
  lookForLeader(lastZxid: Zxid, currentEpoch: number): void {
    assert(this.phase === 'closed', 'a round is open');
    this.lastZxid = lastZxid;
    this.currentEpoch = currentEpoch;
    this.logicalClock++;
    this.initial = this.options.membership.inForce.isVoter(this.sid)
      ? { leader: this.sid, zxid: lastZxid, peerEpoch: currentEpoch }
      : NO_CANDIDATE;
    this.recvset = new Map();
    this.outofelection = new Map();
    this.intervalMs = NOTIFICATION_INTERVAL_MIN_MS;
    this.phase = 'open';
    this.propose(this.initial);
    this.awaitNotification();
    this.checkQuorum();
    this.takeReceived();
  }

  /** A reconfiguration has named the leader, so that nobody needs to look for one. */
  accept(candidate: Candidate): void {
    assert(this.phase === 'closed', 'a round is open');
    const electionEpoch = this.logicalClock;
    this.currentVote = { ...candidate, electionEpoch, state: 'LOOKING', version: 0 };
    this.options.onDecided(candidate.leader);
  }

  /** The leader's epoch begins: those who ask later must hear the same vote from everybody. */
  updateElectionVote(epoch: number): void {
    assert(this.currentVote, 'no leader was elected');
    this.currentVote = { ...this.currentVote, peerEpoch: epoch };
  }

  onPacket(from: Sid, bytes: Uint8Array): void {
    const decoded = decodeNotification(bytes);
    if (!decoded.ok) {
      this.refuse(from, 'NOTIFICATION', decoded.error.message);
      return;
    }
    const n = decoded.value;
    const { state, leader, zxid, peerEpoch, electionEpoch } = n;
    const vote = { state, leader, zxid, peerEpoch, electionEpoch };
    this.options.context.trace({ type: 'voteReceived', from, ...vote });
    this.adopt(n.config);
    if (!this.options.membership.verifier.isVoter(from)) {
      this.answer(from);
    } else if (this.options.state() !== 'LOOKING') {
      if (n.state === 'LOOKING') this.answer(from);
    } else {
      if (n.state === 'LOOKING' && n.electionEpoch < this.logicalClock) this.answer(from);
      this.received.push({ from, notification: n });
      this.takeReceived();
    }
  }

  /**
   * A configuration that others work by is later than the one here. With other members in it the
   * round begins anew.
   */
  private adopt(text: string | null): void {
    const { membership, onConfig } = this.options;
    if (text === null || text === membership.text || this.options.state() !== 'LOOKING') return;
    const config = parseConfig(text);
    if (!config.ok || config.value.version <= membership.committed.version) return;
    const hasChanged = !hasSamePeers(config.value, membership.committed);
    onConfig(config.value);
    if (!hasChanged || this.phase === 'closed') return;
    this.options.context.cancelTimer('finalizeWait');
    this.phase = 'closed';
    this.lookForLeader(this.lastZxid, this.currentEpoch);
  }

  /** Silence: say it again, and dial those who are not connected. */
  onNotificationTimer(): void {
    if (this.phase !== 'open') return;
    this.broadcast();
    this.intervalMs = Math.min(2 * this.intervalMs, NOTIFICATION_INTERVAL_MAX_MS);
    this.awaitNotification();
  }

  onFinalizeTimer(): void {
    if (this.phase !== 'finalizing') return;
    const vote = this.ownVote();
    this.decide(vote, this.trackerFor(this.recvset, vote));
  }

  private takeReceived(): void {
    while (this.phase !== 'closed') {
      const next = this.received.shift();
      if (next === undefined) return;
      this.onNotification(next.from, next.notification);
    }
  }

  private onNotification(from: Sid, n: Notification): void {
    const { context } = this.options;
    const { verifier } = this.options.membership;
    if (this.phase === 'finalizing') {
      if (!this.isBetterOfThisRound(n)) {
        context.setTimer('finalizeWait', context.config.finalizeWaitMs);
        return;
      }
      context.cancelTimer('finalizeWait');
      this.phase = 'open';
    }
    if (!verifier.isVoter(n.leader)) {
      this.refuse(from, 'NOTIFICATION', 'the proposed leader may not vote');
    } else if (n.state === 'LOOKING') {
      this.onLooking(from, n);
    } else if (n.state !== 'OBSERVING') {
      this.onDecidedElsewhere(from, n);
    }
    if (this.phase === 'open') this.checkQuorum();
    if (this.phase === 'open') this.awaitNotification();
  }

  /**
   * Departs: what is of an earlier round or names nobody who may vote does not end the wait; in
   * ZooKeeper it does, and the agreement is looked at again with the next message only.
   */
  private isBetterOfThisRound(n: Notification): boolean {
    const { verifier } = this.options.membership;
    return (
      verifier.isVoter(n.leader) &&
      n.electionEpoch >= this.logicalClock &&
      totalOrderPredicate(n, this.proposal, verifier)
    );
  }

  private onLooking(from: Sid, n: Notification): void {
    if (this.initial.zxid === NO_ZXID || n.zxid === NO_ZXID) {
      this.refuse(from, 'NOTIFICATION', 'data may have been lost');
      return;
    }
    const { verifier } = this.options.membership;
    if (n.electionEpoch < this.logicalClock) return;
    if (n.electionEpoch > this.logicalClock) {
      this.logicalClock = n.electionEpoch;
      this.recvset.clear();
      this.propose(totalOrderPredicate(n, this.initial, verifier) ? n : this.initial);
    } else if (totalOrderPredicate(n, this.proposal, verifier)) {
      this.propose(n);
    }
    this.recvset.set(from, voteOf(n));
  }

  /** Somebody has a leader: join it if a quorum follows it and it says itself that it leads. */
  private onDecidedElsewhere(from: Sid, n: Notification): void {
    const vote = voteOf(n);
    if (n.electionEpoch === this.logicalClock) {
      this.recvset.set(from, vote);
      if (this.join(this.recvset, vote)) return;
    }
    this.outofelection.set(from, vote);
    this.join(this.outofelection, vote);
  }

  /**
   * Departs: a quorum of the configuration in force is enough to follow a leader, whose own quorums
   * decide. ZooKeeper asks for one of the pending configuration as well, so that a server which
   * alone knows of it stays out for ever.
   */
  private join(votes: ReadonlyMap<Sid, Vote>, vote: Vote): boolean {
    const tracker = this.trackerFor(votes, vote, this.options.membership.inForce);
    if (!tracker.hasQuorum() || !this.checkLeader(votes, vote)) return false;
    this.logicalClock = vote.electionEpoch;
    this.decide(vote, tracker);
    return true;
  }

  private checkLeader(votes: ReadonlyMap<Sid, Vote>, vote: Vote): boolean {
    if (vote.leader === this.sid) return vote.electionEpoch === this.logicalClock;
    return votes.get(vote.leader)?.state === 'LEADING';
  }

  private checkQuorum(): void {
    if (!this.trackerFor(this.recvset, this.ownVote()).hasQuorum()) return;
    this.phase = 'finalizing';
    const { context } = this.options;
    context.cancelTimer('notification');
    context.setTimer('finalizeWait', context.config.finalizeWaitMs);
  }

  private trackerFor(
    votes: ReadonlyMap<Sid, Vote>,
    vote: Vote,
    verifier = this.options.membership.verifier,
  ): SyncedLearnerTracker {
    const tracker = new SyncedLearnerTracker(verifier);
    for (const [sid, other] of votes) if (isSameVote(vote, other)) tracker.addAck(sid);
    return tracker;
  }

  private decide(vote: Vote, tracker: SyncedLearnerTracker): void {
    const { context, onDecided } = this.options;
    const { leader, electionEpoch } = vote;
    this.phase = 'closed';
    this.currentVote = vote;
    this.received.clear();
    context.cancelTimer('notification');
    context.cancelTimer('finalizeWait');
    context.trace({ type: 'electionDecided', leader, electionEpoch, voters: tracker.sids() });
    onDecided(leader);
  }

  private propose(candidate: Candidate): void {
    const { leader, zxid, peerEpoch } = candidate;
    this.proposal = { leader, zxid, peerEpoch };
    if (this.options.membership.verifier.isVoter(this.sid)) {
      this.recvset.set(this.sid, this.ownVote());
      const electionEpoch = this.logicalClock;
      this.options.context.trace({ type: 'voteCast', ...this.proposal, electionEpoch });
    }
    this.broadcast();
  }

  private ownVote(): Vote {
    const electionEpoch = this.logicalClock;
    return { ...this.proposal, electionEpoch, state: 'LOOKING', version: NOTIFICATION_VERSION };
  }

  private broadcast(): void {
    for (const voter of this.options.membership.verifier.voters) {
      if (voter !== this.sid) this.sendVote(voter, this.ownVote());
    }
  }

  /**
   * Departs: while a round is open its proposal is the answer to non-voters as well; ZooKeeper
   * gives them the outcome of the round before.
   */
  private answer(to: Sid): void {
    const state = this.options.state();
    if (state !== 'LOOKING') {
      assert(this.currentVote, 'no leader was elected');
      this.sendVote(to, { ...this.currentVote, state });
    } else if (this.phase !== 'closed') {
      this.sendVote(to, this.ownVote());
    }
  }

  private sendVote(to: Sid, vote: Vote): void {
    const bytes = encodeNotification({ ...vote, config: this.options.membership.text });
    const what = vote.leader < 0 ? 'no vote' : `vote for S${vote.leader}`;
    const text = vote.state === 'LOOKING' ? what : `${vote.state}, ${what}`;
    const summary = { kind: 'NOTIFICATION', text } as const;
    this.options.links.send(to, {
      bytes,
      summary: vote.zxid < 0 ? summary : { ...summary, zxid: vote.zxid },
    });
  }

  private awaitNotification(): void {
    this.options.context.setTimer('notification', this.intervalMs);
  }

  private refuse(from: Sid, what: string, reason: string): void {
    this.options.context.trace({ type: 'refused', from, what, reason });
  }
}

function voteOf(n: Notification): Vote {
  const { leader, zxid, peerEpoch, electionEpoch, state, version } = n;
  return { leader, zxid, peerEpoch, electionEpoch, state, version };
}
