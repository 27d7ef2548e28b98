/**
 * The tree that all histories of a run form. A leader's proposals follow each other, and its first
 * follows the history with which it was established; so one entry per epoch tells the predecessor
 * of every zxid. Also where each server is.
 * Source: Zab (DSN 2011) §III; `history` and `lastProcessed` of ZooKeeper's TLA+ specification.
 *
 * Shared by several checks: each hands it every event, the first one counts.
 */

import type { ParticipantId } from '../network/address.ts';
import type { Zxid } from '../protocol/zxid.ts';
import { counterOf, epochOf, makeZxid } from '../protocol/zxid.ts';
import type { TraceEvent } from '../trace/TraceEvent.ts';
import { BoundedMap } from './BoundedMap.ts';

export interface Epoch {
  readonly leader: ParticipantId;
  readonly establishedUs: number;
  /** End of the leader's history when it was established. */
  readonly base: Zxid;
  /** Counter of its last proposal; 0 before the first. */
  proposed: number;
}

const EPOCHS_MAX = 4096;

export class Histories {
  /** Of the last event: where its server was before it. Null if it is not known. */
  before: Zxid | null = null;
  /**
   * Of the last event, a proposal: the counter of its leader's proposal before it. Null if it does
   * not lead.
   */
  proposedBefore: number | null = null;
  /** The newest epoch with an established leader; 0 before the first. */
  newestEpoch = 0;
  private last: TraceEvent | null = null;
  private readonly epochs = new BoundedMap<number, Epoch>(EPOCHS_MAX);
  private readonly positions = new Map<ParticipantId, Zxid>();

  observe(event: TraceEvent): void {
    if (event === this.last) return;
    this.last = event;
    switch (event.type) {
      case 'processStarted':
        this.positions.delete(event.target);
        return;
      case 'recovered':
        return this.move(event.who, event.lastZxid);
      case 'applied':
      case 'truncated':
      case 'snapshotLoaded':
        return this.move(event.who, event.zxid);
      case 'leaderEstablished':
        return this.begin(event.epoch, event.who, event.atUs);
      case 'proposed': {
        const epoch = this.epochs.get(epochOf(event.zxid));
        this.proposedBefore = epoch?.leader === event.who ? epoch.proposed : null;
        if (epoch?.leader === event.who) epoch.proposed = counterOf(event.zxid);
        return;
      }
      default:
        return;
    }
  }

  epoch(number: number): Epoch | undefined {
    return this.epochs.get(number);
  }

  /** End of the history that is in a server's database; undefined while its process is down. */
  position(server: ParticipantId): Zxid | undefined {
    return this.positions.get(server);
  }

  /** What comes right before it in every history that has it; null if the run did not show it. */
  predecessor(zxid: Zxid): Zxid | null {
    const counter = counterOf(zxid);
    const epoch = epochOf(zxid);
    if (counter > 1) return makeZxid(epoch, counter - 1);
    return this.epochs.get(epoch)?.base ?? null;
  }

  /** Whether the history that ends with `end` has `zxid`. True where the run did not show it. */
  contains(end: Zxid, zxid: Zxid): boolean {
    const epoch = epochOf(zxid);
    let at = end;
    while (epochOf(at) > epoch) {
      const base = this.epochs.get(epochOf(at))?.base;
      if (base === undefined) return true;
      at = base;
    }
    return at >= zxid;
  }

  private begin(number: number, leader: ParticipantId, establishedUs: number): void {
    if (this.epochs.get(number) !== undefined) return;
    const base = this.positions.get(leader) ?? makeZxid(0, 0);
    this.epochs.set(number, { leader, establishedUs, base, proposed: 0 });
    this.newestEpoch = Math.max(this.newestEpoch, number);
  }

  private move(server: ParticipantId, zxid: Zxid): void {
    this.before = this.positions.get(server) ?? null;
    this.positions.set(server, zxid);
  }
}
