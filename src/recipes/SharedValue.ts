/**
 * A value that many clients see and set: the data of one znode, and a local copy that follows it.
 *
 * Guarantees: the local copy only moves forward; `trySet` writes only if nobody has written since
 * the version that it was given.
 * Does not guarantee that the copy is the newest: `trySet` finds out. `set` overwrites whatever is
 * there, and may do so twice when an answer is lost.
 * Errors: `trySet` as `compareAndSet`; SESSIONEXPIRED from writes. `run` as ZnodeCache, and
 * SESSIONEXPIRED while it makes the znode.
 * Source: Curator SharedValue.
 */

import type { ClientContext } from '../client/ClientContext.ts';
import type { ZnodeData } from '../client/ops.ts';
import { toBytes } from '../client/ops.ts';
import type { Stat } from '../protocol/stat.ts';
import { compareAndSet } from './compareAndSet.ts';
import { createNamed } from './ProtectedNode.ts';
import { retryOnLoss } from './retry.ts';
import { ZnodeCache } from './ZnodeCache.ts';

export interface Versioned {
  readonly data: Uint8Array | null;
  readonly version: number;
  readonly mzxid: number;
}

export interface SharedValueOptions {
  /** What the znode is made with if it is missing; left out: nobody makes it here. */
  readonly seed?: ZnodeData;
  /** Must not throw. */
  readonly onChange?: (value: Versioned) => void;
}

export class SharedValue {
  readonly path: string;
  private readonly context: ClientContext;
  private readonly seed: ZnodeData | undefined;
  private readonly onChange: (value: Versioned) => void;
  private readonly cache: ZnodeCache;
  private latest: Versioned | null = null;

  constructor(context: ClientContext, path: string, options: SharedValueOptions = {}) {
    this.context = context;
    this.path = path;
    this.seed = options.seed;
    this.onChange = options.onChange ?? (() => {});
    this.cache = new ZnodeCache(context, path, 'node', (event) => {
      if (event.type === 'added' || event.type === 'changed') {
        this.moveTo(event.znode.data, event.znode.stat);
      }
    });
  }

  /** Null before anything has been read. */
  get value(): Versioned | null {
    return this.latest;
  }

  /** Resolves when it takes part for the first time: it has read the value. */
  get stands(): Promise<void> {
    return this.cache.stands;
  }

  /** Follows until `close`; resolves then. Call it once. */
  async run(): Promise<void> {
    if (this.seed !== undefined) {
      await createNamed(this.context.zk, this.path, this.seed, 'PERSISTENT');
    }
    await this.cache.run();
  }

  close(): Promise<void> {
    return this.cache.close();
  }

  /** Overwrites what is there. */
  async set(data: ZnodeData): Promise<void> {
    const { zk } = this.context;
    this.moveTo(toBytes(data), await retryOnLoss(() => zk.setData(this.path, data)));
  }

  /** False if somebody else has written since `version`. */
  async trySet(version: number, data: ZnodeData): Promise<boolean> {
    const stat = await compareAndSet(this.context.zk, this.path, data, version);
    if (stat !== null) this.moveTo(toBytes(data), stat);
    return stat !== null;
  }

  private moveTo(data: Uint8Array | null, { version, mzxid }: Stat): void {
    if (this.latest !== null && mzxid <= this.latest.mzxid) return;
    this.latest = { data, version, mzxid };
    this.onChange(this.latest);
  }
}
