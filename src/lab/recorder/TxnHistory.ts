/**
 * One tree, many cursors: the page keeps the committed txns in order, and a server's tree is that list up to the zxid it
 * has applied. A tree is kept per cursor that is looked at and moves forward with it; going back starts from the base.
 */

import { decodeTxn, type Txn } from '../../protocol/txns.ts';
import { applyTxn } from '../../server/tree/applyTxn.ts';
import { DataTree } from '../../server/tree/DataTree.ts';
import type { TraceEvent } from '../../trace/TraceEvent.ts';

/** Cursors whose trees are kept. A tree of 10,000 znodes is some MB. */
const CURSORS_MAX = 4;
/** Proposed txns that wait for their commit; a leader's own limit is smaller. */
const PROPOSED_MAX = 100_000;

interface Cursor {
  readonly tree: DataTree;
  /** Txns of the list that have been applied to the tree. */
  applied: number;
  usedAt: number;
}

export class TxnHistory {
  readonly #proposed = new Map<number, Uint8Array>();
  readonly #committed: Txn[] = [];
  #cursors: Cursor[] = [];
  #uses = 0;

  fold(event: TraceEvent): void {
    if (event.type === 'proposed') this.#onProposed(event.zxid, event.txn);
    else if (event.type === 'committed') this.#onCommitted(event.zxid);
  }

  /** Zxid of the newest committed txn, 0 for none. */
  get lastZxid(): number {
    return this.#committed.at(-1)?.header.zxid ?? 0;
  }

  get length(): number {
    return this.#committed.length;
  }

  /** The tree after every committed txn up to `zxid`. It is shared: read it, do not keep it. */
  treeAt(zxid: number): DataTree {
    const wanted = this.#countUpTo(zxid);
    const cursor = this.#cursorFor(wanted);
    cursor.usedAt = ++this.#uses;
    while (cursor.applied < wanted) {
      const txn = this.#committed[cursor.applied];
      if (txn !== undefined) applyTxn(cursor.tree, txn.header, txn.body);
      cursor.applied += 1;
    }
    return cursor.tree;
  }

  #onProposed(zxid: number, bytes: Uint8Array): void {
    this.#proposed.set(zxid, bytes);
    if (this.#proposed.size <= PROPOSED_MAX) return;
    for (const oldest of this.#proposed.keys()) {
      this.#proposed.delete(oldest);
      break;
    }
  }

  #onCommitted(zxid: number): void {
    if (zxid <= this.lastZxid) return;
    const bytes = this.#proposed.get(zxid);
    if (bytes === undefined) return;
    const decoded = decodeTxn(bytes);
    if (decoded.ok) this.#committed.push(decoded.value);
    // Every older proposal is now committed or never will be.
    for (const proposed of this.#proposed.keys()) {
      if (proposed <= zxid) this.#proposed.delete(proposed);
    }
  }

  /** Number of committed txns with a zxid of at most `zxid`. */
  #countUpTo(zxid: number): number {
    let low = 0;
    let high = this.#committed.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const txn = this.#committed[middle];
      if (txn !== undefined && txn.header.zxid <= zxid) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #cursorFor(wanted: number): Cursor {
    let best: Cursor | null = null;
    for (const cursor of this.#cursors) {
      if (cursor.applied <= wanted && (best === null || cursor.applied > best.applied)) {
        best = cursor;
      }
    }
    return best ?? this.#newCursor();
  }

  #newCursor(): Cursor {
    const cursor: Cursor = { tree: new DataTree(), applied: 0, usedAt: ++this.#uses };
    this.#cursors = [...this.#cursors, cursor]
      .sort((a, b) => b.usedAt - a.usedAt)
      .slice(0, CURSORS_MAX);
    return cursor;
  }
}
