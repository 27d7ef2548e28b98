/**
 * The coordinator of a two-phase commit: asks the sites, counts their votes, decides.
 *
 * Guarantees: there is one decision, and every site that learns of one learns of that; it is to
 * commit only if every site has voted so. A coordinator that dies leaves everything needed in the
 * znodes: whoever calls `recover` finishes in its place, and the old one, come back, cannot decide
 * otherwise.
 * Does not guarantee that sites learn of it before a coordinator has come back or been replaced:
 * two phases block. It keeps the znodes for sites that come late; delete them when all have asked.
 * Errors: NODEEXISTS if the transaction was begun by somebody else; NONODE if `recover` finds none;
 * SESSIONEXPIRED: nothing is decided yet, or it is, and `recover` finds out.
 * Source: ZooKeeper recipes, "Two-phased Commit".
 */

import { assert } from '../base/assert.ts';
import type { ClientContext } from '../client/ClientContext.ts';
import { isKeeperError } from '../client/KeeperError.ts';
import { createOp } from '../client/ops.ts';
import { watchOnce } from '../client/watch.ts';
import type { ZooKeeper } from '../client/ZooKeeper.ts';
import { parentOf } from '../protocol/paths.ts';
import { Patience } from './Patience.ts';
import { createContainers, createNamed, deleteForCertain } from './ProtectedNode.ts';
import { orNull, retryOnLoss } from './retry.ts';
import type { Verdict } from './twoPhase.ts';
import { COORDINATOR, settle, verdictIn } from './twoPhase.ts';

const RECIPE = '2pc';
/** One transaction of the service makes them all. */
export const SITES_MAX = 100;

export interface DecideOptions {
  /** A site that has not voted by then stands for abort; left out: wait for ever. */
  readonly timeoutMs?: number;
}

export class TwoPhaseCoordinator {
  readonly path: string;
  private readonly context: ClientContext;

  constructor(context: ClientContext, path: string) {
    this.context = context;
    this.path = path;
  }

  /** Makes the transaction and asks the sites for their votes. Names are parts of a path. */
  async begin(sites: readonly string[]): Promise<void> {
    const { path } = this;
    const { zk } = this.context;
    assert(sites.length > 0 && sites.length <= SITES_MAX, `${sites.length} sites`);
    assert(!sites.includes(COORDINATOR), `no site may be called ${COORDINATOR}`);
    assert(new Set(sites).size === sites.length, 'a site is named twice');
    await createContainers(zk, parentOf(path));
    this.step('phase 1: create the transaction and ask the sites');
    const ops = [
      createOp(path, ''),
      createOp(`${path}/${COORDINATOR}`, '', { mode: 'EPHEMERAL' }),
      ...sites.map((site) => createOp(`${path}/${site}`, '')),
    ];
    try {
      await retryOnLoss(() => zk.multi(ops));
    } catch (error) {
      // Perhaps an earlier attempt of ours, whose answer was lost.
      if (!isKeeperError(error, 'NODEEXISTS') || !(await this.isOurs(zk))) throw error;
    }
  }

  /** Waits for the votes, decides, and returns what was decided. */
  async decide({ timeoutMs }: DecideOptions = {}): Promise<Verdict> {
    const { zk } = this.context;
    const patience = new Patience(this.context, timeoutMs);
    const listed = await retryOnLoss(() => zk.getChildren(this.path));
    const sites = listed.children.filter((name) => name !== COORDINATOR).sort();
    let wanted: Verdict = 'commit';
    for (const site of sites) {
      wanted = await this.voteOf(zk, site, patience);
      if (wanted === 'abort') break;
    }
    this.step(`phase 2: write ${wanted}`);
    const verdict = await settle(zk, this.path, wanted);
    this.step(`decided: ${verdict}`);
    await deleteForCertain(zk, `${this.path}/${COORDINATOR}`);
    return verdict;
  }

  /**
   * Takes the place of a coordinator that is gone, waiting for that if need be, and decides. What
   * was decided already stays.
   */
  async recover(options: DecideOptions = {}): Promise<Verdict> {
    const { zk } = this.context;
    const znode = `${this.path}/${COORDINATOR}`;
    for (;;) {
      const { data } = await retryOnLoss(() => zk.getData(this.path));
      const decided = verdictIn(data);
      if (decided !== null) return decided;
      this.step('become coordinator');
      await createNamed(zk, znode, '');
      const gone = watchOnce();
      const found = await orNull(() => retryOnLoss(() => zk.getData(znode, gone.watcher)));
      if (found?.stat.ephemeralOwner === zk.sessionId) return this.decide(options);
      this.step('wait: there is a coordinator');
      if (found !== null) await gone.fired;
    }
  }

  private async isOurs(zk: ZooKeeper): Promise<boolean> {
    const stat = await retryOnLoss(() => zk.exists(`${this.path}/${COORDINATOR}`));
    return stat?.ephemeralOwner === zk.sessionId;
  }

  /** `abort` also for a site that has not voted in time, or whose znode is gone. */
  private async voteOf(zk: ZooKeeper, site: string, patience: Patience): Promise<Verdict> {
    const znode = `${this.path}/${site}`;
    for (;;) {
      const voted = watchOnce();
      const found = await orNull(() => retryOnLoss(() => zk.getData(znode, voted.watcher)));
      if (found === null) return 'abort';
      const vote = verdictIn(found.data);
      if (vote !== null) return vote;
      if (patience.isOver) {
        this.step(`${site} has not voted in time`);
        return 'abort';
      }
      this.step(`wait for the vote of ${site}`);
      await patience.wait(voted);
    }
  }

  private step(text: string): void {
    this.context.step(RECIPE, this.path, text);
  }
}
