/**
 * A mutual exclusion lock: everybody queues with an ephemeral sequential znode and watches only the
 * one before, so that a release wakes one waiter. Znodes as Curator's InterProcessMutex names them,
 * `<path>/_c_<uuid>-lock-<10 digits>`: it may queue together with Curator clients.
 *
 * Guarantees: first come, first served. At most one live session holds the lock, as the servers see
 * it; it is released at the latest when the session expires. Survives lost connections. Re-entrant:
 * who holds it may acquire it again, and lets go with as many releases. (An object of this class is
 * what a thread is to Curator.) With `onRevoke` the holder is told when somebody asks for the lock
 * with `requestRevoke`; it need not give in, and gives back for good with `releaseAll`.
 * Does not guarantee that a holder knows at once that it lost the lock: cut off, or paused, it goes
 * on believing while the next one acquires. What the lock protects must therefore refuse a `fence`
 * lower than one that it has seen.
 * Errors: SESSIONEXPIRED (the lock or the place in line is lost) and other KeeperErrors that are no
 * mere loss of connection.
 * Source: ZooKeeper recipes, "Locks", "Recoverable Shared Locks with revocation"; Curator
 * InterProcessMutex, LockInternals, Revoker.
 */

import type { ClientContext } from '../client/ClientContext.ts';
import type { ZnodeData } from '../client/ops.ts';
import { watchOnce } from '../client/watch.ts';
import type { AcquireOptions, Holding } from './Claim.ts';
import { Holder } from './Holder.ts';
import { holdZnode } from './holdZnode.ts';
import type { LockKind } from './LockKind.ts';
import { PLAIN_LOCK } from './LockKind.ts';
import type { Patience } from './Patience.ts';
import {
  createNamed,
  createProtected,
  deleteForCertain,
  protectedName,
  sequenceOf,
  sortedBySequence,
} from './ProtectedNode.ts';
import { orNull, retryOnLoss } from './retry.ts';

export interface LockOptions {
  readonly kind?: LockKind;
  /** What others see of who waits; empty unless told. */
  readonly data?: ZnodeData;
  /** Somebody asks the holder to give the lock back. */
  readonly onRevoke?: () => void;
  /** It stands in line, behind somebody. */
  readonly onWait?: () => void;
}

export class Lock extends Holder {
  private readonly kind: LockKind;
  private readonly data: ZnodeData;
  private readonly onRevoke: (() => void) | null;
  private readonly onWait: () => void;
  private acquired = 0;

  /** `path`: the znode under which to queue; made as a container if it is missing. */
  constructor(context: ClientContext, path: string, options: LockOptions = {}) {
    const { kind = PLAIN_LOCK, data = '', onRevoke = null, onWait = () => {} } = options;
    super(context, kind.recipe, path);
    this.kind = kind;
    this.data = data;
    this.onRevoke = onRevoke;
    this.onWait = onWait;
  }

  /** How many releases it takes to let the next one in. */
  get holdCount(): number {
    return this.held === null ? 0 : this.acquired;
  }

  /** Null if the time ran out, or `release` was called meanwhile. Not while it waits already. */
  override async acquire(options: AcquireOptions = {}): Promise<Holding | null> {
    if (this.held !== null) {
      this.acquired++;
      this.claim.step(`hold, acquired ${this.acquired} times`);
      return this.held;
    }
    this.acquired = 1;
    return super.acquire(options);
  }

  /** Lets the next one in, or leaves the line. Does nothing if the lock has been lost. */
  async release(): Promise<void> {
    this.patience?.giveUp();
    if (this.held === null) return;
    this.acquired--;
    if (this.acquired === 0) await this.giveBack('delete own znode');
  }

  /** As many releases as it takes. */
  async releaseAll(): Promise<void> {
    this.acquired = 1;
    await this.release();
  }

  protected async awaitTurn(patience: Patience): Promise<Holding | null> {
    try {
      return await this.queueUp(patience);
    } catch (error) {
      this.claim.step('lost the place in line');
      throw error;
    }
  }

  private async queueUp(patience: Patience): Promise<Holding | null> {
    const { claim, zk, kind } = this;
    const options = { parent: this.path, basename: kind.basename, data: this.data };
    const onLost = (): void => claim.step('look for own znode');
    for (;;) {
      const beside = await this.joinHolder();
      if (beside !== null) return beside;
      claim.step('create own znode');
      const own = await createProtected(this.context, zk, options, onLost);
      const turn = await this.turnOf(own, patience);
      if (turn === 'over') {
        claim.step('give up: delete own znode');
        await deleteForCertain(zk, own);
        claim.step('gave up');
        return null;
      }
      if (turn !== 'gone') return turn;
      claim.step('own znode is gone');
    }
  }

  /** `over`: no more waiting. `gone`: somebody deleted our znode, and our place in line is lost. */
  private async turnOf(own: string, patience: Patience): Promise<Holding | 'over' | 'gone'> {
    const { claim, zk, kind } = this;
    for (;;) {
      claim.step('list children');
      const listed = await orNull(() => retryOnLoss(() => zk.getChildren(this.path)));
      const line = sortedBySequence(listed?.children ?? [], ...kind.marks);
      const index = line.indexOf(own.slice(this.path.length + 1));
      if (index < 0) return 'gone';
      const blocker = kind.blockerOf(line, index);
      if (blocker === null) return (await this.hold(own)) ?? 'gone';
      if (patience.isOver) return 'over';
      const watched = `${this.path}/${blocker}`;
      claim.step(kind.watchStep);
      const gone = watchOnce();
      // getData, not exists: that would leave a watch behind when the predecessor is gone.
      const found = await orNull(() => retryOnLoss(() => zk.getData(watched, gone.watcher)));
      if (found === null) continue;
      this.onWait();
      await patience.wait(gone);
    }
  }

  /**
   * Stands beside what this client holds already, with the same number; null if it holds nothing.
   */
  private async joinHolder(): Promise<Holding | null> {
    const { kind, path, zk } = this;
    const holder = kind.beside?.() ?? null;
    if (holder === null) return null;
    const basename = `${kind.basename}${sequenceOf(holder.znode, kind.marks)}`;
    const own = protectedName(this.context, path, basename);
    this.claim.step('create own znode beside the one held');
    await createNamed(zk, own, this.data);
    // What was held may have been lost meanwhile: the watch told of it before the create's answer.
    if (kind.beside?.()?.znode === holder.znode) return this.hold(own, holder.fence);
    await deleteForCertain(zk, own);
    return null;
  }

  private hold(own: string, fence?: number): Promise<Holding | null> {
    const { zk, claim, onRevoke } = this;
    return holdZnode(zk, claim, own, {
      ...(fence !== undefined && { fence }),
      ...(onRevoke !== null && { onRevoke }),
    });
  }
}
