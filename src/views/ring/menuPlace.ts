/** Where a menu stands beside its node: inside the ring, and not on the node if there is room. */

import type { Point, RingSize } from './geometry.ts';

const GAP = 8;
const EDGE = 4;

/** Its top left corner. `radius`: of the node at `at`. */
export function menuPlace(at: Point, radius: number, menu: RingSize, size: RingSize): Point {
  const away = radius + GAP;
  const right = size.width - menu.width - EDGE;
  const bottom = size.height - menu.height - EDGE;
  const y = between(at.y - menu.height / 2, EDGE, bottom);
  const x = between(at.x - menu.width / 2, EDGE, right);
  if (at.x + away <= right) return { x: at.x + away, y };
  if (at.x - away - menu.width >= EDGE) return { x: at.x - away - menu.width, y };
  if (at.y + away <= bottom) return { x, y: at.y + away };
  return { x, y: between(at.y - away - menu.height, EDGE, bottom) };
}

const between = (value: number, min: number, max: number): number =>
  Math.max(min, Math.min(value, max));
