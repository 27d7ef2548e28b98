/**
 * The page's only requestAnimationFrame. What moves every frame draws here; it stops when nobody
 * asks for another frame.
 */

/** A hidden or busy page must not be followed by a leap of time. */
const ELAPSED_MAX_MS = 100;
/** Every grant asks every worker; in the frames between, what is on its way is carried on. */
const FRAMES_PER_GRANT = 2;

/** `sinceMs`: the viewer's time that has passed since the last grant. */
export type Draw = (sinceMs: number) => void;

export class FrameScheduler {
  readonly #draws = new Set<Draw>();
  readonly #advance: (elapsedMs: number) => Promise<void>;
  readonly #isMoving: () => boolean;
  #handle = 0;
  #lastMs = 0;
  /** The frame whose grant was carried out last. */
  #grantedMs = 0;
  #frameCount = 0;
  /** Time that has passed for the viewer and has not been granted yet. */
  #owedMs = 0;
  #isAdvancing = false;

  /** `advance` gets the time that has passed; while `isMoving`, another frame always follows. */
  constructor(advance: (elapsedMs: number) => Promise<void>, isMoving: () => boolean) {
    this.#advance = advance;
    this.#isMoving = isMoving;
  }

  /** Draws in every frame until the returned function is called. */
  add(draw: Draw): () => void {
    this.#draws.add(draw);
    this.request();
    return () => this.#draws.delete(draw);
  }

  request(): void {
    if (this.#handle === 0) this.#handle = requestAnimationFrame(this.#onFrame);
  }

  stop(): void {
    cancelAnimationFrame(this.#handle);
    this.#handle = 0;
    this.#draws.clear();
  }

  readonly #onFrame = (nowMs: number): void => {
    this.#handle = 0;
    const elapsedMs = Math.max(0, nowMs - this.#lastMs);
    this.#lastMs = nowMs;
    this.#owedMs = Math.min(ELAPSED_MAX_MS, this.#owedMs + elapsedMs);
    this.#frameCount += 1;
    const isDue = this.#frameCount % FRAMES_PER_GRANT === 0 || !this.#isMoving();
    if (isDue && !this.#isAdvancing) void this.#grant(nowMs);
    this.#draw(nowMs - this.#grantedMs);
    if (this.#isMoving()) this.request();
  };

  /** The workers may need longer than a frame; drawing does not wait for them. */
  async #grant(frameMs: number): Promise<void> {
    const owedMs = this.#owedMs;
    this.#owedMs = 0;
    this.#isAdvancing = true;
    try {
      await this.#advance(owedMs);
    } finally {
      this.#isAdvancing = false;
      this.#grantedMs = frameMs;
    }
    if (!this.#isMoving()) this.#draw(0);
  }

  #draw(sinceMs: number): void {
    for (const draw of this.#draws) draw(sinceMs);
  }
}
