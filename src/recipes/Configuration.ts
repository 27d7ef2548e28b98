/**
 * Configuration in one znode: clients follow it and run what it says; who changes it names the
 * version that it saw, so that no change is overwritten unseen.
 *
 * Guarantees: a follower runs versions in order, and comes to the newest once things stop changing,
 * over lost connections and expired sessions; it tells which one by its belief, whose fence is the
 * mzxid of that version. `change` writes only over the version it was given.
 * Does not guarantee that all run the same version at one time, nor that a follower runs each.
 * Errors: `change` as `compareAndSet`; `run` as ZnodeCache.
 * Source: ZooKeeper recipes, "Name Service / Configuration"; Curator NodeCache, SharedValue.
 */

import { utf8Decode } from '../base/utf8.ts';
import type { ClientContext } from '../client/ClientContext.ts';
import { isKeeperError } from '../client/KeeperError.ts';
import { parentOf } from '../protocol/paths.ts';
import { Claim } from './Claim.ts';
import { compareAndSet } from './compareAndSet.ts';
import { createContainers } from './ProtectedNode.ts';
import { orNull, retryOnLoss } from './retry.ts';
import type { Versioned } from './SharedValue.ts';
import { SharedValue } from './SharedValue.ts';

export interface ConfigValue {
  readonly text: string;
  readonly version: number;
}

export class Configuration {
  readonly path: string;
  private readonly context: ClientContext;
  private readonly claim: Claim;
  private readonly shared: SharedValue;

  constructor(context: ClientContext, path: string) {
    this.context = context;
    this.path = path;
    this.claim = new Claim(context, 'config', path);
    this.shared = new SharedValue(context, path, { onChange: (value) => this.adopt(value) });
  }

  /** What this client runs; null before it has read anything. */
  get value(): ConfigValue | null {
    const { value } = this.shared;
    return value && toConfig(value.data, value.version);
  }

  /** Resolves when it takes part for the first time: it has read what there is. */
  get stands(): Promise<void> {
    return this.shared.stands;
  }

  /** Follows until `close`; resolves then. Call it once. The znode need not exist. */
  run(): Promise<void> {
    return this.shared.run();
  }

  async close(): Promise<void> {
    this.claim.drop();
    await this.shared.close();
  }

  /** What the servers have; null if there is no such znode. */
  async read(): Promise<ConfigValue | null> {
    const { zk } = this.context;
    const found = await orNull(() => retryOnLoss(() => zk.getData(this.path)));
    return found && toConfig(found.data, found.stat.version);
  }

  /**
   * Writes over `version`; null stands for no znode yet. The new version, or null if somebody else
   * was first.
   */
  async change(version: number | null, text: string): Promise<number | null> {
    if (version === null) return this.create(text);
    this.claim.step(`set over version ${version}`);
    const stat = await compareAndSet(this.context.zk, this.path, text, version);
    this.claim.step(stat === null ? 'somebody else was first' : `version ${stat.version} is set`);
    return stat?.version ?? null;
  }

  private async create(text: string): Promise<number | null> {
    const { zk } = this.context;
    this.claim.step('create znode');
    await createContainers(zk, parentOf(this.path));
    for (let isLost = false; ; ) {
      try {
        await zk.create(this.path, text);
        return 0;
      } catch (error) {
        if (isKeeperError(error, 'CONNECTIONLOSS')) {
          isLost = true;
          continue;
        }
        if (!isKeeperError(error, 'NODEEXISTS')) throw error;
      }
      if (!isLost) return null;
      // Perhaps an earlier attempt of ours: then it says what we wanted.
      const now = await this.read();
      return now?.version === 0 && now.text === text ? 0 : null;
    }
  }

  private adopt({ version, mzxid }: Versioned): void {
    this.claim.step(`run version ${version}`);
    this.claim.take({ fence: mzxid, znode: this.path });
  }
}

function toConfig(data: Uint8Array | null, version: number): ConfigValue {
  return { text: data === null ? '' : utf8Decode(data), version };
}
