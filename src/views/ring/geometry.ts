/**
 * Where everything stands: voters on an ellipse from the top clockwise, observers outside it,
 * clients along the two edges. Data in, pixels out. Places depend on who is there, never on what
 * role they have: identity must persist.
 */

import { isServerId, type ParticipantId } from '../../network/address.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface RingSize {
  readonly width: number;
  readonly height: number;
}

export interface RingLayout {
  readonly places: ReadonlyMap<ParticipantId, Point>;
  readonly centre: Point;
  readonly radiusX: number;
  readonly radiusY: number;
  readonly serverRadius: number;
  readonly clientRadius: number;
}

export interface RingMembers {
  readonly participants: readonly ParticipantId[];
  readonly observers: readonly ParticipantId[];
  readonly clients: readonly ParticipantId[];
}

/** Below this width the page is a phone's. */
const NARROW = 520;
/** Text under and above a server. */
const LABEL_ABOVE = 14;
const LABEL_BELOW = 34;

export function layoutRing(size: RingSize, members: RingMembers): RingLayout {
  const isNarrow = size.width < NARROW;
  const crowd = members.participants.length;
  const serverRadius = isNarrow || size.height < 300 ? 22 : crowd > 7 ? 25 : 29;
  const clientRadius = clientRadiusFor(members.clients.length, isNarrow);
  const margin = isNarrow ? 42 : 70;
  const observerRoom = members.observers.length > 0 ? serverRadius * 2 + 24 : 0;
  const centre = {
    x: (size.width - observerRoom) / 2,
    y: (size.height + LABEL_ABOVE - LABEL_BELOW) / 2,
  };
  const radiusY = Math.max(
    40,
    size.height / 2 - serverRadius - (LABEL_ABOVE + LABEL_BELOW) / 2 - 4,
  );
  const radiusX = Math.max(
    40,
    Math.min(radiusY * 1.55, centre.x - margin - serverRadius - clientRadius),
  );
  const places = new Map<ParticipantId, Point>();
  members.participants.forEach((id, index) => {
    places.set(id, onEllipse(centre, radiusX, radiusY, index / crowd));
  });
  placeColumn(places, members.observers, centre.x + radiusX + serverRadius * 2 + 22, size.height);
  const left = members.clients.filter((_, index) => index % 2 === 0);
  const right = members.clients.filter((_, index) => index % 2 === 1);
  placeClients(places, left, clientRadius, size, 1);
  placeClients(places, right, clientRadius, size, -1);
  return { places, centre, radiusX, radiusY, serverRadius, clientRadius };
}

/** `turn` 0 is the top; it grows clockwise to 1. */
export function onEllipse(centre: Point, radiusX: number, radiusY: number, turn: number): Point {
  const angle = turn * 2 * Math.PI - Math.PI / 2;
  return { x: centre.x + radiusX * Math.cos(angle), y: centre.y + radiusY * Math.sin(angle) };
}

/** Many clients are small, so that a hundred of them fit beside the ring. */
function clientRadiusFor(count: number, isNarrow: boolean): number {
  if (count > 40) return 7;
  return isNarrow || count > 12 ? 11 : 15;
}

/** As many columns as they need, from the left edge (`side` 1) or the right (-1) inwards. */
function placeClients(
  places: Map<ParticipantId, Point>,
  ids: readonly ParticipantId[],
  radius: number,
  size: RingSize,
  side: 1 | -1,
): void {
  const perColumn = Math.max(1, Math.floor(size.height / (2 * radius + 6)));
  const edge = side === 1 ? 0 : size.width;
  for (let start = 0; start < ids.length; start += perColumn) {
    const inwards = radius + 12 + (start / perColumn) * (2 * radius + 8);
    placeColumn(places, ids.slice(start, start + perColumn), edge + side * inwards, size.height);
  }
}

function placeColumn(
  places: Map<ParticipantId, Point>,
  ids: readonly ParticipantId[],
  x: number,
  height: number,
): void {
  ids.forEach((id, index) => {
    places.set(id, { x, y: (height * (index + 1)) / (ids.length + 1) });
  });
}

export const radiusOf = (layout: RingLayout, id: ParticipantId): number =>
  isServerId(id) ? layout.serverRadius : layout.clientRadius;

export interface Lane {
  readonly from: Point;
  readonly to: Point;
}

/** Messages keep to their right, so that the two directions of a link do not hide each other. */
const LANE_OFFSET = 5;

/**
 * The straight lane from the edge of one participant to the edge of another; null if they touch.
 */
export function laneBetween(
  layout: RingLayout,
  from: ParticipantId,
  to: ParticipantId,
  offset = LANE_OFFSET,
): Lane | null {
  const a = layout.places.get(from);
  const b = layout.places.get(to);
  if (a === undefined || b === undefined) return null;
  const length = Math.hypot(b.x - a.x, b.y - a.y);
  const startGap = radiusOf(layout, from) + 4;
  const endGap = radiusOf(layout, to) + 4;
  if (length <= startGap + endGap) return null;
  const unit = { x: (b.x - a.x) / length, y: (b.y - a.y) / length };
  const side = { x: -unit.y * offset, y: unit.x * offset };
  return {
    from: { x: a.x + unit.x * startGap + side.x, y: a.y + unit.y * startGap + side.y },
    to: { x: b.x - unit.x * endGap + side.x, y: b.y - unit.y * endGap + side.y },
  };
}

export const along = (lane: Lane, part: number): Point => ({
  x: lane.from.x + (lane.to.x - lane.from.x) * part,
  y: lane.from.y + (lane.to.y - lane.from.y) * part,
});

/** Corners of a hexagon with a flat top, as an SVG `points` list. */
export function hexagonPoints(radius: number): string {
  const points: string[] = [];
  for (let corner = 0; corner < 6; corner++) {
    const angle = (corner * Math.PI) / 3;
    points.push(
      `${(radius * Math.cos(angle)).toFixed(2)},${(radius * Math.sin(angle)).toFixed(2)}`,
    );
  }
  return points.join(' ');
}

/** An SVG arc of the layout's ellipse, `scale` times as large, between two turns (0..1). */
export function ellipseArc(layout: RingLayout, grow: number, start: number, end: number): string {
  const radiusX = layout.radiusX + grow;
  const radiusY = layout.radiusY + grow;
  const a = onEllipse(layout.centre, radiusX, radiusY, start);
  const b = onEllipse(layout.centre, radiusX, radiusY, end);
  const large = end - start > 0.5 ? 1 : 0;
  return `M${a.x.toFixed(1)} ${a.y.toFixed(1)}A${radiusX.toFixed(1)} ${radiusY.toFixed(1)} 0 ${large} 1 ${b.x.toFixed(1)} ${b.y.toFixed(1)}`;
}
