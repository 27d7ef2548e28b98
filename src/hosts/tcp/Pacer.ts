/**
 * Makes virtual time follow the wall clock. A turn hands in what has come, runs what is due, and
 * lets the answers go; then it sleeps until something comes or the next event is due.
 */

import type { Conductor } from '../../conductor/Conductor.ts';
import type { OutsideInput } from '../../conductor/Outside.ts';
import { NextTurn } from './NextTurn.ts';

/**
 * Virtual time may be this far ahead. Timers of Node know whole milliseconds only, so what is due
 * within one runs at once: messages between servers need not wait for a clock that is too coarse.
 */
const LEAD_US = 1_000;

export interface Surroundings {
  takeInputs(): readonly OutsideInput[];
  /** Lets out what the turn has brought. True if there is more to take in at once. */
  flush(): boolean;
  /** The conductor failed: nothing goes on. */
  onFailure(error: unknown): void;
}

export class Pacer {
  private readonly conductor: Conductor;
  private readonly surroundings: Surroundings;
  private readonly startedMs = performance.now();
  private readonly next = new NextTurn(() => void this.turn());
  private isTurning = false;
  private isStopped = false;

  constructor(conductor: Conductor, surroundings: Surroundings) {
    this.conductor = conductor;
    this.surroundings = surroundings;
  }

  /** Something has come: a turn follows once all that came with it is there, too. */
  wake(): void {
    if (!this.isStopped && !this.isTurning) this.next.comeSoon();
  }

  stop(): void {
    this.isStopped = true;
    this.next.cancel();
  }

  private async turn(): Promise<void> {
    this.isTurning = true;
    try {
      const nowUs = this.nowUs();
      const inputs = this.surroundings.takeInputs();
      await this.conductor.serve(inputs, nowUs, nowUs + LEAD_US);
      const hasMore = this.surroundings.flush();
      this.isTurning = false;
      if (hasMore) this.wake();
      else this.sleep();
    } catch (error) {
      this.stop();
      this.surroundings.onFailure(error);
    }
  }

  private sleep(): void {
    const waitUs = this.conductor.nextEventUs - LEAD_US - this.nowUs();
    if (waitUs <= 0) this.wake();
    else if (!this.isStopped) this.next.comeAfter(Math.ceil(waitUs / 1000));
  }

  private nowUs(): number {
    return Math.floor((performance.now() - this.startedMs) * 1000);
  }
}
