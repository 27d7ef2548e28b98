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

import { assert } from '../base/assert.ts';
import type { ClientContext } from '../client/ClientContext.ts';
import { isKeeperError } from '../client/KeeperError.ts';
import type { ClientState } from '../client/trace.ts';
import type { ZooKeeper } from '../client/ZooKeeper.ts';
import { Claim } from './Claim.ts';
import { createProtected, deleteForCertain, sortedBySequence } from './ProtectedNode.ts';
import { orNull } from './retry.ts';

const BASENAME = 'latch-';

export class LeaderLatch {
  readonly path: string;
  readonly id: string;
  private readonly context: ClientContext;
  private zk: ZooKeeper | null = null;
  private own: string | null = null;
  private readonly claim: Claim;
  private isStarted = false;
  private isClosed = false;
  private isNudged = false;
  /** Ends the present wait; it looks again. */
  private wake: () => void = () => {};

  /**
   * `path`: made as a container if it is missing. `id`: what the others see of this participant.
   */
  constructor(context: ClientContext, path: string, id: string) {
    this.context = context;
    this.path = path;
    this.id = id;
    this.claim = new Claim(context, 'latch', path);
  }

  get isLeader(): boolean {
    return this.claim.held !== null;
  }

  /** Path of this participant's znode; null while it has none. */
  get znode(): string | null {
    return this.own;
  }

  /** Takes part until `close`; resolves then. Call it once. */
  async run(): Promise<void> {
    assert(!this.isStarted, `this latch on ${this.path} has been started`);
    this.isStarted = true;
    while (!this.isClosed) {
      const zk = this.context.openSession();
      this.zk = zk;
      const stop = zk.onState((state) => this.onState(state));
      try {
        await this.takePart(zk);
      } catch (error) {
        if (zk.state !== 'expired') throw error;
        this.step('session expired: join anew');
      } finally {
        stop();
        this.own = null;
        this.claim.drop();
      }
    }
  }

  /** Leaves the line; the next one leads. */
  async close(): Promise<void> {
    const { zk, own } = this;
    this.isClosed = true;
    this.claim.drop();
    if (zk !== null && own !== null) {
      this.step('delete own znode');
      await deleteForCertain(zk, own);
    }
    this.nudge();
    this.step('left');
  }

  private async takePart(zk: ZooKeeper): Promise<void> {
    while (!this.isClosed) {
      try {
        await zk.connected();
        this.own ??= await this.join(zk);
        await this.look(zk, this.own);
      } catch (error) {
        // Looks again when there is a connection again.
        if (!isKeeperError(error, 'CONNECTIONLOSS')) throw error;
      }
    }
  }

  private async join(zk: ZooKeeper): Promise<string> {
    this.step('create own znode');
    const options = { parent: this.path, basename: BASENAME, data: this.id };
    const own = await createProtected(this.context, zk, options, () =>
      this.step('look for own znode'),
    );
    // Closed meanwhile: nobody else knows of the znode yet.
    if (this.isClosed) await deleteForCertain(zk, own);
    return own;
  }

  /** Finds out who leads, and waits for something to change that. */
  private async look(zk: ZooKeeper, own: string): Promise<void> {
    if (this.isClosed) return;
    this.isNudged = false;
    const nudge = (): void => this.nudge();
    this.step('list children');
    const listed = await orNull(() => zk.getChildren(this.path));
    const line = sortedBySequence(listed?.children ?? [], BASENAME);
    const index = line.indexOf(own.slice(this.path.length + 1));
    if (index < 0) {
      this.own = null;
      this.claim.drop();
      return;
    }
    const watched = index === 0 ? own : `${this.path}/${line[index - 1]}`;
    this.step(index === 0 ? 'confirm own znode' : 'watch predecessor');
    const found = await orNull(() => zk.getData(watched, nudge));
    if (found === null) return;
    if (index === 0) await this.lead(zk, own, found.stat);
    else this.claim.drop();
    await this.untilNudged();
  }

  /** A znode of an earlier session, found again by its name, would not last. */
  private async lead(
    zk: ZooKeeper,
    own: string,
    stat: { readonly ephemeralOwner: bigint; readonly czxid: number },
  ): Promise<void> {
    if (stat.ephemeralOwner !== zk.sessionId) {
      await deleteForCertain(zk, own);
      this.own = null;
      this.nudge();
      return;
    }
    if (this.isClosed || this.isNudged) return;
    this.claim.take({ fence: stat.czxid, znode: own });
    this.step('lead');
  }

  private onState(state: ClientState): void {
    if (state === 'connected' || state === 'connecting') return;
    if (this.claim.drop() !== null) this.step('no connection: leads no more');
    this.nudge();
  }

  private nudge(): void {
    this.isNudged = true;
    this.wake();
  }

  /** Returns at once if something has changed since this look began. */
  private untilNudged(): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve;
      if (this.isNudged) resolve();
    });
  }

  private step(text: string): void {
    this.claim.step(text);
  }
}
