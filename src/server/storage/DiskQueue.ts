/**
 * Group commit: at most one `persist` is under way; what comes meanwhile waits and goes out as one.
 * Everything that the database writes passes here, so that files change in the order of the calls.
 * Source: SyncRequestProcessor's flush.
 */

import { assert } from '../../base/assert.ts';
import { concatBytes } from '../../base/bytes.ts';
import type { ServerContext } from '../context.ts';
import type { DiskOp } from '../disk.ts';

/** zookeeper.maxBatchSize: calls that one flush carries. */
const BATCH_MAX = 1000;
/** Far beyond what the request pipeline lets be outstanding. */
const WAITING_MAX = 1_000_000;

interface Write {
  readonly ops: readonly DiskOp[];
  readonly queuedAtMs: number;
  readonly onDurable: () => void;
}

export class DiskQueue {
  private readonly context: ServerContext;
  private readonly waiting: Write[] = [];
  private isFlushing = false;

  constructor(context: ServerContext) {
    this.context = context;
  }

  /**
   * `onDurable` runs later, in the order of the calls. Without `ops` it tells that all before is
   * durable.
   */
  add(ops: readonly DiskOp[], onDurable: () => void): void {
    assert(this.waiting.length < WAITING_MAX, 'the disk falls behind without limit');
    this.waiting.push({ ops, queuedAtMs: this.context.nowMs, onDurable });
    if (!this.isFlushing) this.flush();
  }

  private flush(): void {
    const batch = this.waiting.splice(0, BATCH_MAX);
    this.isFlushing = true;
    const startMs = this.context.nowMs;
    this.context.persist(joinAppends(batch.flatMap(({ ops }) => ops)), () => {
      this.measure(batch, startMs);
      // Still flushing: what the callbacks add goes out together.
      for (const { onDurable } of batch) onDurable();
      this.isFlushing = false;
      if (this.waiting.length > 0) this.flush();
    });
  }

  /** How long the txns of a batch have waited, and how long it took to write them. */
  private measure(batch: readonly Write[], startMs: number): void {
    const txns = batch.filter(({ ops }) => ops[0]?.type === 'append');
    if (txns.length === 0) return;
    const { nowMs, metrics } = this.context;
    const { summaries } = metrics;
    summaries.sync_processor_batch_size.add(txns.length);
    summaries.sync_processor_queue_flush_time_ms.add(nowMs - startMs);
    summaries.fsynctime.add(nowMs - startMs);
    for (const { queuedAtMs } of txns) {
      summaries.sync_processor_queue_time_ms.add(startMs - queuedAtMs);
      summaries.sync_processor_queue_and_flush_time_ms.add(nowMs - queuedAtMs);
    }
  }
}

/** Neighbouring appends to one file become one. */
function joinAppends(ops: readonly DiskOp[]): DiskOp[] {
  const joined: DiskOp[] = [];
  let i = 0;
  while (i < ops.length) {
    const op = ops[i++];
    if (op === undefined) break;
    if (op.type !== 'append') {
      joined.push(op);
      continue;
    }
    const parts = [op.bytes];
    for (let next = ops[i]; next?.type === 'append' && next.file === op.file; next = ops[++i]) {
      parts.push(next.bytes);
    }
    joined.push({ type: 'append', file: op.file, bytes: concatBytes(...parts) });
  }
  return joined;
}
