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

import type { ClientContext } from '../client/ClientContext.ts';
import { isKeeperError } from '../client/KeeperError.ts';
import { watchOnce } from '../client/watch.ts';
import { parentOf } from '../protocol/paths.ts';
import type { Holding } from './Claim.ts';
import { Holder } from './Holder.ts';
import type { Patience } from './Patience.ts';
import { createContainers } from './ProtectedNode.ts';
import { orNull, retryOnLoss } from './retry.ts';

export class HerdLock extends Holder {
  /** `path`: the znode that stands for the lock. */
  constructor(context: ClientContext, path: string) {
    super(context, 'herdLock', path);
  }

  release(): Promise<void> {
    this.patience?.giveUp();
    return this.giveBack('delete znode');
  }

  protected async awaitTurn(patience: Patience): Promise<Holding | null> {
    const { claim, path, zk } = this;
    await createContainers(zk, parentOf(path));
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
