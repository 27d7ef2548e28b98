/**
 * Kafka's way to its znodes, over one session: reads that go on after a lost connection, and the
 * writes of a controller, each of which checks /controller_epoch so that an old one is refused.
 * Ends with the session (SESSIONEXPIRED).
 * Source: Kafka 3.8 KafkaZkClient.scala.
 */

import { utf8Encode } from '../base/utf8.ts';
import { isKeeperError, KeeperError } from '../client/KeeperError.ts';
import type { CreateOptions, Op } from '../client/ops.ts';
import { checkOp } from '../client/ops.ts';
import type { Watcher } from '../client/watch.ts';
import type { ZooKeeper } from '../client/ZooKeeper.ts';
import type { MultiResult } from '../protocol/multi.ts';
import type { Stat } from '../protocol/stat.ts';
import { orNull, retryOnLoss } from '../recipes/retry.ts';
import { CONTROLLER_EPOCH } from './paths.ts';

export interface Znode {
  readonly data: Uint8Array | null;
  readonly stat: Stat;
}

/** Another controller has been elected: this one must do nothing more. */
export class ControllerMoved extends Error {
  override readonly name = 'ControllerMoved';
}

export class Zk {
  readonly keeper: ZooKeeper;

  constructor(keeper: ZooKeeper) {
    this.keeper = keeper;
  }

  read(path: string, watcher?: Watcher): Promise<Znode | null> {
    return orNull(() => retryOnLoss(() => this.keeper.getData(path, watcher)));
  }

  exists(path: string, watcher?: Watcher): Promise<Stat | null> {
    return retryOnLoss(() => this.keeper.exists(path, watcher));
  }

  /** Sorted; none if the znode is not there. */
  async children(path: string, watcher?: Watcher): Promise<readonly string[]> {
    const listed = await orNull(() => retryOnLoss(() => this.keeper.getChildren(path, watcher)));
    return [...(listed?.children ?? [])].sort();
  }

  /** That it is there already is as good. */
  async ensure(path: string, data: string | null = null): Promise<void> {
    try {
      await retryOnLoss(() => this.keeper.create(path, data));
    } catch (error) {
      if (!isKeeperError(error, 'NODEEXISTS')) throw error;
    }
  }

  /** A lost answer may lead to a second znode: only for notifications, which may come twice. */
  notify(prefix: string, data: string): Promise<string> {
    const options: CreateOptions = { mode: 'PERSISTENT_SEQUENTIAL' };
    return retryOnLoss(() => this.keeper.create(prefix, data, options));
  }

  async remove(path: string): Promise<void> {
    await orNull(() => retryOnLoss(() => this.keeper.delete(path)));
  }

  /**
   * Writes what only the state that was read may be replaced by. The new version; null if somebody
   * else has written.
   */
  async compareAndSet(path: string, data: string, version: number): Promise<number | null> {
    try {
      const stat = await retryOnLoss(() => this.keeper.setData(path, data, version));
      return stat.version;
    } catch (error) {
      if (!isKeeperError(error, 'BADVERSION') && !isKeeperError(error, 'NONODE')) throw error;
      return this.versionIfWritten(path, data);
    }
  }

  /** After an answer was lost: the write may be ours. */
  async versionIfWritten(path: string, data: string): Promise<number | null> {
    const found = await this.read(path);
    if (found?.data === undefined || found.data === null) return null;
    return sameText(found.data, data) ? found.stat.version : null;
  }
}

/** The writes of the controller that was elected with this epoch. */
export class FencedZk extends Zk {
  private readonly epochVersion: number;

  constructor(keeper: ZooKeeper, epochVersion: number) {
    super(keeper);
    this.epochVersion = epochVersion;
  }

  /**
   * Rejects with ControllerMoved when there is a newer controller; with other KeeperErrors as they
   * are. After a lost answer it may have been done: then the second attempt fails by what it finds.
   */
  async write(ops: readonly Op[]): Promise<readonly MultiResult[]> {
    const check = checkOp(CONTROLLER_EPOCH, this.epochVersion);
    try {
      const results = await retryOnLoss(() => this.keeper.multi([check, ...ops]));
      return results.slice(1);
    } catch (error) {
      if (error instanceof KeeperError && error.path === CONTROLLER_EPOCH) {
        throw new ControllerMoved(`${CONTROLLER_EPOCH} has been written by a newer controller`);
      }
      throw error;
    }
  }

  /** As `write`, for what may be done already. */
  async writeOnce(ops: readonly Op[], done: 'NODEEXISTS' | 'NONODE' | 'BADVERSION'): Promise<void> {
    try {
      await this.write(ops);
    } catch (error) {
      if (!isKeeperError(error, done)) throw error;
    }
  }
}

function sameText(bytes: Uint8Array, text: string): boolean {
  const wanted = utf8Encode(text);
  return bytes.length === wanted.length && bytes.every((byte, index) => byte === wanted[index]);
}
