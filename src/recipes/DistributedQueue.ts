/**
 * A queue that many put into and many take from, by order, priority or time. Znodes as Curator
 * names them: persistent sequential `<path>/queue-<10 digits>`, with a priority or a time in the
 * name (`queueNames`); and, if there is a `lockPath`, ephemeral `<lockPath>/<item>` while an item
 * is worked on.
 *
 * Guarantees: what `put` has promised is in the queue exactly once. Without `lockPath` each znode
 * is taken at most once: it is gone before the work begins, and lost with a consumer that dies.
 * With it each is worked on until once to the end: it is deleted together with its lock when the
 * work is done, and put back at the end of its rank if the work throws.
 * Does not guarantee order between consumers, nor, with `lockPath`, that an item is worked on only
 * once: a consumer whose session expired may go on beside the next.
 * Errors: SESSIONEXPIRED leaves open whether a `put` was done, and ends `take` and `consume`.
 * Znodes that are no items are left alone.
 * Departs: `Receipts` make lost answers harmless; Curator may put an item twice.
 * Source: ZooKeeper recipes, "Queues", "Priority Queues"; Curator DistributedQueue,
 * DistributedPriorityQueue, DistributedDelayQueue.
 */

import { assert } from '../base/assert.ts';
import type { ClientContext } from '../client/ClientContext.ts';
import { isKeeperError } from '../client/KeeperError.ts';
import type { Op } from '../client/ops.ts';
import { createOp, deleteOp } from '../client/ops.ts';
import type { WatchOnce } from '../client/watch.ts';
import { watchOnce } from '../client/watch.ts';
import type { ZooKeeper } from '../client/ZooKeeper.ts';
import type { AcquireOptions } from './Claim.ts';
import { Patience } from './Patience.ts';
import { createContainers, createNamed } from './ProtectedNode.ts';
import { decodeItems, encodeItems } from './queueItems.ts';
import type { Queued, QueuePlace } from './queueNames.ts';
import { inOrder, queueName, withoutNumber } from './queueNames.ts';
import { Receipts } from './Receipts.ts';
import { orNull, retryOnLoss } from './retry.ts';

const RECIPE = 'queue';

export interface Taken {
  /** Name of its znode. */
  readonly name: string;
  readonly items: readonly Uint8Array[];
}

type Work = (taken: Taken) => Promise<void>;

export class DistributedQueue {
  readonly path: string;
  private readonly context: ClientContext;
  private readonly lockPath: string | null;
  private readonly receipts: Receipts;
  private patience: Patience | null = null;

  /**
   * `lockPath`: where locks of items are kept; null: items are deleted before they are worked on.
   */
  constructor(context: ClientContext, path: string, lockPath: string | null = null) {
    this.context = context;
    this.path = path;
    this.lockPath = lockPath;
    this.receipts = new Receipts(context, path);
  }

  get isTaking(): boolean {
    return this.patience !== null;
  }

  /** All of `items` in one znode. */
  async put(items: readonly Uint8Array[], place: QueuePlace = {}): Promise<void> {
    this.step('put item');
    await this.receipts.once([this.createOp(queueName(place), items)]);
  }

  /** Waits for an item and takes it; null if the time ran out, or `stop` was called. */
  async take({ timeoutMs }: AcquireOptions = {}): Promise<Taken | null> {
    const found: Taken[] = [];
    await this.takeSome(new Patience(this.context, timeoutMs), 1, async (taken) => {
      found.push(taken);
    });
    return found.at(-1) ?? null;
  }

  /** Takes znode after znode, as they come, until `stop`; then resolves to how many. */
  consume(work: Work): Promise<number> {
    return this.takeSome(new Patience(this.context), Number.POSITIVE_INFINITY, work);
  }

  /** Ends `take`, and `consume` when the item that is worked on is done. */
  stop(): void {
    this.patience?.giveUp();
  }

  /** Stops, and takes away what was needed for writing. */
  close(): Promise<void> {
    this.stop();
    return this.receipts.close();
  }

  private async takeSome(patience: Patience, countMax: number, work: Work): Promise<number> {
    assert(!this.isTaking, `the queue on ${this.path} is taken from here`);
    const { zk } = this.context;
    this.patience = patience;
    let count = 0;
    try {
      await createContainers(zk, this.path);
      while (count < countMax) {
        const changed = watchOnce();
        this.step('list items');
        const listed = await retryOnLoss(() => zk.getChildren(this.path, changed.watcher));
        const line = inOrder(listed.children);
        if (await this.takeFirst(zk, line, changed, work)) count++;
        else if (!patience.isOver) await this.awaitChange(line, changed, patience);
        if (patience.isOver) break;
      }
    } finally {
      this.patience = null;
    }
    this.step('stopped');
    return count;
  }

  /** False if there was nothing to take now. */
  private async takeFirst(
    zk: ZooKeeper,
    line: readonly Queued[],
    changed: WatchOnce,
    work: Work,
  ): Promise<boolean> {
    for (const { name, dueMs } of line) {
      if (dueMs > this.context.dateMs) return false;
      const isDone =
        this.lockPath === null
          ? await this.takeAway(zk, name, work)
          : await this.workLocked(zk, name, `${this.lockPath}/${name}`, changed, work);
      if (isDone) return true;
    }
    return false;
  }

  private async takeAway(zk: ZooKeeper, name: string, work: Work): Promise<boolean> {
    const taken = await this.read(zk, name);
    if (taken === null) return false;
    this.step('delete item');
    if (!(await this.succeeds([deleteOp(`${this.path}/${name}`)]))) return false;
    this.step('work on item');
    await work(taken);
    return true;
  }

  private async workLocked(
    zk: ZooKeeper,
    name: string,
    lock: string,
    changed: WatchOnce,
    work: Work,
  ): Promise<boolean> {
    if (!(await this.lockItem(zk, lock, changed))) return false;
    const taken = await this.read(zk, name);
    if (taken === null) {
      await this.succeeds([deleteOp(lock)]);
      return false;
    }
    const ends = [deleteOp(`${this.path}/${name}`), deleteOp(lock)];
    try {
      this.step('work on item');
      await work(taken);
    } catch {
      this.step('failed: put item back');
      return this.succeeds([...ends, this.createOp(withoutNumber(name), taken.items)]);
    }
    this.step('done: delete item and lock');
    return this.succeeds(ends);
  }

  /** False if somebody else has it; `changed` tells when that ends. */
  private async lockItem(zk: ZooKeeper, lock: string, changed: WatchOnce): Promise<boolean> {
    for (;;) {
      this.step('lock item');
      await createNamed(zk, lock, '');
      const found = await retryOnLoss(() => zk.exists(lock, changed.watcher));
      if (found !== null) return found.ephemeralOwner === zk.sessionId;
    }
  }

  /** Null for what is gone, or is no item. */
  private async read(zk: ZooKeeper, name: string): Promise<Taken | null> {
    const found = await orNull(() => retryOnLoss(() => zk.getData(`${this.path}/${name}`)));
    const items = found && decodeItems(found.data);
    return items && { name, items };
  }

  /** False if somebody else was first. */
  private async succeeds(ops: readonly Op[]): Promise<boolean> {
    try {
      await this.receipts.once(ops);
      return true;
    } catch (error) {
      if (isKeeperError(error, 'NONODE')) return false;
      throw error;
    }
  }

  /** Until the children change, a lock is gone, an item is due, or it is told to stop. */
  private async awaitChange(
    line: readonly Queued[],
    changed: WatchOnce,
    patience: Patience,
  ): Promise<void> {
    const { context } = this;
    const due = line.find(({ dueMs }) => dueMs > context.dateMs);
    this.step(due === undefined ? 'wait for an item' : 'wait until an item is due');
    const change = patience.wait(changed);
    if (due === undefined) await change;
    else await context.within(due.dueMs - context.dateMs, change);
  }

  private createOp(name: string, items: readonly Uint8Array[]): Op {
    const mode = 'PERSISTENT_SEQUENTIAL';
    return createOp(`${this.path}/${name}`, encodeItems(items), { mode });
  }

  private step(text: string): void {
    this.context.step(RECIPE, this.path, text);
  }
}
