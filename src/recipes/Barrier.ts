/**
 * A gate that somebody shuts and opens for all: it is shut while the znode exists. Znode as
 * Curator's DistributedBarrier: `<path>` itself, empty, persistent.
 *
 * Guarantees: `wait` ends only after the servers had a moment without the znode, later than its
 * start; all who wait are let through. Survives lost connections and a setter that dies.
 * Does not guarantee that it is open when `wait` has ended: somebody may have shut it again. A
 * `remove` whose answer was lost is repeated, and then takes away what was set meanwhile.
 * Errors: SESSIONEXPIRED and other KeeperErrors that are no mere loss of connection; NOTEMPTY if
 * the znode has children.
 * Departs: Curator does not ask a quorum first, so its waiter may see the time before `set`.
 * Source: ZooKeeper recipes, "Barriers"; Curator DistributedBarrier.
 */

import type { ClientContext } from '../client/ClientContext.ts';
import { watchOnce } from '../client/watch.ts';
import type { AcquireOptions } from './Claim.ts';
import { Patience } from './Patience.ts';
import { createNamed } from './ProtectedNode.ts';
import { catchUp, orNull, retryOnLoss } from './retry.ts';

const RECIPE = 'barrier';

export class Barrier {
  readonly path: string;
  private readonly context: ClientContext;

  constructor(context: ClientContext, path: string) {
    this.context = context;
    this.path = path;
  }

  /** Shuts it; that it is shut already is as good. Containers are made above it. */
  async set(): Promise<void> {
    this.step('create znode: shut');
    await createNamed(this.context.zk, this.path, '', 'PERSISTENT');
  }

  /** Opens it; that it is open already is as good. */
  async remove(): Promise<void> {
    const { zk } = this.context;
    this.step('delete znode: open');
    await orNull(() => retryOnLoss(() => zk.delete(this.path)));
  }

  /** True when it was seen open, false when the time ran out. */
  async wait({ timeoutMs }: AcquireOptions = {}): Promise<boolean> {
    const { context, path } = this;
    const { zk } = context;
    const patience = new Patience(context, timeoutMs);
    this.step('ask a quorum what is new');
    await catchUp(zk);
    for (;;) {
      this.step('look for the znode');
      const changed = watchOnce();
      // getData, not exists: that would leave a watch behind when the gate is open.
      const found = await orNull(() => retryOnLoss(() => zk.getData(path, changed.watcher)));
      if (found === null) break;
      if (patience.isOver) {
        this.step('gave up');
        return false;
      }
      this.step('wait for its deletion');
      await patience.wait(changed);
    }
    this.step('pass');
    return true;
  }

  private step(text: string): void {
    this.context.step(RECIPE, this.path, text);
  }
}
