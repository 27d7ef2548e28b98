/**
 * A queue without ceremony. Znodes as in ZooKeeper's own DistributedQueue and Curator's
 * SimpleDistributedQueue: persistent sequential `<path>/qn-<10 digits>`, with the element as data.
 *
 * Guarantees: what `offer` has promised is in the queue exactly once; `poll` and `take` give each
 * element to one client, the oldest first.
 * Does not guarantee that an element survives the client that took it.
 * Errors: SESSIONEXPIRED leaves open whether the element was offered, or taken. Other names in the
 * directory are left alone.
 * Source: ZooKeeper recipes, "Queues"; Curator SimpleDistributedQueue.
 */

import type { ClientContext } from '../client/ClientContext.ts';
import { isKeeperError } from '../client/KeeperError.ts';
import type { ZnodeData } from '../client/ops.ts';
import { createOp, deleteOp } from '../client/ops.ts';
import type { WatchOnce } from '../client/watch.ts';
import { watchOnce } from '../client/watch.ts';
import type { AcquireOptions } from './Claim.ts';
import { Patience } from './Patience.ts';
import { createContainers, sortedBySequence } from './ProtectedNode.ts';
import { Receipts } from './Receipts.ts';
import { orNull, retryOnLoss } from './retry.ts';

const RECIPE = 'simpleQueue';
const PREFIX = 'qn-';

export interface Element {
  readonly name: string;
  readonly data: Uint8Array | null;
}

export class SimpleQueue {
  readonly path: string;
  private readonly context: ClientContext;
  private readonly receipts: Receipts;

  constructor(context: ClientContext, path: string) {
    this.context = context;
    this.path = path;
    this.receipts = new Receipts(context, path);
  }

  async offer(data: ZnodeData): Promise<void> {
    this.step('put element');
    const mode = 'PERSISTENT_SEQUENTIAL';
    await this.receipts.once([createOp(`${this.path}/${PREFIX}`, data, { mode })]);
  }

  /** The oldest, which stays; null if there is none. */
  async peek(): Promise<Element | null> {
    for (const name of await this.list()) {
      const found = await this.read(name);
      if (found !== null) return found;
    }
    return null;
  }

  /** Takes the oldest; null if there is none. */
  poll(): Promise<Element | null> {
    return this.takeFrom(this.list());
  }

  /** Waits until there is one; null if the time ran out. */
  async take({ timeoutMs }: AcquireOptions = {}): Promise<Element | null> {
    const patience = new Patience(this.context, timeoutMs);
    await createContainers(this.context.zk, this.path);
    for (;;) {
      const changed = watchOnce();
      const taken = await this.takeFrom(this.list(changed));
      if (taken !== null || patience.isOver) return taken;
      this.step('wait for an element');
      await patience.wait(changed);
    }
  }

  /** Takes away what was needed for writing. */
  close(): Promise<void> {
    return this.receipts.close();
  }

  private async takeFrom(names: Promise<readonly string[]>): Promise<Element | null> {
    for (const name of await names) {
      const found = await this.read(name);
      if (found === null) continue;
      try {
        this.step('delete element');
        await this.receipts.once([deleteOp(`${this.path}/${name}`)]);
        return found;
      } catch (error) {
        // Somebody else was first.
        if (!isKeeperError(error, 'NONODE')) throw error;
      }
    }
    return null;
  }

  private async list(changed?: WatchOnce): Promise<readonly string[]> {
    const { zk } = this.context;
    this.step('list elements');
    const list = () => retryOnLoss(() => zk.getChildren(this.path, changed?.watcher));
    const listed = await orNull(list);
    const children = listed?.children.filter((name) => name.startsWith(PREFIX)) ?? [];
    return sortedBySequence(children, PREFIX);
  }

  private async read(name: string): Promise<Element | null> {
    const { zk } = this.context;
    const found = await orNull(() => retryOnLoss(() => zk.getData(`${this.path}/${name}`)));
    return found && { name, data: found.data };
  }

  private step(text: string): void {
    this.context.step(RECIPE, this.path, text);
  }
}
