/**
 * A counting semaphore: at most so many hold a lease at once. Znodes as Curator's
 * InterProcessSemaphoreV2: a lock at `<path>/locks`, under which one at a time creates
 * `<path>/leases/_c_<uuid>-lease-<10 digits>` and waits until no more leases are there than may be.
 *
 * Guarantees: at most `maxLeases` live sessions hold one, as the servers see it, if all who use the
 * path give the same number; first come, first served. A lease ends with its session. Survives lost
 * connections. An object of this class holds one lease.
 * Does not guarantee that a holder that is cut off stops believing in time; with more than one
 * lease a `fence` orders the holders but does not tell which of them are left.
 * Errors: SESSIONEXPIRED and other KeeperErrors that are no mere loss of connection.
 * Source: Curator InterProcessSemaphoreV2.
 */

import { assert } from '../base/assert.ts';
import type { ClientContext } from '../client/ClientContext.ts';
import { watchOnce } from '../client/watch.ts';
import type { AcquireOptions, Holding } from './Claim.ts';
import { Holder } from './Holder.ts';
import { holdZnode } from './holdZnode.ts';
import { Lock } from './Lock.ts';
import { lockOf } from './LockKind.ts';
import type { Patience } from './Patience.ts';
import { createProtected, deleteForCertain, sortedBySequence } from './ProtectedNode.ts';
import { orNull, retryOnLoss } from './retry.ts';

const BASENAME = 'lease-';

export class Semaphore extends Holder {
  readonly maxLeases: number;
  private readonly mutex: Lock;
  private readonly leases: string;

  constructor(context: ClientContext, path: string, maxLeases: number) {
    assert(Number.isInteger(maxLeases) && maxLeases > 0, `${maxLeases} leases`);
    super(context, 'semaphore', path);
    this.maxLeases = maxLeases;
    this.leases = `${path}/leases`;
    this.mutex = new Lock(context, `${path}/locks`, { kind: lockOf('semaphoreLock') });
  }

  async release(): Promise<void> {
    const { mutex } = this;
    if (this.patience !== null) {
      this.patience.giveUp();
      // While it waits for the lock, that is where it stands in line.
      if (mutex.held === null) await mutex.release();
    }
    await this.giveBack('delete own lease');
  }

  protected async awaitTurn(patience: Patience, options: AcquireOptions): Promise<Holding | null> {
    const { mutex } = this;
    if ((await mutex.acquire(options)) === null) return null;
    return this.takeLease(patience).finally(() => mutex.release());
  }

  private async takeLease(patience: Patience): Promise<Holding | null> {
    const { claim, zk } = this;
    const options = { parent: this.leases, basename: BASENAME, data: '' };
    for (;;) {
      claim.step('create own lease');
      const own = await createProtected(this.context, zk, options, () =>
        claim.step('look for own lease'),
      );
      const turn = await this.awaitRoom(own, patience);
      if (turn === 'over') {
        claim.step('give up: delete own lease');
        await deleteForCertain(zk, own);
        return null;
      }
      if (turn !== 'gone') return turn;
      claim.step('own lease is gone');
    }
  }

  private async awaitRoom(own: string, patience: Patience): Promise<Holding | 'over' | 'gone'> {
    const { claim, zk, leases } = this;
    for (;;) {
      claim.step('count leases');
      const changed = watchOnce();
      const listed = await orNull(() => retryOnLoss(() => zk.getChildren(leases, changed.watcher)));
      const taken = sortedBySequence(listed?.children ?? [], BASENAME);
      if (!taken.includes(own.slice(leases.length + 1))) return 'gone';
      if (taken.length <= this.maxLeases) return (await holdZnode(zk, claim, own)) ?? 'gone';
      if (patience.isOver) return 'over';
      claim.step('wait for a lease to be given back');
      await patience.wait(changed);
    }
  }
}
