/**
 * A site of a two-phase commit: votes once, then waits for the decision and does as it says.
 *
 * Guarantees: its vote counts once and cannot be changed; `outcome` gives the one decision that
 * there is. A site that has voted to abort, or not at all, may abort alone; one that has voted to
 * commit must wait.
 * Does not guarantee an end to the wait: without a coordinator nobody decides.
 * Errors: NONODE if there is no such transaction, or this site is not in it; an Error for a second,
 * other vote; SESSIONEXPIRED, after which it may ask again.
 * Source: ZooKeeper recipes, "Two-phased Commit".
 */

import type { ClientContext } from '../client/ClientContext.ts';
import { watchOnce } from '../client/watch.ts';
import { Claim } from './Claim.ts';
import { retryOnLoss } from './retry.ts';
import type { Verdict } from './twoPhase.ts';
import { settle, verdictIn } from './twoPhase.ts';

export class TwoPhaseSite {
  readonly path: string;
  readonly site: string;
  private readonly context: ClientContext;
  private readonly claim: Claim;

  constructor(context: ClientContext, path: string, site: string) {
    this.context = context;
    this.path = path;
    this.site = site;
    this.claim = new Claim(context, '2pc', path);
  }

  async vote(vote: Verdict): Promise<void> {
    this.claim.step(`vote ${vote}`);
    const counted = await settle(this.context.zk, `${this.path}/${this.site}`, vote);
    if (counted !== vote) throw new Error(`${this.site} has voted ${counted} already`);
  }

  /** Waits for the decision. To have committed is told as a belief. */
  async outcome(): Promise<Verdict> {
    const { claim, path } = this;
    const { zk } = this.context;
    for (;;) {
      const decided = watchOnce();
      const { data, stat } = await retryOnLoss(() => zk.getData(path, decided.watcher));
      const verdict = verdictIn(data);
      if (verdict !== null) {
        claim.step(`decided: ${verdict}`);
        if (verdict === 'commit') claim.take({ fence: stat.mzxid, znode: path });
        return verdict;
      }
      claim.step('wait for the decision');
      await decided.fired;
    }
  }
}
