/**
 * The page's only requestAnimationFrame. What moves every frame draws here; it stops when nobody
 * asks for another frame.
 */

/** A hidden or busy page must not be followed by a leap of time. */
const ELAPSED_MAX_MS = 50;

export type Draw = () => void;

export class FrameScheduler {
  readonly #draws = new Set<Draw>();
  readonly #advance: (elapsedMs: number) => Promise<void>;
  readonly #isMoving: () => boolean;
  #handle = 0;
  #lastMs = 0;
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
    if (!this.#isAdvancing) void this.#grant();
    this.#draw();
    if (this.#isMoving()) this.request();
  };

  /** The workers may need longer than a frame; drawing does not wait for them. */
  async #grant(): Promise<void> {
    const owedMs = this.#owedMs;
    this.#owedMs = 0;
    this.#isAdvancing = true;
    try {
      await this.#advance(owedMs);
    } finally {
      this.#isAdvancing = false;
    }
    if (!this.#isMoving()) this.#draw();
  }

  #draw(): void {
    for (const draw of this.#draws) draw();
  }
}
