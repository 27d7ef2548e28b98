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
import type { ZooKeeper } from '../client/ZooKeeper.ts';
import type { AcquireOptions, Holding } from './Claim.ts';
import { Claim } from './Claim.ts';
import { holdZnode } from './holdZnode.ts';
import { Lock } from './Lock.ts';
import { lockOf } from './LockKind.ts';
import { Patience } from './Patience.ts';
import { createProtected, deleteForCertain, sortedBySequence } from './ProtectedNode.ts';
import { orNull, retryOnLoss } from './retry.ts';

const BASENAME = 'lease-';

export class Semaphore {
  readonly path: string;
  readonly maxLeases: number;
  private readonly context: ClientContext;
  private readonly claim: Claim;
  private readonly mutex: Lock;
  private readonly leases: string;
  private zk: ZooKeeper;
  private patience: Patience | null = null;

  constructor(context: ClientContext, path: string, maxLeases: number) {
    assert(Number.isInteger(maxLeases) && maxLeases > 0, `${maxLeases} leases`);
    this.context = context;
    this.path = path;
    this.maxLeases = maxLeases;
    this.leases = `${path}/leases`;
    this.claim = new Claim(context, 'semaphore', path);
    this.mutex = new Lock(context, `${path}/locks`, { kind: lockOf('semaphoreLock') });
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
    assert(this.isIdle, `the semaphore on ${this.path} is in use here`);
    const { context, mutex } = this;
    this.zk = context.zk;
    const patience = new Patience(context, timeoutMs);
    this.patience = patience;
    try {
      const turn = await mutex.acquire(timeoutMs === undefined ? {} : { timeoutMs });
      if (turn === null) return null;
      const holding = await this.takeLease(patience).finally(() => mutex.release());
      if (!patience.isGivenUp) return holding;
      await this.release();
      return null;
    } finally {
      this.patience = null;
    }
  }

  /** Gives the lease back, or stops waiting for one. */
  async release(): Promise<void> {
    const { claim, mutex } = this;
    if (this.patience !== null) {
      this.patience.giveUp();
      // While it waits for the lock, that is where it stands in line.
      if (mutex.held === null) await mutex.release();
    }
    if (claim.held === null) return;
    const { znode } = claim.held;
    claim.step('delete own lease');
    claim.drop();
    await deleteForCertain(this.zk, znode);
    claim.step('released');
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
