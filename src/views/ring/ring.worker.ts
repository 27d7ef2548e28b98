/**
 * Draws the ring's canvas in each frame. In a worker of its own, so that what moves goes on moving
 * while the page is busy, and the page need not work for frames in which nothing else changes.
 */

import { CARRIED_ON_MAX_MS, nowUsAfter } from '../../lab/playback.ts';
import { drawRing } from './drawRing.ts';
import { MessageSprites } from './MessageSprites.ts';
import type { RingMoment, RingOrder, RingPicture } from './RingPicture.ts';

let canvas: OffscreenCanvas | null = null;
let picture: RingPicture | null = null;
let sprites: MessageSprites | null = null;
let moment: RingMoment | null = null;
let isRequested = false;

addEventListener('message', ({ data }: MessageEvent<RingOrder>) => {
  if (data.type === 'canvas') canvas = data.canvas;
  else if (data.type === 'moment') moment = data.moment;
  else show(data.picture);
  requestFrame();
});

function show(next: RingPicture): void {
  picture = next;
  sprites = new MessageSprites(next.palette, next.ratio);
}

function requestFrame(): void {
  if (isRequested) return;
  isRequested = true;
  requestAnimationFrame(onFrame);
}

function onFrame(frameMs: number): void {
  isRequested = false;
  const context = canvas?.getContext('2d');
  if (!canvas || !context || picture === null || sprites === null || moment === null) return;
  resize(canvas, picture);
  const sinceMs = performance.timeOrigin + frameMs - moment.atMs;
  drawRing(context, picture, sprites, moment, nowUsAfter(moment.clock, sinceMs));
  if (moment.clock.pace > 0 && sinceMs < CARRIED_ON_MAX_MS) requestFrame();
}

/** To set the size of a canvas clears it, even to the size that it has. */
function resize(target: OffscreenCanvas, { size, ratio }: RingPicture): void {
  const width = Math.round(size.width * ratio);
  const height = Math.round(size.height * ratio);
  if (target.width !== width) target.width = width;
  if (target.height !== height) target.height = height;
}
