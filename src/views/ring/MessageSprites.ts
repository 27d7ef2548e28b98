/**
 * Each look of a message, drawn once: to copy a few pixels costs far less in every frame than to
 * fill and stroke a path.
 */

import { type Context2D, drawShape, type Palette } from './drawShapes.ts';
import type { Look } from './shapes.ts';

/** CSS pixels; the largest shape fits in. */
const SIDE = 24;

export class MessageSprites {
  readonly #palette: Palette;
  readonly #ratio: number;
  readonly #sprites = new Map<Look, ImageBitmap>();

  /** `ratio`: device pixels for one CSS pixel. */
  constructor(palette: Palette, ratio: number) {
    this.#palette = palette;
    this.#ratio = ratio;
  }

  /** On whole device pixels, so that nothing has to be interpolated. */
  draw(context: Context2D, look: Look, x: number, y: number): void {
    const left = Math.round((x - SIDE / 2) * this.#ratio) / this.#ratio;
    const top = Math.round((y - SIDE / 2) * this.#ratio) / this.#ratio;
    context.drawImage(this.#spriteOf(look), left, top, SIDE, SIDE);
  }

  #spriteOf(look: Look): ImageBitmap {
    const known = this.#sprites.get(look);
    if (known !== undefined) return known;
    const side = Math.round(SIDE * this.#ratio);
    const canvas = new OffscreenCanvas(side, side);
    const context = canvas.getContext('2d');
    context?.scale(this.#ratio, this.#ratio);
    if (context !== null) drawShape(context, look, SIDE / 2, SIDE / 2, this.#palette);
    const sprite = canvas.transferToImageBitmap();
    this.#sprites.set(look, sprite);
    return sprite;
  }
}
