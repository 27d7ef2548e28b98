/**
 * Group commit: at most one `persist` is under way; what comes meanwhile waits and goes out as one.
 * Everything that the database writes passes here, so that files change in the order of the calls.
 * Source: SyncRequestProcessor's flush.
 */

import { assert } from '../../base/assert.ts';
import { concatBytes } from '../../base/bytes.ts';
import type { ServerContext } from '../context.ts';
import type { DiskOp } from '../disk.ts';

/** Far beyond what the request pipeline lets be outstanding. */
const WAITING_MAX = 1_000_000;

export class DiskQueue {
  private readonly context: ServerContext;
  private ops: DiskOp[] = [];
  private callbacks: (() => void)[] = [];
  private busy = false;

  constructor(context: ServerContext) {
    this.context = context;
  }

  /** `onDurable` runs later, after those of earlier calls. Without `ops` it tells that those are durable. */
  add(ops: readonly DiskOp[], onDurable: () => void): void {
    assert(this.callbacks.length < WAITING_MAX, 'the disk falls behind without limit');
    this.ops.push(...ops);
    this.callbacks.push(onDurable);
    if (!this.busy) this.flush();
  }

  private flush(): void {
    const ops = joinAppends(this.ops);
    const callbacks = this.callbacks;
    this.ops = [];
    this.callbacks = [];
    this.busy = true;
    this.context.persist(ops, () => {
      // Still busy: what the callbacks add is flushed together.
      for (const callback of callbacks) callback();
      this.busy = false;
      if (this.callbacks.length > 0) this.flush();
    });
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
