/** One frame of what moves on the ring: messages on their way, and the timers' arcs. */

import type { EnsembleState, MessageView, ServerView } from '../../lab/model.ts';
import { isBackground } from '../../lab/playback.ts';
import { drawBurst, type Palette } from './drawShapes.ts';
import { along, type Lane, laneBetween, type Point, type RingLayout } from './geometry.ts';
import type { MessageSprites } from './MessageSprites.ts';
import { lookOf } from './shapes.ts';

export interface RingScene {
  readonly layout: RingLayout;
  readonly state: EnsembleState;
  /** Virtual time that is drawn. */
  readonly nowUs: number;
  readonly messages: Iterable<MessageView>;
  readonly palette: Palette;
  readonly sprites: MessageSprites;
  readonly showPings: boolean;
  /** Static arrows with a tick instead of movement. */
  readonly isStill: boolean;
  /** Names are written beside messages, as when time stands still. */
  readonly showLabels: boolean;
  readonly selectedKey: string | null;
}

/** More messages than this on one lane are drawn as a train of beads with a count. */
const LANE_MAX = 6;

export interface DrawnMessage {
  readonly message: MessageView;
  readonly at: Point;
}

/** Draws and returns where each message stands, for hit tests. */
export function drawRing(
  context: CanvasRenderingContext2D,
  scene: RingScene,
): readonly DrawnMessage[] {
  context.font = LABEL_FONT;
  context.textAlign = 'center';
  drawTimers(context, scene);
  const drawn: DrawnMessage[] = [];
  for (const [lane, group] of groupByLane(scene)) drawLane(context, scene, lane, group, drawn);
  return drawn;
}

function groupByLane(scene: RingScene): Map<Lane, MessageView[]> {
  const lanes = new Map<string, { lane: Lane; messages: MessageView[] }>();
  for (const message of scene.messages) {
    if (message.sentUs > scene.nowUs) continue;
    if (!scene.showPings && isBackground(message.kind) && message.diesUs === null) continue;
    if (message.diesUs === null && message.arriveUs < scene.nowUs) continue;
    const key = `${message.from}>${message.to}`;
    const known = lanes.get(key);
    if (known !== undefined) {
      known.messages.push(message);
      continue;
    }
    const lane = laneBetween(scene.layout, message.from, message.to);
    if (lane !== null) lanes.set(key, { lane, messages: [message] });
  }
  return new Map([...lanes.values()].map(({ lane, messages }) => [lane, messages]));
}

function drawLane(
  context: CanvasRenderingContext2D,
  scene: RingScene,
  lane: Lane,
  messages: readonly MessageView[],
  drawn: DrawnMessage[],
): void {
  const shown = messages.length > LANE_MAX ? messages.slice(0, LANE_MAX) : messages;
  for (const message of shown) {
    const at = along(lane, partOf(message, scene));
    if (scene.isStill) drawArrow(context, lane, at, scene.palette);
    if (isDead(message, scene)) {
      drawBurst(context, at.x, at.y, scene.palette);
    } else {
      scene.sprites.draw(context, lookOf(message.kind), at.x, at.y);
      if (message.key === scene.selectedKey) drawHalo(context, at, scene.palette);
      if (scene.showLabels) drawLabel(context, message.kind, at, scene.palette);
    }
    drawn.push({ message, at });
  }
  if (messages.length > shown.length) {
    drawText(context, `×${messages.length}`, along(lane, 0.5), scene.palette);
  }
}

/** How far along its way: 0 leaving, 1 arriving. A lost one stays where it died. */
function partOf(message: MessageView, scene: RingScene): number {
  const span = Math.max(1, message.arriveUs - message.sentUs);
  const untilUs = Math.min(scene.nowUs, message.diesUs ?? Number.POSITIVE_INFINITY);
  const part = Math.min(1, Math.max(0, (untilUs - message.sentUs) / span));
  return scene.isStill ? Math.round(part * 2) / 2 : part;
}

const isDead = (message: MessageView, scene: RingScene): boolean =>
  message.diesUs !== null && message.diesUs <= scene.nowUs;

function drawArrow(
  context: CanvasRenderingContext2D,
  lane: Lane,
  at: Point,
  palette: Palette,
): void {
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

function drawHalo(context: CanvasRenderingContext2D, at: Point, palette: Palette): void {
  context.strokeStyle = palette.ink;
  context.lineWidth = 2;
  context.beginPath();
  context.arc(at.x, at.y, 12, 0, 2 * Math.PI);
  context.stroke();
}

/** A name beside a message; its halo costs time, which there is when time stands still. */
function drawLabel(
  context: CanvasRenderingContext2D,
  text: string,
  at: Point,
  palette: Palette,
): void {
  context.lineWidth = 3;
  context.strokeStyle = palette.panel;
  context.strokeText(text, at.x, at.y - LABEL_RISE);
  drawText(context, text, at, palette);
}

const LABEL_FONT = '10px ui-monospace, Menlo, Consolas, monospace';
const LABEL_RISE = 11;

function drawText(
  context: CanvasRenderingContext2D,
  text: string,
  at: Point,
  palette: Palette,
): void {
  context.fillStyle = palette.ink;
  context.fillText(text, at.x, at.y - LABEL_RISE);
}

/** Which timer's arc a server shows: the one that will change what it does. */
const SHOWN_TIMERS = [
  'finalizeWait',
  'notification',
  'initLimit',
  'syncLimit',
  'leaderPing',
] as const;

function drawTimers(context: CanvasRenderingContext2D, scene: RingScene): void {
  for (const server of Object.values(scene.state.servers)) {
    const at = scene.layout.places.get(server.id);
    const timer = shownTimer(server);
    if (at === undefined || timer === null || server.process !== 'up') continue;
    const span = Math.max(1, timer.dueUs - timer.setUs);
    const left = Math.min(1, Math.max(0, (timer.dueUs - scene.nowUs) / span));
    context.strokeStyle = scene.palette.muted;
    context.lineWidth = 2.5;
    context.globalAlpha = 0.55;
    context.beginPath();
    const start = -Math.PI / 2;
    context.arc(at.x, at.y, scene.layout.serverRadius + 7, start, start + left * 2 * Math.PI);
    context.stroke();
    context.globalAlpha = 1;
  }
}

function shownTimer(server: ServerView): { setUs: number; dueUs: number } | null {
  for (const name of SHOWN_TIMERS) {
    const timer = server.timers[name];
    if (timer !== undefined) return timer;
  }
  return null;
}
