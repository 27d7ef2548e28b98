/**
 * What those who wait for a turn and then hold something have in common: one wait at a time, by one
 * session, that ends when the turn comes, the time runs out, or it is given up.
 */

import { assert } from '../base/assert.ts';
import type { ClientContext } from '../client/ClientContext.ts';
import type { ZooKeeper } from '../client/ZooKeeper.ts';
import type { AcquireOptions, Holding } from './Claim.ts';
import { Claim } from './Claim.ts';
import type { Holdable } from './MultiLock.ts';
import { Patience } from './Patience.ts';
import { deleteForCertain } from './ProtectedNode.ts';

export abstract class Holder implements Holdable {
  readonly path: string;
  protected readonly context: ClientContext;
  protected readonly claim: Claim;
  /** The session that it waits or holds with. */
  protected zk: ZooKeeper;
  /** Null while nobody waits. */
  protected patience: Patience | null = null;

  /** `recipe`: how steps and beliefs call it. */
  constructor(context: ClientContext, recipe: string, path: string) {
    this.context = context;
    this.path = path;
    this.claim = new Claim(context, recipe, path);
    this.zk = context.zk;
  }

  /** Null when this client does not hold it, as far as it knows. */
  get held(): Holding | null {
    return this.claim.held;
  }

  /** Neither held nor waited for. */
  get isIdle(): boolean {
    return this.patience === null && this.held === null;
  }

  /** Null if the time ran out, or `release` was called meanwhile. Only when idle. */
  async acquire(options: AcquireOptions = {}): Promise<Holding | null> {
    assert(this.isIdle, `${this.path} is in use here`);
    this.zk = this.context.zk;
    const patience = new Patience(this.context, options.timeoutMs);
    this.patience = patience;
    try {
      const holding = await this.awaitTurn(patience, options);
      if (!patience.isGivenUp) return holding;
      await this.release();
      return null;
    } finally {
      this.patience = null;
    }
  }

  /** Gives it back, or stops waiting for it. */
  abstract release(): Promise<void>;

  /** Null if patience was over first; what came nevertheless is given back by the caller. */
  protected abstract awaitTurn(
    patience: Patience,
    options: AcquireOptions,
  ): Promise<Holding | null>;

  /** Stops believing, and then lets the next one in. */
  protected async giveBack(step: string): Promise<void> {
    const { claim } = this;
    if (claim.held === null) return;
    const { znode } = claim.held;
    claim.step(step);
    claim.drop();
    await deleteForCertain(this.zk, znode);
    claim.step('released');
  }
}
