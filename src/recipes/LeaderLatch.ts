/**
 * Leader election that a program joins and stays in: whoever is first in line leads, all others
 * watch the one before. Znodes as Curator's LeaderLatch names them, with the participant's id as
 * data: `<path>/_c_<uuid>-latch-<10 digits>`.
 *
 * Guarantees: one participant leads at a time, as the servers see it, and it says so only after it
 * has seen that the first znode belongs to its own session. Without a connection it does not lead
 * (Curator's SUSPENDED), since somebody else may; back again, it looks again. After its session has
 * expired it opens a new one and joins anew.
 * Does not guarantee that two never believe it at once: a participant that is cut off learns of it
 * when its connection times out, and the next may lead by then if that comes late. What leaders do
 * must carry the `fence` and be refused when it is old.
 * Errors: none of the session while it runs; any other failure ends it, and so does closing the
 * session.
 * Source: ZooKeeper recipes, "Leader Election"; Curator LeaderLatch.
 */

import type { ClientContext } from '../client/ClientContext.ts';
import type { ZooKeeper } from '../client/ZooKeeper.ts';
import { Claim } from './Claim.ts';
import { createProtected, deleteForCertain, sortedBySequence } from './ProtectedNode.ts';
import { orNull } from './retry.ts';
import { Standing } from './Standing.ts';

const BASENAME = 'latch-';

export class LeaderLatch {
  readonly path: string;
  readonly id: string;
  private readonly context: ClientContext;
  private readonly claim: Claim;
  private readonly standing: Standing;
  private own: string | null = null;

  /**
   * `path`: made as a container if it is missing. `id`: what the others see of this participant.
   */
  constructor(context: ClientContext, path: string, id: string) {
    this.context = context;
    this.path = path;
    this.id = id;
    this.claim = new Claim(context, 'latch', path);
    this.standing = new Standing(context, {
      look: (zk) => this.look(zk),
      onDisconnected: () => {
        if (this.claim.drop() !== null) this.claim.step('no connection: leads no more');
      },
      onSessionOver: () => {
        this.own = null;
        this.claim.drop();
      },
    });
  }

  get isLeader(): boolean {
    return this.claim.held !== null;
  }

  /** Path of this participant's znode; null while it has none. */
  get znode(): string | null {
    return this.own;
  }

  /** Resolves when it takes part for the first time: it leads, or watches the one before. */
  get stands(): Promise<void> {
    return this.standing.stands;
  }

  /** Takes part until `close`; resolves then. Call it once. */
  run(): Promise<void> {
    return this.standing.run();
  }

  /** Leaves the line; the next one leads. */
  async close(): Promise<void> {
    const { own, standing } = this;
    const { zk } = standing;
    standing.close();
    this.claim.drop();
    if (zk !== null && own !== null) {
      this.claim.step('delete own znode');
      await deleteForCertain(zk, own);
    }
    this.claim.step('left');
  }

  private join(zk: ZooKeeper): Promise<string> {
    this.claim.step('create own znode');
    const options = { parent: this.path, basename: BASENAME, data: this.id };
    return createProtected(this.context, zk, options, () => this.claim.step('look for own znode'));
  }

  /** Finds out who leads, and has something that changes that wake it. */
  private async look(zk: ZooKeeper): Promise<void> {
    this.own ??= await this.join(zk);
    const { own, claim, standing } = this;
    // Closed while it joined: `close` did not know of the znode.
    if (standing.isClosed) return deleteForCertain(zk, own);
    claim.step('list children');
    const listed = await orNull(() => zk.getChildren(this.path));
    const line = sortedBySequence(listed?.children ?? [], BASENAME);
    const index = line.indexOf(own.slice(this.path.length + 1));
    if (index < 0) return this.joinAnew();
    const watched = index === 0 ? own : `${this.path}/${line[index - 1]}`;
    claim.step(index === 0 ? 'confirm own znode' : 'watch predecessor');
    const found = await orNull(() => zk.getData(watched, standing.nudge));
    if (found === null) standing.nudge();
    else if (index > 0) claim.drop();
    else await this.lead(zk, own, found.stat);
  }

  /** A znode of an earlier session, found again by its name, would not last. */
  private async lead(
    zk: ZooKeeper,
    own: string,
    stat: { readonly ephemeralOwner: bigint; readonly czxid: number },
  ): Promise<void> {
    if (stat.ephemeralOwner !== zk.sessionId) {
      await deleteForCertain(zk, own);
      this.joinAnew();
    } else if (!this.standing.isNudged) {
      this.claim.take({ fence: stat.czxid, znode: own });
      this.claim.step('lead');
    }
  }

  private joinAnew(): void {
    this.own = null;
    this.claim.drop();
    this.standing.nudge();
  }
}
