/**
 * The lock that everybody writes first: one ephemeral znode, and all who want it watch that one. It
 * is here to be compared with `Lock`.
 *
 * Guarantees: at most one live session holds it, as the servers see it.
 * Does not guarantee any order, and each release wakes every waiter for one of them to win (the
 * "herd effect"). A holder that is cut off is told late, as with `Lock`.
 * Errors: as with `Lock`.
 * Source: ZooKeeper recipes, "Locks", on what they avoid.
 */

import { assert } from '../base/assert.ts';
import type { ClientContext } from '../client/ClientContext.ts';
import { isKeeperError } from '../client/KeeperError.ts';
import { watchOnce } from '../client/watch.ts';
import type { ZooKeeper } from '../client/ZooKeeper.ts';
import { parentOf } from '../protocol/paths.ts';
import type { AcquireOptions, Holding } from './Claim.ts';
import { Claim } from './Claim.ts';
import { Patience } from './Patience.ts';
import { createContainers, deleteForCertain } from './ProtectedNode.ts';
import { orNull, retryOnLoss } from './retry.ts';

export class HerdLock {
  readonly path: string;
  private readonly context: ClientContext;
  private readonly claim: Claim;
  private zk: ZooKeeper;
  private patience: Patience | null = null;

  /** `path`: the znode that stands for the lock. */
  constructor(context: ClientContext, path: string) {
    this.context = context;
    this.path = path;
    this.claim = new Claim(context, 'herdLock', path);
    this.zk = context.zk;
  }

  get held(): Holding | null {
    return this.claim.held;
  }

  get isIdle(): boolean {
    return this.patience === null && this.held === null;
  }

  /** Null if the time ran out, or `release` was called meanwhile. Only when idle. */
  async acquire({ timeoutMs }: AcquireOptions = {}): Promise<Holding | null> {
    assert(this.isIdle, `the lock on ${this.path} is in use here`);
    const { context, path } = this;
    this.zk = context.zk;
    const patience = new Patience(context, timeoutMs);
    this.patience = patience;
    try {
      await createContainers(this.zk, parentOf(path));
      const holding = await this.awaitTurn(patience);
      if (!patience.isGivenUp) return holding;
      await this.release();
      return null;
    } finally {
      this.patience = null;
    }
  }

  async release(): Promise<void> {
    this.patience?.giveUp();
    const { claim } = this;
    if (claim.held === null) return;
    claim.step('delete znode');
    claim.drop();
    await deleteForCertain(this.zk, this.path);
    claim.step('released');
  }

  private async awaitTurn(patience: Patience): Promise<Holding | null> {
    const { claim, path, zk } = this;
    for (;;) {
      claim.step('create znode');
      await this.tryCreate();
      const gone = watchOnce();
      const onGone = (): void => {
        if (claim.drop() !== null) claim.step('lost');
        gone.watcher({ type: 'NodeDeleted', path, state: zk.state, zxid: -1 });
      };
      // A child watch, since that of an ephemeral can tell of nothing but its deletion.
      const found = await orNull(() => retryOnLoss(() => zk.getChildren(path, onGone)));
      if (found?.stat.ephemeralOwner === zk.sessionId) {
        // Ours, be it that the answer to the create was lost.
        const holding = claim.take({ fence: found.stat.czxid, znode: path });
        claim.step('hold');
        return holding;
      }
      if (patience.isOver) return null;
      if (found === null) continue;
      claim.step('watch the holder, like all others');
      await patience.wait(gone);
    }
  }

  private async tryCreate(): Promise<void> {
    try {
      await this.zk.create(this.path, '', { mode: 'EPHEMERAL' });
    } catch (error) {
      if (isKeeperError(error, 'NODEEXISTS') || isKeeperError(error, 'CONNECTIONLOSS')) return;
      throw error;
    }
  }
}
