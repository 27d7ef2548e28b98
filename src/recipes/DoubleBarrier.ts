/**
 * A computation that several begin together and end together. Each participant is an ephemeral
 * `<path>/<uuid>`; when enough are there, one of them writes `<path>/ready`, and leaving waits
 * until all are gone, as Curator's DistributedDoubleBarrier has it.
 *
 * Guarantees: nobody enters before `memberCount` participants are there at one time, as the servers
 * see it; all those enter, unless their sessions end. Nobody has left before all who entered with
 * it called `leave` or lost their sessions. The path serves one round after another.
 * Does not guarantee that those who entered are still there: a participant that is cut off or dies
 * counts as having left.
 * Errors: SESSIONEXPIRED and other KeeperErrors that are no mere loss of connection, at which
 * Curator throws.
 * Departs: `ready` holds the names of its round, one a line, and is written in one transaction with
 * a check that all of them are there. So a participant that is late, or finds what a round left
 * that died, waits for its own round; Curator lets it in.
 * Source: ZooKeeper recipes, "Double Barriers"; Curator DistributedDoubleBarrier.
 */

import { assert } from '../base/assert.ts';
import { utf8Decode } from '../base/utf8.ts';
import type { ClientContext } from '../client/ClientContext.ts';
import { isKeeperError } from '../client/KeeperError.ts';
import { checkOp, createOp, setDataOp } from '../client/ops.ts';
import type { Watcher } from '../client/watch.ts';
import { watchOnce } from '../client/watch.ts';
import type { ZooKeeper } from '../client/ZooKeeper.ts';
import type { AcquireOptions } from './Claim.ts';
import { Claim } from './Claim.ts';
import { holdZnode } from './holdZnode.ts';
import { Patience } from './Patience.ts';
import { createNamed, deleteForCertain } from './ProtectedNode.ts';
import { orNull, retryOnLoss } from './retry.ts';

const READY = 'ready';

interface Ready {
  readonly names: readonly string[];
  readonly version: number;
}

export class DoubleBarrier {
  readonly path: string;
  readonly memberCount: number;
  private readonly context: ClientContext;
  private readonly claim: Claim;
  private zk: ZooKeeper;
  private patience: Patience | null = null;
  private own: string | null = null;
  private round: readonly string[] = [];

  constructor(context: ClientContext, path: string, memberCount: number) {
    assert(Number.isInteger(memberCount) && memberCount > 0, `${memberCount} participants`);
    this.context = context;
    this.path = path;
    this.memberCount = memberCount;
    this.claim = new Claim(context, 'doubleBarrier', path);
    this.zk = context.zk;
  }

  get isInside(): boolean {
    return this.claim.held !== null;
  }

  get isIdle(): boolean {
    return this.patience === null && (this.own === null || !this.isInside);
  }

  /** True inside; false if the time ran out, or `leave` was called meanwhile. Only when idle. */
  async enter({ timeoutMs }: AcquireOptions = {}): Promise<boolean> {
    assert(this.isIdle, `the double barrier on ${this.path} is in use here`);
    const { context, path, claim } = this;
    this.zk = context.zk;
    const patience = new Patience(context, timeoutMs);
    this.patience = patience;
    const own = context.uuid();
    this.own = own;
    try {
      claim.step('create own znode');
      await createNamed(this.zk, `${path}/${own}`, '');
      if (await this.awaitRound(own, patience)) return true;
      claim.step('give up: delete own znode');
      await deleteForCertain(this.zk, `${path}/${own}`);
      this.own = null;
      return false;
    } catch (error) {
      this.own = null;
      throw error;
    } finally {
      this.patience = null;
    }
  }

  /**
   * True when all who entered with this one leave too. False if it was not inside, or no more: its
   * session ended. Before it is inside: stops waiting to enter.
   */
  async leave(): Promise<boolean> {
    this.patience?.giveUp();
    const { claim, own } = this;
    if (this.patience !== null || own === null) return false;
    this.own = null;
    // With its znode it has left already, as the others see it.
    if (claim.drop() === null) return false;
    const others = this.round.filter((name) => name !== own);
    const isTogether = await this.leaveWith(own, others);
    claim.step('left');
    return isTogether;
  }

  /** True once it is in a round. */
  private async awaitRound(own: string, patience: Patience): Promise<boolean> {
    const { claim, zk, path } = this;
    for (;;) {
      claim.step('look for ready');
      const changed = watchOnce();
      const ready = await this.readReady(changed.watcher);
      if (ready?.names.includes(own) === true) {
        this.round = ready.names;
        return (await holdZnode(zk, claim, `${path}/${own}`)) !== null;
      }
      if (patience.isOver) return false;
      claim.step('count participants');
      const listed = await orNull(() => retryOnLoss(() => zk.getChildren(path)));
      const present = (listed?.children ?? []).filter((name) => name !== READY).sort();
      if (!present.includes(own)) {
        claim.step('own znode is gone: create it again');
        await createNamed(zk, `${path}/${own}`, '');
        continue;
      }
      const inside = (ready?.names ?? []).filter((name) => present.includes(name));
      const waiting = present.filter((name) => !inside.includes(name));
      if (waiting.length < this.memberCount) {
        claim.step('wait for ready');
        await patience.wait(changed);
      } else if (inside.length > 0) {
        await this.awaitEnd(inside, patience);
      } else {
        claim.step('all are here: write ready');
        await this.begin(waiting, ready);
      }
    }
  }

  /** Until one of those who are still inside is gone. */
  private async awaitEnd(inside: readonly string[], patience: Patience): Promise<void> {
    const gone = watchOnce();
    this.claim.step('wait for the last round to end');
    const one = `${this.path}/${inside[0]}`;
    const found = await orNull(() => retryOnLoss(() => this.zk.getData(one, gone.watcher)));
    if (found !== null) await patience.wait(gone);
  }

  /** Does nothing if somebody has left, or another began a round, since they were counted. */
  private async begin(names: readonly string[], last: Ready | null): Promise<void> {
    const data = names.join('\n');
    const ready = `${this.path}/${READY}`;
    try {
      await this.zk.multi([
        ...names.map((name) => checkOp(`${this.path}/${name}`)),
        last === null ? createOp(ready, data) : setDataOp(ready, data, last.version),
      ]);
    } catch (error) {
      // After a loss too: who looks again finds out.
      const isOther = (['NONODE', 'NODEEXISTS', 'BADVERSION', 'CONNECTIONLOSS'] as const).some(
        (code) => isKeeperError(error, code),
      );
      if (!isOther) throw error;
    }
  }

  private async readReady(watcher: Watcher): Promise<Ready | null> {
    const { zk } = this;
    const path = `${this.path}/${READY}`;
    // The watch waits for its creation, or for the next round's names.
    const stat = await retryOnLoss(() => zk.exists(path, watcher));
    const found = stat && (await orNull(() => retryOnLoss(() => zk.getData(path))));
    if (found === null) return null;
    const names = found.data === null ? [] : utf8Decode(found.data).split('\n');
    return { names, version: found.stat.version };
  }

  private async leaveWith(own: string, others: readonly string[]): Promise<boolean> {
    const { claim, zk, path } = this;
    let isThere = true;
    for (;;) {
      claim.step('list those inside');
      const listed = await orNull(() => retryOnLoss(() => zk.getChildren(path)));
      const inside = others.filter((name) => listed?.children.includes(name) === true).sort();
      const [lowest] = inside;
      const highest = inside.at(-1);
      if (lowest === undefined || highest === undefined) break;
      const isLowest = isThere && own < lowest;
      const awaited = `${path}/${isLowest ? highest : lowest}`;
      const gone = watchOnce();
      const found = await orNull(() => retryOnLoss(() => zk.getData(awaited, gone.watcher)));
      if (isThere && !isLowest) {
        claim.step('delete own znode');
        await deleteForCertain(zk, `${path}/${own}`);
        isThere = false;
      }
      claim.step(isLowest ? 'lowest: wait for the highest' : 'wait for the lowest');
      if (found !== null) await gone.fired;
      if (!zk.isAlive) return false;
    }
    if (isThere) await this.endRound(own);
    return true;
  }

  /** The last one also takes away `ready`, unless another round has begun. */
  private async endRound(own: string): Promise<void> {
    const { zk, path, claim } = this;
    claim.step('last: delete own znode, and ready');
    await deleteForCertain(zk, `${path}/${own}`);
    const ready = await this.readReady(() => {});
    if (ready?.names.includes(own) !== true) return;
    try {
      await zk.delete(`${path}/${READY}`, ready.version);
    } catch (error) {
      // Left behind it does no harm.
      const isOther = (['NONODE', 'BADVERSION', 'CONNECTIONLOSS'] as const).some((code) =>
        isKeeperError(error, code),
      );
      if (!isOther) throw error;
    }
  }
}
