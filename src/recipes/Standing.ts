/**
 * Taking part for longer than a session lasts: looks, waits until something may have changed, and
 * looks again, over lost connections and expired sessions, until it is closed.
 * Source: Curator ConnectionStateListener, as LeaderLatch, PersistentNode and CuratorCache use it.
 */

import { assert } from '../base/assert.ts';
import type { ClientContext } from '../client/ClientContext.ts';
import { isKeeperError } from '../client/KeeperError.ts';
import type { ClientState } from '../client/trace.ts';
import type { ZooKeeper } from '../client/ZooKeeper.ts';

export interface Part {
  /** Finds out how things are and sets watches that nudge. A lost connection may interrupt it. */
  readonly look: (zk: ZooKeeper) => Promise<void>;
  /** Nobody knows what the servers do now (Curator's SUSPENDED). */
  readonly onDisconnected?: () => void;
  /** The session has ended, and its ephemerals and watches with it. */
  readonly onSessionOver?: () => void;
}

export class Standing {
  /** Something may have changed: look again. As a watcher it can be set many times. */
  readonly nudge = (): void => {
    this.nudged = true;
    this.wake();
  };
  /** Resolves when it has looked for the first time and waits for what may change. */
  readonly stands: Promise<void>;
  private readonly context: ClientContext;
  private readonly part: Part;
  private stand: () => void = () => {};
  private session: ZooKeeper | null = null;
  private isStarted = false;
  private closed = false;
  private nudged = false;
  private wake: () => void = () => {};

  constructor(context: ClientContext, part: Part) {
    this.context = context;
    this.part = part;
    this.stands = new Promise((resolve) => {
      this.stand = resolve;
    });
  }

  get isClosed(): boolean {
    return this.closed;
  }

  /** Something has changed since the present look began. */
  get isNudged(): boolean {
    return this.nudged;
  }

  /** The session that it takes part with; null while it takes none. */
  get zk(): ZooKeeper | null {
    return this.session;
  }

  /**
   * Resolves after `close`; rejects with what is neither a lost connection nor an expired session,
   * and when the program closes the session. Call it once.
   */
  async run(): Promise<void> {
    assert(!this.isStarted, 'it has been started');
    this.isStarted = true;
    while (!this.closed) {
      const zk = this.context.openSession();
      this.session = zk;
      const stop = zk.onState((state) => this.onState(state));
      try {
        await this.takePart(zk);
      } catch (error) {
        if (zk.state !== 'expired') throw error;
      } finally {
        stop();
        this.session = null;
        this.part.onSessionOver?.();
      }
    }
  }

  /** Ends `run`. What it made is the caller's to undo. */
  close(): void {
    this.closed = true;
    this.nudge();
  }

  private async takePart(zk: ZooKeeper): Promise<void> {
    while (!this.closed) {
      try {
        await zk.connected();
        this.nudged = false;
        if (this.closed) return;
        await this.part.look(zk);
        if (!this.nudged) this.stand();
        await this.untilNudged();
      } catch (error) {
        // Looks again when there is a connection again.
        if (!isKeeperError(error, 'CONNECTIONLOSS')) throw error;
      }
    }
  }

  private onState(state: ClientState): void {
    if (state !== 'connected' && state !== 'connecting') this.part.onDisconnected?.();
    this.nudge();
  }

  private untilNudged(): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve;
      if (this.nudged) resolve();
    });
  }
}
