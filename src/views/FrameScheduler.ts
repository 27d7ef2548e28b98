/**
 * The page's only requestAnimationFrame. What moves every frame draws here; it stops when nobody
 * asks for another frame.
 */

/** A hidden or busy page must not be followed by a leap of time. */
const ELAPSED_MAX_MS = 50;

export type Draw = (elapsedMs: number) => void;

export class FrameScheduler {
  readonly #draws = new Set<Draw>();
  readonly #advance: (elapsedMs: number) => Promise<void>;
  readonly #isMoving: () => boolean;
  #handle = 0;
  #lastMs = 0;

  /** `advance` runs first in each frame; while `isMoving`, another frame always follows. */
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
    const elapsedMs = Math.min(ELAPSED_MAX_MS, Math.max(0, nowMs - this.#lastMs));
    this.#lastMs = nowMs;
    void this.#advance(elapsedMs).then(() => {
      for (const draw of this.#draws) draw(elapsedMs);
      if (this.#isMoving()) this.request();
    });
  };
}
