/** Draws the part of the space-time diagram that is seen. */

import { formatClock, formatSpan, shortZxid } from '../../lab/format.ts';
import type { CausalCone } from '../../lab/spacetime/causalCone.ts';
import type { Look } from '../../lab/spacetime/SpaceTime.ts';
import { FOLD_PX } from '../../lab/spacetime/timeScale.ts';
import { type Context2D, drawBurst, type Palette } from '../ring/drawShapes.ts';
import type { MessageSprites } from '../ring/MessageSprites.ts';
import { lookOf } from '../ring/shapes.ts';
import { type Diagram, LEFT_PX, type PlacedArrow, type PlacedRow, TOP_PX } from './diagram.ts';

export interface DiagramScene {
  readonly diagram: Diagram;
  readonly palette: Palette;
  readonly sprites: MessageSprites;
  /** CSS pixels of the window, and what is scrolled away before it. */
  readonly width: number;
  readonly height: number;
  readonly scrollLeft: number;
  readonly scrollTop: number;
  readonly selectedKey: string | null;
  /** Of the selected message: what is in neither part of it is dimmed. */
  readonly cone: CausalCone | null;
}

const FONT = '10.5px ui-monospace, Menlo, Consolas, monospace';
const DIMMED = 0.16;
/** A message's name is not longer. */
const NAME_PX = 140;

export function drawDiagram(context: Context2D, ratio: number, scene: DiagramScene): void {
  const { width, height, diagram, scrollLeft, scrollTop } = scene;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  context.font = FONT;
  context.save();
  context.translate(LEFT_PX - scrollLeft, -scrollTop);
  for (const row of diagram.rows) drawRow(context, scene, row);
  drawFolds(context, scene);
  for (const placed of diagram.arrows) if (isSeen(scene, placed)) drawArrow(context, scene, placed);
  drawSelected(context, scene);
  context.restore();
  drawTimes(context, scene);
  drawNames(context, scene);
}

function isSeen({ scrollLeft, width }: DiagramScene, { x, endX }: PlacedArrow): boolean {
  return endX >= scrollLeft - LEFT_PX && x <= scrollLeft + width;
}

interface Stroke {
  readonly colour: keyof Palette;
  readonly width: number;
  readonly dash: readonly number[];
}

const solid = (colour: keyof Palette, width: number): Stroke => ({ colour, width, dash: [] });

/** Down is no line at all. */
const STROKES: Readonly<Record<Exclude<Look, 'down'>, Stroke>> = {
  leading: solid('leader', 5),
  following: solid('ink', 1.5),
  observing: solid('muted', 1.5),
  looking: { colour: 'election', width: 1.5, dash: [4, 3] },
  connected: solid('client', 1.5),
  disconnected: { colour: 'client', width: 1.5, dash: [2, 4] },
  expired: { colour: 'fault', width: 1.5, dash: [1, 3] },
  paused: { colour: 'muted', width: 5, dash: [2, 2] },
};

function drawRow(context: Context2D, scene: DiagramScene, { bands, y }: PlacedRow): void {
  const { palette, scrollLeft, width } = scene;
  for (const { look, x, endX } of bands) {
    if (endX < scrollLeft - LEFT_PX || x > scrollLeft + width) continue;
    if (look === 'down') {
      drawCross(context, x, y, palette);
      continue;
    }
    const stroke = STROKES[look];
    context.strokeStyle = palette[stroke.colour];
    context.lineWidth = stroke.width;
    context.setLineDash([...stroke.dash]);
    line(context, x, y, endX, y);
    context.setLineDash([]);
  }
}

function drawCross(context: Context2D, x: number, y: number, palette: Palette): void {
  context.strokeStyle = palette.fault;
  context.lineWidth = 2;
  line(context, x - 4, y - 4, x + 4, y + 4);
  line(context, x - 4, y + 4, x + 4, y - 4);
}

function drawFolds(context: Context2D, { diagram, palette }: DiagramScene): void {
  context.textAlign = 'center';
  const betweenRows = TOP_PX + diagram.rowPx + 3.5;
  for (const { x, fromUs, untilUs } of diagram.scale.folds) {
    context.fillStyle = palette.panel;
    context.globalAlpha = 0.7;
    context.fillRect(x, TOP_PX, FOLD_PX, diagram.height - TOP_PX);
    context.globalAlpha = 1;
    drawText(context, `⋯ ${formatSpan(untilUs - fromUs)}`, x + FOLD_PX / 2, betweenRows, palette);
  }
}

function drawArrow(context: Context2D, scene: DiagramScene, placed: PlacedArrow): void {
  const { palette, sprites, cone, selectedKey } = scene;
  const { arrow, x, y, endX, endY, fate } = placed;
  const { key, kind } = arrow;
  const isLit = cone === null || key === selectedKey || cone.before.has(key) || cone.after.has(key);
  context.globalAlpha = isLit ? 1 : DIMMED;
  context.strokeStyle = palette[lookOf(kind).family];
  context.lineWidth = key === selectedKey ? 2.5 : 1;
  line(context, x, y, endX, endY);
  if (fate === 'lost') drawBurst(context, endX, endY, palette);
  else sprites.draw(context, lookOf(kind), endX, endY);
  context.globalAlpha = 1;
}

/** What the selected message is called, beside its middle. */
function drawSelected(context: Context2D, scene: DiagramScene): void {
  const { diagram, palette, selectedKey, scrollLeft, width } = scene;
  const placed = diagram.arrows.find(({ arrow }) => arrow.key === selectedKey);
  if (placed === undefined) return;
  const { kind, zxid } = placed.arrow;
  const text = zxid > 0 ? `${kind} ${shortZxid(zxid)}` : kind;
  const x = (placed.x + placed.endX) / 2;
  const y = (placed.y + placed.endY) / 2;
  const isAtEnd = x + NAME_PX > scrollLeft + width - LEFT_PX;
  context.textAlign = isAtEnd ? 'right' : 'left';
  drawText(context, text, isAtEnd ? x - 8 : x + 8, y, palette);
}

/** With a halo, so that it can be read across lines. */
function drawText(context: Context2D, text: string, x: number, y: number, palette: Palette): void {
  context.lineWidth = 4;
  context.strokeStyle = palette.panel;
  context.strokeText(text, x, y);
  context.fillStyle = palette.ink;
  context.fillText(text, x, y);
}

/** Times stay at the top, names at the left, however far one scrolls. */
function drawTimes(context: Context2D, scene: DiagramScene): void {
  const { diagram, palette, width, scrollLeft, scrollTop } = scene;
  if (scrollTop > 0) {
    context.fillStyle = palette.panel;
    context.fillRect(0, 0, width, TOP_PX);
  }
  context.fillStyle = palette.muted;
  context.textAlign = 'left';
  for (const { x, atUs } of diagram.scale.ticks) {
    context.fillText(formatClock(atUs), x + LEFT_PX - scrollLeft, TOP_PX - 6);
  }
}

function drawNames(context: Context2D, scene: DiagramScene): void {
  const { diagram, palette, height, scrollTop } = scene;
  context.fillStyle = palette.panel;
  context.fillRect(0, 0, LEFT_PX - 6, height);
  context.fillStyle = palette.ink;
  context.textAlign = 'left';
  for (const { id, y } of diagram.rows) {
    if (y - scrollTop > TOP_PX) context.fillText(id, 8, y - scrollTop + 3.5);
  }
}

function line(context: Context2D, x: number, y: number, endX: number, endY: number): void {
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(endX, endY);
  context.stroke();
}
