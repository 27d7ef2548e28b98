/** Syncs that wait for a commit. Source: Leader.pendingSyncs. */

import { assert } from '../../base/assert.ts';
import type { Zxid } from '../../protocol/zxid.ts';

/** Far above what the limits per connection let through. */
const PENDING_SYNCS_MAX = 1_000_000;

export class PendingSyncs {
  private readonly byZxid = new Map<Zxid, (() => void)[]>();
  private count = 0;

  get size(): number {
    return this.count;
  }

  /** `done` is called once `zxid` is committed. */
  add(zxid: Zxid, done: () => void): void {
    assert(this.count < PENDING_SYNCS_MAX, 'too many syncs are pending');
    this.count++;
    const waiting = this.byZxid.get(zxid);
    if (waiting) waiting.push(done);
    else this.byZxid.set(zxid, [done]);
  }

  /** Removes those that waited for `zxid`, oldest first. */
  take(zxid: Zxid): readonly (() => void)[] {
    const waiting = this.byZxid.get(zxid) ?? [];
    this.byZxid.delete(zxid);
    this.count -= waiting.length;
    return waiting;
  }
}
