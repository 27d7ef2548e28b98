/**
 * A 64-bit number that many clients add to: eight bytes, big-endian, in one znode. It tries
 * optimistically, each time on the version that it read; after so many failures it queues for a
 * lock, if it was given one, and then goes on trying.
 *
 * Guarantees: each `add` that resolves with success was applied exactly once, however many answers
 * were lost; `pre` and `post` are what was there before and after.
 * Does not guarantee success: among many writers, and without a lock, it may give up, having
 * changed nothing. Sums wrap around at 64 bits.
 * Errors: SESSIONEXPIRED leaves open whether it was added. Data that are no eight bytes are an
 * Error.
 * Departs: a write that went through in spite of a lost answer is recognised by its receipt, an
 * ephemeral child; Curator's may be applied twice.
 * Source: Curator DistributedAtomicLong, DistributedAtomicValue, PromotedToLock.
 */

import type { ClientContext } from '../client/ClientContext.ts';
import { isKeeperError } from '../client/KeeperError.ts';
import { setDataOp } from '../client/ops.ts';
import { decodeInt64, encodeInt64 } from './bigEndian.ts';
import { Lock } from './Lock.ts';
import { lockOf } from './LockKind.ts';
import { createNamed } from './ProtectedNode.ts';
import { Receipts } from './Receipts.ts';
import { orNull, retryOnLoss } from './retry.ts';

export interface AtomicResult {
  readonly succeeded: boolean;
  readonly pre: bigint;
  /** As `pre` if it did not succeed. */
  readonly post: bigint;
}

const TRIES_MAX = 10;
/**
 * Before each new try, up to so long for each that failed: writers that met should not meet again.
 */
const BACK_OFF_MS = 20;
/** With the lock held, only those who do not know of it are in the way. */
const LOCKED_TRIES_MAX = 100;

const RECIPE = 'counter';

export class AtomicLong {
  readonly path: string;
  private readonly context: ClientContext;
  private readonly receipts: Receipts;
  private readonly promotedTo: string | null;

  /** `promotedTo`: path of a lock to queue for when trying has failed; null for none. */
  constructor(context: ClientContext, path: string, promotedTo: string | null = null) {
    this.context = context;
    this.path = path;
    this.promotedTo = promotedTo;
    this.receipts = new Receipts(context, path);
  }

  /** 0 if there is no such znode. It may lag behind other clients' writes. */
  async get(): Promise<bigint> {
    const { zk } = this.context;
    const found = await orNull(() => retryOnLoss(() => zk.getData(this.path)));
    return found === null ? 0n : this.decode(found.data);
  }

  /** Makes the znode if it is missing. */
  async add(delta: bigint): Promise<AtomicResult> {
    await createNamed(this.context.zk, this.path, encodeInt64(0n), 'PERSISTENT');
    const result = await this.tryOften(delta, TRIES_MAX);
    if (result.succeeded || this.promotedTo === null) return result;
    this.step('others are in the way: queue for the lock');
    const lock = new Lock(this.context, this.promotedTo, { kind: lockOf('counterLock') });
    await lock.acquire();
    try {
      return await this.tryOften(delta, LOCKED_TRIES_MAX);
    } finally {
      await lock.release();
    }
  }

  /** Takes away what was needed for writing. */
  close(): Promise<void> {
    return this.receipts.close();
  }

  private async tryOften(delta: bigint, triesMax: number): Promise<AtomicResult> {
    const { context } = this;
    for (let tries = 1; ; tries++) {
      const result = await this.tryOnce(delta);
      if (result.succeeded || tries === triesMax) return result;
      this.step('somebody else was first');
      await context.sleep(context.random.between(1, BACK_OFF_MS * tries));
    }
  }

  private async tryOnce(delta: bigint): Promise<AtomicResult> {
    const { zk } = this.context;
    this.step('read');
    const { data, stat } = await retryOnLoss(() => zk.getData(this.path));
    const pre = this.decode(data);
    const post = BigInt.asIntN(64, pre + delta);
    try {
      this.step(`set ${post} over version ${stat.version}`);
      await this.receipts.once([setDataOp(this.path, encodeInt64(post), stat.version)]);
    } catch (error) {
      if (isKeeperError(error, 'BADVERSION')) return { succeeded: false, pre, post: pre };
      throw error;
    }
    this.step(`${post} is set`);
    return { succeeded: true, pre, post };
  }

  private decode(data: Uint8Array | null): bigint {
    const value = decodeInt64(data);
    if (value === null) throw new Error(`${this.path} holds no number of eight bytes`);
    return value;
  }

  private step(text: string): void {
    this.context.step(RECIPE, this.path, text);
  }
}
