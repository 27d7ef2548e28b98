/** One frame of what moves on the ring: messages on their way, and the timers' arcs. */

import { type Context2D, drawBurst, type Palette } from './drawShapes.ts';
import { along, type Lane, type Point } from './geometry.ts';
import type { MessageSprites } from './MessageSprites.ts';
import { isDead, type PlacedMessage, placeMessages } from './placeMessages.ts';
import type { RingMoment, RingPicture, RingTimer } from './RingPicture.ts';
import { lookOf } from './shapes.ts';

export function drawRing(
  context: Context2D,
  picture: RingPicture,
  sprites: MessageSprites,
  { messages, timers }: RingMoment,
  nowUs: number,
): void {
  const { ratio, size, palette } = picture;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, size.width, size.height);
  context.font = LABEL_FONT;
  context.textAlign = 'center';
  for (const timer of timers) drawTimer(context, picture, timer, nowUs);
  const placed = placeMessages(picture, messages, nowUs);
  for (const one of placed.messages) drawMessage(context, picture, sprites, one, nowUs);
  if (picture.showLabels) drawLabels(context, picture, placed.messages, nowUs);
  for (const { lane, count } of placed.crowds) {
    drawText(context, `×${count}`, along(lane, 0.5), palette);
  }
}

function drawMessage(
  context: Context2D,
  { palette, isStill, selectedKey }: RingPicture,
  sprites: MessageSprites,
  { message, lane, at }: PlacedMessage,
  nowUs: number,
): void {
  if (isStill) drawArrow(context, lane, at, palette);
  if (isDead(message, nowUs)) return drawBurst(context, at.x, at.y, palette);
  sprites.draw(context, lookOf(message.kind), at.x, at.y);
  if (message.key === selectedKey) drawHalo(context, at, palette);
}

function drawArrow(context: Context2D, lane: Lane, at: Point, palette: Palette): void {
  context.strokeStyle = palette.muted;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(lane.from.x, lane.from.y);
  context.lineTo(lane.to.x, lane.to.y);
  context.stroke();
  context.beginPath();
  context.arc(at.x, at.y, 2, 0, 2 * Math.PI);
  context.stroke();
}

function drawHalo(context: Context2D, at: Point, palette: Palette): void {
  context.strokeStyle = palette.ink;
  context.lineWidth = 2;
  context.beginPath();
  context.arc(at.x, at.y, 12, 0, 2 * Math.PI);
  context.stroke();
}

const LABEL_FONT = '10px ui-monospace, Menlo, Consolas, monospace';
const LABEL_RISE = 11;
/** CSS pixels that a name may take up. */
const LABEL_WIDTH = 58;
const LABEL_HEIGHT = 11;

/** Where two names would cover each other there is one: the selected message's, or the first. */
function drawLabels(
  context: Context2D,
  { palette, selectedKey }: RingPicture,
  messages: readonly PlacedMessage[],
  nowUs: number,
): void {
  const named: Point[] = [];
  const isFree = (at: Point) =>
    named.every(
      ({ x, y }) => Math.abs(x - at.x) > LABEL_WIDTH || Math.abs(y - at.y) > LABEL_HEIGHT,
    );
  const [selected, others] = [
    messages.filter(({ message }) => message.key === selectedKey),
    messages.filter(({ message }) => message.key !== selectedKey),
  ];
  for (const { message, at } of [...selected, ...others]) {
    if (isDead(message, nowUs) || !isFree(at)) continue;
    named.push(at);
    drawLabel(context, message.kind, at, palette);
  }
}

/** A name beside a message; its halo costs time, which there is when time stands still. */
function drawLabel(context: Context2D, text: string, at: Point, palette: Palette): void {
  context.lineWidth = 3;
  context.strokeStyle = palette.panel;
  context.strokeText(text, at.x, at.y - LABEL_RISE);
  drawText(context, text, at, palette);
}

function drawText(context: Context2D, text: string, at: Point, palette: Palette): void {
  context.fillStyle = palette.ink;
  context.fillText(text, at.x, at.y - LABEL_RISE);
}

function drawTimer(
  context: Context2D,
  { layout, palette }: RingPicture,
  { server, setUs, dueUs }: RingTimer,
  nowUs: number,
): void {
  const at = layout.places.get(server);
  if (at === undefined) return;
  const left = Math.min(1, Math.max(0, (dueUs - nowUs) / Math.max(1, dueUs - setUs)));
  context.strokeStyle = palette.muted;
  context.lineWidth = 2.5;
  context.globalAlpha = 0.55;
  context.beginPath();
  const start = -Math.PI / 2;
  context.arc(at.x, at.y, layout.serverRadius + 7, start, start + left * 2 * Math.PI);
  context.stroke();
  context.globalAlpha = 1;
}
