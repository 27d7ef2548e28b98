/**
 * This server's history as Zab sees it: what is appended, what is known to be committed, and the
 * disk work under way. It outlives the roles; a role's own callbacks are dropped when the role
 * ends.
 * Source: the parts of ZKDatabase and SyncRequestProcessor that Leader and Learner share.
 *
 * Invariants
 * 1. Proposals are appended in zxid order, without gaps inside an epoch.
 * 2. What is committed is the oldest txn that is not applied yet.
 * 3. An election begins when no disk work is under way and everything in the log is applied, so
 *    that memory, log and vote agree. Whether the tail of the log is committed is for the next
 *    leader to say.
 */

import { assert } from '../../base/assert.ts';
import type { Zxid } from '../../protocol/zxid.ts';
import { counterOf, epochOf, formatZxid, nextZxid } from '../../protocol/zxid.ts';
import type { ServerContext } from '../context.ts';
import type { Database } from '../database.ts';
import type { Proposal } from '../replication.ts';

export class History {
  private readonly context: ServerContext;
  private readonly database: Database;
  /** Appended and not applied, oldest first. The role that appends limits it. */
  private tail: Proposal[] = [];
  private underWayCount = 0;
  private onIdle: (() => void) | null = null;
  private lastCommitted: Zxid;

  constructor(context: ServerContext, database: Database) {
    this.context = context;
    this.database = database;
    // Which part of a recovered log is committed, the disk does not say.
    this.lastCommitted = database.lastProcessedZxid;
  }

  /** Runs disk work; `onDone` follows when it is durable. */
  run(work: (onDurable: () => void) => void, onDone: () => void): void {
    this.underWayCount++;
    work(() => {
      this.underWayCount--;
      onDone();
      if (this.underWayCount === 0) this.idle();
    });
  }

  append(proposal: Proposal, onDurable: () => void): void {
    const last = this.database.lastLoggedZxid;
    assertFollows(proposal.zxid, last);
    this.tail.push(proposal);
    this.run((done) => this.database.append(proposal, done), onDurable);
  }

  /** A quorum has it. `apply` must apply it before it returns. */
  commit(proposal: Proposal, apply: (proposal: Proposal) => void): void {
    assert(
      proposal.zxid > this.lastCommitted,
      () => `${formatZxid(proposal.zxid)} committed twice`,
    );
    this.lastCommitted = proposal.zxid;
    if (this.context.isTracing) this.context.trace({ type: 'committed', zxid: proposal.zxid });
    this.apply(proposal, apply);
  }

  /** Applies the head of the tail without knowing that it is committed. */
  apply(proposal: Proposal, apply: (proposal: Proposal) => void): void {
    const head = this.tail.shift();
    assert(head?.zxid === proposal.zxid, () => `${formatZxid(proposal.zxid)} is not next to apply`);
    apply(proposal);
    const applied = this.database.lastProcessedZxid;
    // Further, if a request that was waiting for it ended the role.
    assert(applied >= proposal.zxid, () => `applied up to ${formatZxid(applied)} only`);
  }

  /** A quorum has all of this server's history. */
  commitAll(): void {
    for (const { zxid } of this.database.committedLog) {
      if (zxid > this.lastCommitted) this.context.trace({ type: 'committed', zxid });
    }
    this.lastCommitted = this.database.lastProcessedZxid;
  }

  truncate(zxid: Zxid, onDone: () => void): void {
    assert(this.tail.length === 0, 'truncation under an unapplied tail');
    if (zxid < this.lastCommitted) this.lastCommitted = zxid;
    this.run((done) => this.database.truncate(zxid, done), onDone);
  }

  /**
   * Replaces everything by a leader's snapshot; `saveRestored` must follow, so that memory and disk
   * never differ. False, and nothing is changed, if it cannot be read.
   */
  restore(body: Uint8Array, zxid: Zxid): boolean {
    assert(this.tail.length === 0, 'snapshot under an unapplied tail');
    return this.database.restore(body, zxid);
  }

  saveRestored(onDone: () => void): void {
    this.run((done) => this.database.saveSnapshot(done), onDone);
  }

  /** `then` runs, once, as soon as no disk work is under way and all of the log is applied. */
  settle(then: () => void): void {
    assert(this.onIdle === null, 'already settling');
    this.onIdle = then;
    if (this.underWayCount === 0) this.idle();
  }

  private idle(): void {
    const then = this.onIdle;
    if (then === null) return;
    this.onIdle = null;
    for (const proposal of this.tail) this.database.apply(proposal);
    this.tail = [];
    const { lastLoggedZxid, lastProcessedZxid } = this.database;
    assert(lastLoggedZxid === lastProcessedZxid, 'log and database differ');
    then();
  }
}

function assertFollows(zxid: Zxid, last: Zxid): void {
  const isNext = epochOf(zxid) === epochOf(last) ? zxid === nextZxid(last) : counterOf(zxid) === 1;
  assert(zxid > last && isNext, () => `${formatZxid(zxid)} does not follow ${formatZxid(last)}`);
}
