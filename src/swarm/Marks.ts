/**
 * *Sometimes* properties: situations that a swarm must get into now and then, or its silence proves
 * nothing. A fold over the trace of one run that notes which of them it has seen.
 */

import { isServerId, type ParticipantId } from '../network/address.ts';
import type { TraceEvent, TraceOf } from '../trace/TraceEvent.ts';

export const MARKS = [
  'DIFF',
  'TRUNC',
  'SNAP',
  'split vote',
  'vote changed in a round',
  'leader stepped down',
  'quorum lost',
  'follower lost its leader',
  'proposal of an old leader committed by a new one',
  'observer synced',
  'torn tail cut',
  'unsynced writes lost',
  'restarted from snapshot and log',
  'disk wiped',
  'session moved',
  'session expired',
  'connection lost with requests under way',
  'watch fired',
  'watch fired after reconnect',
  'multi failed',
  'multi succeeded',
  'lock handed over',
  'lock lost with its session',
] as const;

export type Mark = (typeof MARKS)[number];

const CONNECTION_LOSS = -4;

export class Marks {
  readonly seen = new Set<Mark>();
  private readonly votes = new Map<ParticipantId, { epoch: number; leader: number }>();
  private readonly candidates = new Map<
    ParticipantId,
    { epoch: number; from: Map<number, number> }
  >();
  /** Who held each lock last, and whether it has let go of it. */
  private readonly holders = new Map<string, { who: ParticipantId; holds: boolean }>();
  private readonly opened = new Map<string, number>();
  private readonly positions = new Map<ParticipantId, number>();
  private committed = 0;

  observe(event: TraceEvent): void {
    if (isServerId(event.who)) this.onServer(event);
    else this.onClientOrFault(event);
  }

  private onServer(event: TraceEvent): void {
    switch (event.type) {
      case 'learnerSyncing':
        return this.onSyncing(event);
      case 'learnerSynced':
        return this.mark('observer synced', event.observer);
      case 'voteCast': {
        const last = this.votes.get(event.who);
        const { electionEpoch: epoch, leader } = event;
        this.mark('vote changed in a round', last?.epoch === epoch && last.leader !== leader);
        this.votes.set(event.who, { epoch, leader });
        return;
      }
      case 'voteReceived':
        return this.onVote(event);
      case 'roleEnded':
        this.mark('leader stepped down', event.state === 'LEADING');
        return this.mark('follower lost its leader', event.state === 'FOLLOWING');
      case 'quorumChecked':
        return this.mark('quorum lost', !event.hasQuorum);
      case 'recovered':
        this.positions.set(event.who, event.lastZxid);
        this.mark('torn tail cut', event.cutBytes > 0);
        return this.mark(
          'restarted from snapshot and log',
          event.snapshotZxid > 0 && event.lastZxid > event.snapshotZxid,
        );
      case 'applied':
      case 'truncated':
      case 'snapshotLoaded':
        this.positions.set(event.who, event.zxid);
        return;
      case 'leaderEstablished': {
        const end = this.positions.get(event.who) ?? 0;
        return this.mark('proposal of an old leader committed by a new one', end > this.committed);
      }
      case 'committed':
        this.committed = Math.max(this.committed, event.zxid);
        return;
      case 'sessionMoved':
        return this.mark('session moved', true);
      case 'sessionExpired':
        return this.mark('session expired', true);
      case 'connectionOpened':
        this.opened.set(event.sessionId, (this.opened.get(event.sessionId) ?? 0) + 1);
        return;
      case 'watchFired': {
        this.mark('watch fired', true);
        const isLater = (this.opened.get(event.sessionId) ?? 0) > 1;
        return this.mark('watch fired after reconnect', isLater);
      }
      default:
        return;
    }
  }

  private onClientOrFault(event: TraceEvent): void {
    switch (event.type) {
      case 'unsyncedLost':
        return this.mark('unsynced writes lost', true);
      case 'diskWiped':
        return this.mark('disk wiped', true);
      case 'operationDone':
        this.mark('connection lost with requests under way', event.error === CONNECTION_LOSS);
        if (event.op !== 'multi') return;
        this.mark('multi succeeded', event.error === 0);
        return this.mark('multi failed', event.error < -4);
      case 'clientStateChanged':
        if (event.state !== 'expired') return;
        for (const { who, holds } of this.holders.values()) {
          this.mark('lock lost with its session', holds && who === event.who);
        }
        return;
      case 'belief':
        return this.onBelief(event);
      default:
        return;
    }
  }

  private onSyncing({ mode, zxid, learnerZxid }: TraceOf<'learnerSyncing'>): void {
    this.mark('TRUNC', mode === 'TRUNC');
    this.mark('SNAP', mode === 'SNAP');
    this.mark('DIFF', mode === 'DIFF' && learnerZxid < zxid);
  }

  /** Votes for two others, neither of them the receiver's own, in one round. */
  private onVote({
    who,
    from,
    state,
    leader,
    electionEpoch: epoch,
  }: TraceOf<'voteReceived'>): void {
    if (state !== 'LOOKING') return;
    let known = this.candidates.get(who);
    if (known === undefined || known.epoch !== epoch) {
      known = { epoch, from: new Map() };
      this.candidates.set(who, known);
    }
    known.from.set(from, leader);
    this.mark('split vote', new Set(known.from.values()).size > 1);
  }

  private onBelief({ who, recipe, path, holds }: TraceOf<'belief'>): void {
    if (recipe !== 'lock') return;
    const holder = this.holders.get(path);
    if (!holds && holder?.who !== who) return;
    this.mark('lock handed over', holds && holder !== undefined && holder.who !== who);
    this.holders.set(path, { who, holds });
  }

  private mark(mark: Mark, isSeen: boolean): void {
    if (isSeen) this.seen.add(mark);
  }
}
