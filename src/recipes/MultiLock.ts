/**
 * Several locks as one: all of them, or none.
 *
 * Guarantees: when `acquire` answers true this client holds every lock, as far as each of them can
 * say. They are taken in the order given; who gives them in one order everywhere (sorted, say) does
 * not deadlock.
 * Does not guarantee that all are lost together: one may be lost alone, so ask `isHeld`.
 * Errors: those of the locks. What was taken is given back first; of several errors at `release`
 * the first is thrown, after all have been tried.
 * Source: Curator InterProcessMultiLock.
 */

import type { ClientContext } from '../client/ClientContext.ts';
import type { AcquireOptions, Holding } from './Claim.ts';

export interface Holdable {
  readonly held: Holding | null;
  readonly isIdle: boolean;
  acquire(options?: AcquireOptions): Promise<Holding | null>;
  release(): Promise<void>;
}

export class MultiLock {
  private readonly context: ClientContext;
  private readonly locks: readonly Holdable[];
  private isGivenUp = false;

  constructor(context: ClientContext, locks: readonly Holdable[]) {
    this.context = context;
    this.locks = locks;
  }

  get isHeld(): boolean {
    return this.locks.every(({ held }) => held !== null);
  }

  get isIdle(): boolean {
    return this.locks.every(({ isIdle }) => isIdle);
  }

  /** One for each lock, in their order; null if the time ran out, or `release` was called. */
  async acquire({ timeoutMs }: AcquireOptions = {}): Promise<readonly Holding[] | null> {
    this.isGivenUp = false;
    const { context } = this;
    const endMs = timeoutMs === undefined ? null : context.nowMs + timeoutMs;
    const taken: Holdable[] = [];
    const holdings: Holding[] = [];
    try {
      for (const lock of this.locks) {
        const left = endMs === null ? {} : { timeoutMs: Math.max(0, endMs - context.nowMs) };
        const holding = this.isGivenUp ? null : await lock.acquire(left);
        if (holding === null) {
          await releaseAll(taken);
          return null;
        }
        taken.push(lock);
        holdings.push(holding);
      }
    } catch (error) {
      await releaseAll(taken);
      throw error;
    }
    return holdings;
  }

  /** The last first. Also stops waiting. */
  release(): Promise<void> {
    this.isGivenUp = true;
    return releaseAll(this.locks);
  }
}

async function releaseAll(locks: readonly Holdable[]): Promise<void> {
  let first: { readonly error: unknown } | null = null;
  for (const lock of [...locks].reverse()) {
    try {
      await lock.release();
    } catch (error) {
      first ??= { error };
    }
  }
  if (first !== null) throw first.error;
}
