/**
 * A znode that its owner keeps in being: made again whenever it is gone, over lost connections and
 * expired sessions, until `close`.
 *
 * Guarantees: while the program runs and has a session the znode is there, or is being made; its
 * data is what was set last. An ephemeral one belongs to the present session: one that is left of
 * an earlier session of this program is replaced at once.
 * Does not guarantee that it is never missing, nor that the name is free: while somebody else's
 * session owns it, it waits.
 * Errors: none of the session while it runs; any other failure ends `run`.
 * Source: Curator PersistentNode.
 */

import type { ClientContext } from '../client/ClientContext.ts';
import { isKeeperError } from '../client/KeeperError.ts';
import type { ZnodeData } from '../client/ops.ts';
import type { ZooKeeper } from '../client/ZooKeeper.ts';
import { parentOf } from '../protocol/paths.ts';
import type { SessionId } from '../protocol/sessionId.ts';
import { Claim } from './Claim.ts';
import { createContainers, deleteForCertain } from './ProtectedNode.ts';
import { retryOnLoss } from './retry.ts';
import { Standing } from './Standing.ts';

export interface PersistentNodeOptions {
  readonly data: ZnodeData;
  /** Default EPHEMERAL. */
  readonly mode?: 'EPHEMERAL' | 'PERSISTENT';
  /** How steps and beliefs call it. Default `persistentNode`. */
  readonly recipe?: string;
}

export class PersistentNode {
  readonly path: string;
  private readonly claim: Claim;
  private readonly isEphemeral: boolean;
  private readonly standing: Standing;
  private readonly ownSessions = new Set<SessionId>();
  private data: ZnodeData;
  private isWritten = false;

  constructor(context: ClientContext, path: string, options: PersistentNodeOptions) {
    const { data, mode = 'EPHEMERAL', recipe = 'persistentNode' } = options;
    this.path = path;
    this.data = data;
    this.isEphemeral = mode === 'EPHEMERAL';
    this.claim = new Claim(context, recipe, path);
    this.standing = new Standing(context, {
      look: (zk) => this.look(zk),
      onSessionOver: () => {
        this.claim.drop();
      },
    });
  }

  /** As far as this program knows, the znode is there. */
  get isThere(): boolean {
    return this.claim.held !== null;
  }

  /** Resolves when it takes part for the first time: the znode is there, or is not ours. */
  get stands(): Promise<void> {
    return this.standing.stands;
  }

  /** Keeps the znode until `close`; resolves then. Call it once. */
  run(): Promise<void> {
    return this.standing.run();
  }

  /** Also what it is made with from now on. */
  setData(data: ZnodeData): void {
    this.data = data;
    this.isWritten = false;
    this.standing.nudge();
  }

  /** Deletes the znode. */
  async close(): Promise<void> {
    const { zk } = this.standing;
    this.claim.drop();
    this.standing.close();
    this.claim.step('delete own znode');
    if (zk !== null) await this.deleteOwn(zk);
    this.claim.step('left');
  }

  /** Not what somebody else has made. With the session, an ephemeral goes by itself. */
  private async deleteOwn(zk: ZooKeeper): Promise<void> {
    try {
      const stat = await retryOnLoss(() => zk.exists(this.path));
      if (stat === null) return;
      const isOwn = this.isEphemeral ? this.ownSessions.has(stat.ephemeralOwner) : this.isWritten;
      if (isOwn) await deleteForCertain(zk, this.path);
    } catch (error) {
      if (zk.isAlive) throw error;
    }
  }

  private async look(zk: ZooKeeper): Promise<void> {
    const { claim, standing, path } = this;
    if (this.isEphemeral) this.ownSessions.add(zk.sessionId);
    const stat = await zk.exists(path, standing.nudge);
    if (standing.isClosed) return;
    if (stat === null) return this.create(zk);
    const owner = this.isEphemeral ? zk.sessionId : 0n;
    if (stat.ephemeralOwner === owner) {
      if (!this.isWritten) await this.write(zk);
      if (claim.held?.fence === stat.czxid) return;
      claim.take({ fence: stat.czxid, znode: path });
      claim.step('znode is there');
    } else if (this.ownSessions.has(stat.ephemeralOwner)) {
      claim.step('replace the znode of the old session');
      await deleteForCertain(zk, path);
    } else {
      claim.drop();
      claim.step('wait: the znode is not ours');
    }
  }

  private async create(zk: ZooKeeper): Promise<void> {
    const { claim, path, standing } = this;
    claim.drop();
    claim.step('create znode');
    const mode = this.isEphemeral ? 'EPHEMERAL' : 'PERSISTENT';
    const { data } = this;
    try {
      await zk.create(path, data, { mode });
      this.isWritten = this.data === data;
    } catch (error) {
      if (isKeeperError(error, 'NONODE')) {
        await createContainers(zk, parentOf(path));
        standing.nudge();
      } else if (!isKeeperError(error, 'NODEEXISTS')) {
        throw error;
      }
    }
    // Closed meanwhile: nobody else will take it away.
    if (standing.isClosed) await deleteForCertain(zk, path);
  }

  private async write(zk: ZooKeeper): Promise<void> {
    const { data } = this;
    this.claim.step('set data');
    await retryOnLoss(() => zk.setData(this.path, data));
    if (this.data === data) this.isWritten = true;
  }
}
