/**
 * Writes that are carried out once, however often their answers are lost. Each goes into one
 * transaction with a change of an own ephemeral znode, `<parent>/_c_<uuid>-receipt`, at the version
 * that is expected of that: a second attempt fails with BADVERSION, which says that the first was
 * carried out.
 *
 * Guarantees: `once` resolves only if the writes were applied, exactly once; it rejects with their
 * own errors only if they were not.
 * Does not know what became of a write when the session ends under way: SESSIONEXPIRED leaves that
 * open.
 * Errors: those of the writes; SESSIONEXPIRED; CONNECTIONLOSS, NONODE or BADVERSION if somebody
 * else touched the receipt.
 * Source: ZooKeeper recipes, "Recoverable Errors and GUID", for writes that have no name of their
 * own.
 */

import type { ClientContext } from '../client/ClientContext.ts';
import { isKeeperError, KeeperError } from '../client/KeeperError.ts';
import type { Op } from '../client/ops.ts';
import { setDataOp } from '../client/ops.ts';
import type { ZooKeeper } from '../client/ZooKeeper.ts';
import { createNamed, deleteForCertain, protectedName } from './ProtectedNode.ts';

interface Receipt {
  readonly zk: ZooKeeper;
  readonly path: string;
  version: number;
}

export class Receipts {
  private readonly context: ClientContext;
  private readonly parent: string;
  private receipt: Receipt | null = null;
  private tail: Promise<unknown> = Promise.resolve();

  /** `parent`: made as a container if it is missing. */
  constructor(context: ClientContext, parent: string) {
    this.context = context;
    this.parent = parent;
  }

  /** All of `ops` or none; one call after the other. */
  once(ops: readonly Op[]): Promise<void> {
    const result = this.tail.then(() => this.apply(ops));
    this.tail = result.catch(() => undefined);
    return result;
  }

  /** Takes the receipt away; the next write makes another. */
  async close(): Promise<void> {
    const { receipt } = this;
    this.receipt = null;
    if (receipt !== null) await deleteForCertain(receipt.zk, receipt.path);
  }

  private async apply(ops: readonly Op[]): Promise<void> {
    const receipt = await this.take();
    const { zk, path, version } = receipt;
    let lost: KeeperError | null = null;
    for (;;) {
      try {
        await zk.multi([setDataOp(path, '', version), ...ops]);
      } catch (error) {
        if (isKeeperError(error, 'CONNECTIONLOSS')) {
          lost = error;
          continue;
        }
        if (!(error instanceof KeeperError) || error.path !== path) throw error;
        const wasDone = isKeeperError(error, 'BADVERSION');
        if (lost === null || !wasDone) {
          // Somebody else laid hands on the receipt.
          this.receipt = null;
          throw lost ?? error;
        }
      }
      receipt.version = version + 1;
      return;
    }
  }

  private async take(): Promise<Receipt> {
    const { zk } = this.context;
    if (this.receipt?.zk === zk) return this.receipt;
    const path = protectedName(this.context, this.parent, 'receipt');
    await createNamed(zk, path, '');
    this.receipt = { zk, path, version: 0 };
    return this.receipt;
  }
}
