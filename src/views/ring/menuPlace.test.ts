import { expect, test } from 'vitest';
import { menuPlace } from './menuPlace.ts';

const RADIUS = 22;
const WIDE = { width: 730, height: 380 };
const NARROW = { width: 376, height: 328 };

test.each([
  ['right of it', { x: 360, y: 190 }, { width: 130, height: 250 }, WIDE],
  ['left of it', { x: 640, y: 190 }, { width: 130, height: 250 }, WIDE],
  ['at the top', { x: 365, y: 40 }, { width: 130, height: 250 }, WIDE],
  ['below it', { x: 188, y: 40 }, { width: 250, height: 184 }, NARROW],
  ['above it', { x: 230, y: 290 }, { width: 250, height: 184 }, NARROW],
])('%s: inside the ring and off the node', (_, at, menu, size) => {
  const { x, y } = menuPlace(at, RADIUS, menu, size);
  expect(x).toBeGreaterThanOrEqual(0);
  expect(y).toBeGreaterThanOrEqual(0);
  expect(x + menu.width).toBeLessThanOrEqual(size.width);
  expect(y + menu.height).toBeLessThanOrEqual(size.height);
  const nearX = Math.max(x, Math.min(at.x, x + menu.width));
  const nearY = Math.max(y, Math.min(at.y, y + menu.height));
  expect(Math.hypot(nearX - at.x, nearY - at.y)).toBeGreaterThan(RADIUS);
});
