/** When a host takes its next turn: at once, or after a sleep; never twice. */

/** Longest sleep, so that no delay exceeds what setTimeout takes. */
const SLEEP_MAX_MS = 60_000;

export class NextTurn {
  private readonly turn: () => void;
  private timeout: NodeJS.Timeout | null = null;
  private immediate: NodeJS.Immediate | null = null;

  constructor(turn: () => void) {
    this.turn = turn;
  }

  /** Once all that came together is there. */
  comeSoon(): void {
    if (this.immediate !== null) return;
    this.cancel();
    this.immediate = setImmediate(() => {
      this.immediate = null;
      this.turn();
    });
  }

  /**
   * Unless something comes before. By way of `comeSoon`, so that what waits in sockets is read
   * first: a client that spoke in time must not expire because this process slept too long.
   */
  comeAfter(waitMs: number): void {
    if (this.immediate !== null) return;
    this.cancel();
    this.timeout = setTimeout(() => this.comeSoon(), Math.min(waitMs, SLEEP_MAX_MS));
  }

  cancel(): void {
    if (this.timeout !== null) clearTimeout(this.timeout);
    if (this.immediate !== null) clearImmediate(this.immediate);
    this.timeout = null;
    this.immediate = null;
  }
}
