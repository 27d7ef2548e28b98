/**
 * One tree, many cursors: the page keeps the committed txns in order, and a server's tree is that
 * list up to the zxid it has applied. A tree is kept per cursor that is looked at and moves forward
 * with it; going back starts from the base, into which the oldest txns are folded.
 *
 * What is committed: what some server says so of, with all that the same leader proposed before
 * (Zab, DSN 2011, §II: local primary order); and all that a leader has in its log when a quorum
 * accepts its epoch (§V.B: initial history). What an older leader proposed besides is dead.
 */

import { JuteReader } from '../../protocol/JuteReader.ts';
import { JuteWriter } from '../../protocol/JuteWriter.ts';
import { decodeTxn, type Txn } from '../../protocol/txns.ts';
import { asZxid, epochOf } from '../../protocol/zxid.ts';
import { applyTxn } from '../../server/tree/applyTxn.ts';
import { DataTree } from '../../server/tree/DataTree.ts';
import { deserializeTree, serializeTree } from '../../server/tree/snapshot.ts';
import type { TraceEvent } from '../../trace/TraceEvent.ts';

/** Cursors whose trees are kept. A tree of 10,000 znodes is some MB. */
const CURSORS_MAX = 4;
/** Proposed txns that wait for their commit; a leader's own limit is smaller. */
const PROPOSED_MAX = 100_000;

export interface TxnHistoryOptions {
  /** Committed txns kept one by one. */
  readonly txnsMax: number;
  /** Txns that are folded into the base together. */
  readonly foldCount: number;
}

const DEFAULT_OPTIONS: TxnHistoryOptions = { txnsMax: 20_000, foldCount: 2_000 };

/** What every server's disk held when the run began. */
export interface HistoryBase {
  readonly tree: DataTree;
  readonly zxid: number;
}

interface Cursor {
  readonly tree: DataTree;
  /** Txns of the run that have been applied to the tree, those in the base included. */
  applied: number;
  usedAt: number;
}

export class TxnHistory {
  readonly #options: TxnHistoryOptions;
  readonly #proposed = new Map<number, Uint8Array>();
  /** Newest zxid in the log of each server. */
  readonly #logged = new Map<string, number>();
  readonly #committed: Txn[] = [];
  readonly #given: DataTree | null;
  #base: DataTree;
  /** Txns of the run in the base, and the zxid that it stands at. */
  #folded = 0;
  #foldedZxid: number;
  #cursors: Cursor[] = [];
  #uses = 0;

  /** `base`: where the run begins, if not with nothing; it is left as it is. */
  constructor(base: HistoryBase | null = null, options: TxnHistoryOptions = DEFAULT_OPTIONS) {
    this.#given = base?.tree ?? null;
    this.#base = this.#given ?? new DataTree();
    this.#foldedZxid = base?.zxid ?? 0;
    this.#options = options;
  }

  fold(event: TraceEvent): void {
    switch (event.type) {
      case 'proposed':
        return this.#onProposed(event.zxid, event.txn);
      case 'committed':
        return this.#commitUpTo(event.zxid, epochOf(event.zxid));
      case 'logged':
      case 'truncated':
      case 'snapshotLoaded':
        this.#logged.set(event.who, event.zxid);
        return;
      case 'recovered':
        this.#logged.set(event.who, event.lastZxid);
        return;
      case 'leaderEstablished':
        return this.#commitUpTo(this.#logged.get(event.who) ?? 0, event.epoch);
      default:
        return;
    }
  }

  /** Zxid of the newest committed txn, 0 for none. */
  get lastZxid(): number {
    return this.#committed.at(-1)?.header.zxid ?? this.#foldedZxid;
  }

  /** Zxid of the oldest state that `treeAt` can still show. */
  get oldestZxid(): number {
    return this.#foldedZxid;
  }

  /** Committed txns of the run. */
  get length(): number {
    return this.#folded + this.#committed.length;
  }

  /**
   * The tree after every committed txn up to `zxid`, or the oldest one kept if that is newer. It is
   * shared: read it, do not keep it.
   */
  treeAt(zxid: number): DataTree {
    const wanted = this.#countUpTo(zxid);
    const cursor = this.#cursorFor(wanted);
    cursor.usedAt = ++this.#uses;
    while (cursor.applied < wanted) {
      const txn = this.#committed[cursor.applied - this.#folded];
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

  /** Commits what waits up to `zxid`; what older epochs than `epoch` left besides is dead. */
  #commitUpTo(zxid: number, epoch: number): void {
    for (const [proposed, bytes] of this.#proposed) {
      if (proposed <= zxid) {
        const decoded = decodeTxn(bytes);
        if (decoded.ok && proposed > this.lastZxid) this.#committed.push(decoded.value);
      }
      if (proposed <= zxid || epochOf(asZxid(proposed)) < epoch) this.#proposed.delete(proposed);
    }
    if (this.#committed.length > this.#options.txnsMax) this.#foldOldest();
  }

  #foldOldest(): void {
    if (this.#base === this.#given) this.#base = copyOf(this.#base);
    const oldest = this.#committed.splice(0, this.#options.foldCount);
    for (const txn of oldest) {
      applyTxn(this.#base, txn.header, txn.body);
      this.#foldedZxid = txn.header.zxid;
    }
    this.#folded += oldest.length;
    this.#cursors = this.#cursors.filter((cursor) => cursor.applied >= this.#folded);
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
    return this.#folded + low;
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
    const tree = this.#foldedZxid === 0 ? new DataTree() : copyOf(this.#base);
    const cursor: Cursor = { tree, applied: this.#folded, usedAt: ++this.#uses };
    this.#cursors = [...this.#cursors, cursor]
      .sort((a, b) => b.usedAt - a.usedAt)
      .slice(0, CURSORS_MAX);
    return cursor;
  }
}

function copyOf(tree: DataTree): DataTree {
  const writer = new JuteWriter();
  serializeTree(writer, tree);
  return deserializeTree(new JuteReader(writer.toBytes()));
}
