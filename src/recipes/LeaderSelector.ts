/**
 * Leader election as a job that goes round: whoever gets the lock does the leader's work, and when
 * that is done, or leadership is lost, the next in line leads. Znodes as Curator's LeaderSelector
 * names them, with the participant's id as data: `<path>/_c_<uuid>-lock-<10 digits>`.
 *
 * Guarantees: one leader at a time, as the servers see it; the work starts after all earlier
 * leaders have let go or their sessions have ended. Without a connection leadership is over at
 * once.
 * Does not guarantee that the work of a leader that was cut off has stopped when the next begins:
 * it must end when `over` resolves, and carry the `fence`.
 * Errors: those that the work throws, and those of the session's end if the program closed it; an
 * expired session is followed by another when it requeues, else it ends the run.
 * Source: ZooKeeper recipes, "Leader Election"; Curator LeaderSelector, CancelLeadershipException.
 */

import { assert } from '../base/assert.ts';
import type { ClientContext } from '../client/ClientContext.ts';
import { isKeeperError } from '../client/KeeperError.ts';
import type { ZooKeeper } from '../client/ZooKeeper.ts';
import type { Holding } from './Claim.ts';
import { Lock } from './Lock.ts';
import { lockOf } from './LockKind.ts';

export interface Leadership extends Holding {
  readonly isOver: boolean;
  /** Resolves when the work must end. */
  readonly over: Promise<void>;
}

export interface LeaderSelectorOptions {
  /** What the others see of this participant. */
  readonly id: string;
  /** Called as leader; leadership ends when it resolves. */
  readonly takeLeadership: (leadership: Leadership) => Promise<void>;
  /** Stands again after each turn. */
  readonly requeues: boolean;
}

class Term implements Leadership {
  readonly fence: number;
  readonly znode: string;
  readonly over: Promise<void>;
  isOver = false;
  private resolve: () => void = () => {};

  constructor({ fence, znode }: Holding) {
    this.fence = fence;
    this.znode = znode;
    this.over = new Promise((resolve) => {
      this.resolve = resolve;
    });
  }

  end(): void {
    this.isOver = true;
    this.resolve();
  }
}

export class LeaderSelector {
  readonly path: string;
  /** Resolves when it stands in line, or leads, for the first time. */
  readonly stands: Promise<void>;
  private readonly context: ClientContext;
  private readonly options: LeaderSelectorOptions;
  private readonly lock: Lock;
  private term: Term | null = null;
  private stand: () => void = () => {};
  private isStarted = false;
  private isClosed = false;

  constructor(context: ClientContext, path: string, options: LeaderSelectorOptions) {
    this.context = context;
    this.path = path;
    this.options = options;
    const kind = lockOf('selector');
    this.stands = new Promise((resolve) => {
      this.stand = resolve;
    });
    this.lock = new Lock(context, path, {
      kind,
      data: options.id,
      onRevoke: () => this.cancel(),
      onWait: this.stand,
    });
  }

  get isLeader(): boolean {
    return this.lock.held !== null;
  }

  /** Stands until `close`, or for one turn; resolves then. Call it once. */
  async run(): Promise<void> {
    assert(!this.isStarted, `this selector on ${this.path} has been started`);
    this.isStarted = true;
    do {
      const zk = this.context.openSession();
      try {
        await this.oneTurn(zk);
      } catch (error) {
        if (!isKeeperError(error, 'SESSIONEXPIRED') || zk.state !== 'expired') throw error;
      }
    } while (this.options.requeues && !this.isClosed);
  }

  /** Ends the present turn: the work is told, and the lock let go at once. */
  cancel(): void {
    this.term?.end();
    if (this.term !== null) void this.lock.release();
  }

  /** Leaves the line, or ends the present turn; stands no more. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.term?.end();
    await this.lock.release();
  }

  private async oneTurn(zk: ZooKeeper): Promise<void> {
    await zk.connected();
    if (this.isClosed) return;
    const holding = await this.lock.acquire();
    if (holding === null) return;
    this.stand();
    const term = new Term(holding);
    this.term = term;
    const stop = zk.onState((state) => {
      if (state !== 'connected') this.cancel();
    });
    // Cut off between the lock and here.
    if (zk.state !== 'connected') this.cancel();
    try {
      if (!term.isOver) await this.options.takeLeadership(term);
    } finally {
      stop();
      term.end();
      this.term = null;
      await this.lock.release();
    }
  }
}
