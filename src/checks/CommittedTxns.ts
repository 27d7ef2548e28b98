/**
 * The one history of the ensemble, as it grows: each txn once, in zxid order, when the first server
 * commits it. Shared like Histories.
 */

import { decodeTxn, type Txn } from '../protocol/txns.ts';
import type { Zxid } from '../protocol/zxid.ts';
import { ZERO_ZXID } from '../protocol/zxid.ts';
import type { TraceEvent } from '../trace/TraceEvent.ts';
import type { Histories } from './Histories.ts';

/** A leader has no more proposals outstanding. */
const PROPOSALS_MAX = 200_000;

export class CommittedTxns {
  /** What the last event added to the history. */
  fresh: readonly Txn[] = [];
  end: Zxid = ZERO_ZXID;
  private readonly histories: Histories;
  private readonly proposals = new Map<Zxid, Uint8Array>();
  private last: TraceEvent | null = null;

  constructor(histories: Histories) {
    this.histories = histories;
  }

  observe(event: TraceEvent): void {
    if (event === this.last) return;
    this.last = event;
    this.histories.observe(event);
    if (this.fresh.length > 0) this.fresh = [];
    if (event.type === 'proposed') {
      if (this.proposals.size < PROPOSALS_MAX) this.proposals.set(event.zxid, event.txn);
    } else if (event.type === 'committed') {
      this.commit(event.zxid);
    } else if (event.type === 'leaderEstablished') {
      // A quorum has all of its history, be it that no server says so: after a restart none knows
      // what was news.
      this.commit(this.histories.epoch(event.epoch)?.base ?? ZERO_ZXID);
    }
  }

  private commit(zxid: Zxid): void {
    if (zxid <= this.end) return;
    this.fresh = this.take(zxid);
    this.end = zxid;
  }

  /** From what is committed up to `zxid`, as far as the run showed it. */
  private take(zxid: Zxid): readonly Txn[] {
    const txns: Txn[] = [];
    for (let at: Zxid | null = zxid; at !== null && at > this.end; ) {
      const bytes = this.proposals.get(at);
      const txn = bytes === undefined ? null : decodeTxn(bytes);
      if (txn === null || !txn.ok) break;
      txns.push(txn.value);
      at = this.histories.predecessor(at);
    }
    // What is older and was not taken never will be.
    for (const proposed of this.proposals.keys()) {
      if (proposed > zxid) break;
      this.proposals.delete(proposed);
    }
    return txns.reverse();
  }
}
