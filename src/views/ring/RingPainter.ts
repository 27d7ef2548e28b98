/** The page's side of the worker that draws the ring's canvas. */

import type { RingMoment, RingOrder, RingPicture } from './RingPicture.ts';

export class RingPainter {
  readonly #worker = new Worker(new URL('./ring.worker.ts', import.meta.url), { type: 'module' });

  /** Takes the canvas over for good: nobody else can draw on it, or size it. */
  constructor(element: HTMLCanvasElement) {
    const canvas = element.transferControlToOffscreen();
    this.#post({ type: 'canvas', canvas }, [canvas]);
  }

  /** Its colours, its size, and how it is drawn. */
  show(picture: RingPicture): void {
    this.#post({ type: 'picture', picture });
  }

  /** What is on it; the worker carries it on until the next moment comes. */
  move(moment: RingMoment): void {
    this.#post({ type: 'moment', moment });
  }

  dispose(): void {
    this.#worker.terminate();
  }

  #post(order: RingOrder, transfer: Transferable[] = []): void {
    this.#worker.postMessage(order, transfer);
  }
}
