/**
 * The page's clock: grants the time that has passed, some thirty times a second while anything
 * moves, and stops when nobody asks for more. What moves is told after each grant.
 */

/** A hidden or busy page must not be followed by a leap of time. */
const ELAPSED_MAX_MS = 100;
/** From one grant to the next; the ring's worker carries on what is on its way in between. */
const GRANT_EVERY_MS = 33;
/** A frame is asked for this long before it is wanted: it comes with the screen's next one. */
const FRAME_MS = 12;

/**
 * `atMs`: the viewer's time up to which virtual time has been granted, in milliseconds since the
 * epoch of computers, so that workers can read it too.
 */
export type Draw = (atMs: number) => void;

export class FrameScheduler {
  readonly #draws = new Set<Draw>();
  readonly #advance: (elapsedMs: number) => Promise<void>;
  readonly #isMoving: () => boolean;
  #lastMs = 0;
  /** A frame is to come or under way. */
  #isAwake = false;
  /** Somebody asked for a frame after the one under way. */
  #isWanted = false;

  /** `advance` gets the time that has passed; while `isMoving`, another frame always follows. */
  constructor(advance: (elapsedMs: number) => Promise<void>, isMoving: () => boolean) {
    this.#advance = advance;
    this.#isMoving = isMoving;
  }

  /** Draws after every grant until the returned function is called. */
  add(draw: Draw): () => void {
    this.#draws.add(draw);
    this.request();
    return () => this.#draws.delete(draw);
  }

  request(): void {
    this.#isWanted = true;
    if (this.#isAwake) return;
    this.#isAwake = true;
    requestAnimationFrame(this.#onFrame);
  }

  readonly #onFrame = async (nowMs: number): Promise<void> => {
    const elapsedMs = Math.min(ELAPSED_MAX_MS, Math.max(0, nowMs - this.#lastMs));
    this.#lastMs = nowMs;
    this.#isWanted = false;
    try {
      await this.#advance(elapsedMs);
    } finally {
      this.#isAwake = false;
      for (const draw of this.#draws) draw(performance.timeOrigin + nowMs);
      if (this.#isMoving()) this.#requestIn(nowMs + GRANT_EVERY_MS - FRAME_MS - performance.now());
      else if (this.#isWanted) this.request();
    }
  };

  /** Frames in between would cost the page its styles and its layout, and show nothing new. */
  #requestIn(waitMs: number): void {
    this.#isAwake = true;
    setTimeout(() => requestAnimationFrame(this.#onFrame), Math.max(0, waitMs));
  }
}
