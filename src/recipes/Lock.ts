/**
 * A mutual exclusion lock: everybody queues with an ephemeral sequential znode and watches only the
 * one before, so that a release wakes one waiter. Znodes as Curator's InterProcessMutex names them,
 * `<path>/_c_<uuid>-lock-<10 digits>`: it may queue together with Curator clients.
 *
 * Guarantees: first come, first served. At most one live session holds the lock, as the servers see
 * it; it is released at the latest when the session expires. Survives lost connections.
 * Does not guarantee that a holder knows at once that it lost the lock: cut off, or paused, it goes
 * on believing while the next one acquires. What the lock protects must therefore refuse a `fence`
 * lower than one that it has seen. Not re-entrant.
 * Errors: SESSIONEXPIRED (the lock or the place in line is lost) and other KeeperErrors that are no
 * mere loss of connection.
 * Source: ZooKeeper recipes, "Locks"; Curator InterProcessMutex, LockInternals.
 */

import { assert } from '../base/assert.ts';
import type { ClientContext } from '../client/ClientContext.ts';
import { watchOnce } from '../client/watch.ts';
import type { ZooKeeper } from '../client/ZooKeeper.ts';
import type { Holding } from './Claim.ts';
import { Claim } from './Claim.ts';
import { Patience } from './Patience.ts';
import { createProtected, deleteForCertain, sortedBySequence } from './ProtectedNode.ts';
import { orNull, retryOnLoss } from './retry.ts';

const BASENAME = 'lock-';

export interface AcquireOptions {
  /** How long to wait in line while connected; left out: for ever. */
  readonly timeoutMs?: number;
}

export class Lock {
  readonly path: string;
  private readonly context: ClientContext;
  private readonly claim: Claim;
  private zk: ZooKeeper;
  /** Null while nobody waits. */
  private patience: Patience | null = null;

  /** `path`: the znode under which to queue; made as a container if it is missing. */
  constructor(context: ClientContext, path: string) {
    this.context = context;
    this.path = path;
    this.claim = new Claim(context, 'lock', path);
    this.zk = context.zk;
  }

  /** Null when this client does not hold the lock, as far as it knows. */
  get held(): Holding | null {
    return this.claim.held;
  }

  /** Neither held nor waited for. */
  get isIdle(): boolean {
    return this.patience === null && this.held === null;
  }

  /** Null if the time ran out, or `release` was called meanwhile. Only when idle. */
  async acquire({ timeoutMs }: AcquireOptions = {}): Promise<Holding | null> {
    assert(this.isIdle, `the lock on ${this.path} is in use here`);
    this.zk = this.context.zk;
    const patience = new Patience(this.context, timeoutMs);
    this.patience = patience;
    try {
      const holding = await this.queueUp(patience);
      if (!patience.isGivenUp) return holding;
      await this.release();
      return null;
    } catch (error) {
      this.claim.step('lost the place in line');
      throw error;
    } finally {
      this.patience = null;
    }
  }

  /** Lets the next one in, or leaves the line. Does nothing if the lock has been lost. */
  async release(): Promise<void> {
    this.patience?.giveUp();
    const { claim } = this;
    if (claim.held === null) return;
    claim.step('delete own znode');
    const { znode } = claim.held;
    claim.drop();
    await deleteForCertain(this.zk, znode);
    claim.step('released');
  }

  private async queueUp(patience: Patience): Promise<Holding | null> {
    const { claim, zk } = this;
    const options = { parent: this.path, basename: BASENAME, data: '' };
    const onLost = (): void => claim.step('look for own znode');
    for (;;) {
      claim.step('create own znode');
      const own = await createProtected(this.context, zk, options, onLost);
      const turn = await this.awaitTurn(own, patience);
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
  private async awaitTurn(own: string, patience: Patience): Promise<Holding | 'over' | 'gone'> {
    const { claim, zk } = this;
    for (;;) {
      claim.step('list children');
      const listed = await orNull(() => retryOnLoss(() => zk.getChildren(this.path)));
      const line = sortedBySequence(listed?.children ?? [], BASENAME);
      const index = line.indexOf(own.slice(this.path.length + 1));
      if (index < 0) return 'gone';
      if (index === 0) return (await this.hold(own)) ?? 'gone';
      if (patience.isOver) return 'over';
      const previous = `${this.path}/${line[index - 1]}`;
      claim.step('watch predecessor');
      const gone = watchOnce();
      // getData, not exists: that would leave a watch behind when the predecessor is gone.
      const found = await orNull(() => retryOnLoss(() => zk.getData(previous, gone.watcher)));
      if (found !== null) await patience.wait(gone);
    }
  }

  /**
   * Watches the own znode, whose end is the end of the lock. A child watch, since that of an
   * ephemeral can tell of nothing but its deletion. Null if it is gone already.
   */
  private async hold(own: string): Promise<Holding | null> {
    const { claim, zk } = this;
    const onGone = (): void => {
      if (claim.held?.znode !== own) return;
      claim.drop();
      claim.step('lost');
    };
    const found = await orNull(() => retryOnLoss(() => zk.getChildren(own, onGone)));
    if (found === null) return null;
    const holding = claim.take({ fence: found.stat.czxid, znode: own });
    claim.step('hold');
    return holding;
  }
}
