/** How long somebody waits for its turn: until a time, or until it wants no more. */

import type { ClientContext } from '../client/ClientContext.ts';
import type { WatchOnce } from '../client/watch.ts';

export class Patience {
  private readonly context: ClientContext;
  private readonly deadlineMs: number | null;
  private givenUp = false;
  private wake: () => void = () => {};

  /** `timeoutMs` left out: for ever. */
  constructor(context: ClientContext, timeoutMs?: number) {
    this.context = context;
    this.deadlineMs = timeoutMs === undefined ? null : context.nowMs + timeoutMs;
  }

  get isOver(): boolean {
    return this.givenUp || (this.deadlineMs !== null && this.context.nowMs >= this.deadlineMs);
  }

  /** Whatever comes now is not wanted any more. */
  get isGivenUp(): boolean {
    return this.givenUp;
  }

  giveUp(): void {
    this.givenUp = true;
    this.wake();
  }

  /** Until the watch fires, or patience is over. */
  async wait({ fired }: WatchOnce): Promise<void> {
    if (this.isOver) return;
    const given = new Promise<void>((resolve) => {
      this.wake = resolve;
    });
    const either = Promise.race([fired, given]);
    if (this.deadlineMs === null) await either;
    else await this.context.within(this.deadlineMs - this.context.nowMs, either);
  }
}
