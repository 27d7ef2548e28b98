/** Where everything stands in the space-time diagram. Data in, pixels out. */

import type { Arrow, Band, Look } from '../../lab/spacetime/SpaceTime.ts';
import { type Span, type TimeScale, timeScale } from '../../lab/spacetime/timeScale.ts';
import type { ParticipantId } from '../../network/address.ts';

/** Above the rows, for times. */
export const TOP_PX = 18;
/** Before the rows, for names. */
export const LEFT_PX = 38;
/** Rows share the room that there is, within reason. */
const ROW_MIN_PX = 15;
const ROW_MAX_PX = 30;
/** A message is hit this near to its line. */
const HIT_PX = 8;

export interface PlacedBand {
  readonly look: Look;
  readonly x: number;
  readonly endX: number;
}

export interface PlacedRow {
  readonly id: ParticipantId;
  readonly y: number;
  readonly bands: readonly PlacedBand[];
}

export interface PlacedArrow {
  readonly arrow: Arrow;
  readonly x: number;
  readonly y: number;
  /** Where it arrived, where it died, or how far it is. */
  readonly endX: number;
  readonly endY: number;
  readonly fate: 'arrived' | 'lost' | 'under way';
}

export interface Diagram {
  readonly width: number;
  readonly height: number;
  readonly rowPx: number;
  readonly scale: TimeScale;
  readonly rows: readonly PlacedRow[];
  readonly arrows: readonly PlacedArrow[];
}

export interface DiagramInput {
  readonly rows: readonly { readonly id: ParticipantId; readonly bands: readonly Band[] }[];
  readonly arrows: readonly Arrow[];
  readonly nowUs: number;
  readonly pxPerMs: number;
  /** CSS pixels that it should not be higher than. */
  readonly roomPx: number;
}

/** Positions without what is scrolled away, and without the names at the left. */
export function layDiagram(input: DiagramInput): Diagram {
  const { rows, arrows, nowUs, pxPerMs, roomPx } = input;
  const sharePx = (roomPx - TOP_PX) / Math.max(1, rows.length);
  const rowPx = Math.max(ROW_MIN_PX, Math.min(ROW_MAX_PX, sharePx));
  const spans: Span[] = arrows.map((arrow) => [arrow.sentUs, Math.min(endOf(arrow), nowUs)]);
  for (const { bands } of rows) for (const { fromUs } of bands) spans.push([fromUs, fromUs]);
  spans.push([nowUs, nowUs]);
  const scale = timeScale(spans, pxPerMs);
  const yOf = new Map(rows.map(({ id }, index) => [id, TOP_PX + (index + 0.5) * rowPx]));
  return {
    width: scale.width,
    height: TOP_PX + rows.length * rowPx,
    rowPx,
    scale,
    rows: rows.map(({ id, bands }) => ({
      id,
      y: yOf.get(id) ?? 0,
      bands: placeBands(bands, scale, nowUs),
    })),
    arrows: arrows.flatMap((arrow) => placeArrow(arrow, scale, yOf, nowUs)),
  };
}

const endOf = ({ arriveUs, diesUs }: Arrow): number => diesUs ?? arriveUs;

function placeBands(bands: readonly Band[], scale: TimeScale, nowUs: number): PlacedBand[] {
  return bands.map(({ look, fromUs }, index) => ({
    look,
    x: scale.xOf(fromUs),
    endX: scale.xOf(bands[index + 1]?.fromUs ?? nowUs),
  }));
}

function placeArrow(
  arrow: Arrow,
  scale: TimeScale,
  yOf: ReadonlyMap<ParticipantId, number>,
  nowUs: number,
): PlacedArrow[] {
  const y = yOf.get(arrow.from);
  const toY = yOf.get(arrow.to);
  if (y === undefined || toY === undefined) return [];
  const endUs = Math.min(endOf(arrow), nowUs);
  const part = (endUs - arrow.sentUs) / Math.max(1, arrow.arriveUs - arrow.sentUs);
  const isOver = endOf(arrow) <= nowUs;
  return [
    {
      arrow,
      x: scale.xOf(arrow.sentUs),
      y,
      endX: scale.xOf(endUs),
      endY: y + (toY - y) * Math.min(1, part),
      fate: isOver ? (arrow.diesUs === null ? 'arrived' : 'lost') : 'under way',
    },
  ];
}

/** The message whose line is nearest to a point; null if none is near. */
export function arrowAt(diagram: Diagram, x: number, y: number): PlacedArrow | null {
  let nearest: PlacedArrow | null = null;
  let distance = HIT_PX;
  for (const placed of diagram.arrows) {
    const away = distanceTo(placed, x, y);
    if (away >= distance) continue;
    nearest = placed;
    distance = away;
  }
  return nearest;
}

function distanceTo({ x, y, endX, endY }: PlacedArrow, atX: number, atY: number): number {
  const [dx, dy] = [endX - x, endY - y];
  const length = dx * dx + dy * dy;
  const part = length === 0 ? 0 : ((atX - x) * dx + (atY - y) * dy) / length;
  const near = Math.min(1, Math.max(0, part));
  return Math.hypot(x + near * dx - atX, y + near * dy - atY);
}
