/**
 * From virtual time to pixels, with the time in which nothing is to be seen folded away. Each fold
 * says how much it hides.
 */

export interface Fold {
  readonly fromUs: number;
  readonly untilUs: number;
  /** Where it begins; it is FOLD_PX wide. */
  readonly x: number;
}

/** Where a time is written. */
export interface Tick {
  readonly atUs: number;
  readonly x: number;
}

export interface TimeScale {
  readonly width: number;
  readonly folds: readonly Fold[];
  readonly ticks: readonly Tick[];
  xOf(atUs: number): number;
}

/** What is to be seen lasts from one to the other; both are the same for what takes no time. */
export type Span = readonly [fromUs: number, untilUs: number];

export const FOLD_PX = 52;
/** More quiet than this is folded; around what is to be seen, this much is left. */
const QUIET_US = 60_000;
const MARGIN_US = 6_000;
/** Room for one time. */
const TICK_PX = 96;

interface Stretch {
  readonly fromUs: number;
  untilUs: number;
  x: number;
}

export function timeScale(spans: Iterable<Span>, pxPerMs: number): TimeScale {
  const stretches = merge(spans);
  const folds: Fold[] = [];
  const ticks: Tick[] = [];
  let x = 0;
  for (const [index, stretch] of stretches.entries()) {
    const before = stretches[index - 1];
    if (before !== undefined) {
      folds.push({ fromUs: before.untilUs, untilUs: stretch.fromUs, x });
      x += FOLD_PX;
    }
    stretch.x = x;
    x += ((stretch.untilUs - stretch.fromUs) / 1000) * pxPerMs;
    for (let tickX = stretch.x; tickX === stretch.x || tickX + TICK_PX <= x; tickX += TICK_PX) {
      ticks.push({ x: tickX, atUs: stretch.fromUs + ((tickX - stretch.x) / pxPerMs) * 1000 });
    }
  }
  return { width: x, folds, ticks, xOf: (atUs) => place(stretches, atUs, pxPerMs, x) };
}

/** Stretches with something to see, in order, each with its margins. */
function merge(spans: Iterable<Span>): Stretch[] {
  const sorted = [...spans].sort((a, b) => a[0] - b[0]);
  const stretches: Stretch[] = [];
  for (const [fromUs, untilUs] of sorted) {
    const last = stretches.at(-1);
    if (last !== undefined && fromUs - last.untilUs <= QUIET_US) {
      last.untilUs = Math.max(last.untilUs, untilUs + MARGIN_US);
    } else {
      stretches.push({
        fromUs: Math.max(0, fromUs - MARGIN_US),
        untilUs: untilUs + MARGIN_US,
        x: 0,
      });
    }
  }
  return stretches;
}

/** What lies within a fold stands at its share of it. */
function place(
  stretches: readonly Stretch[],
  atUs: number,
  pxPerMs: number,
  width: number,
): number {
  const index = lastStartedBy(stretches, atUs);
  const stretch = stretches[index];
  if (stretch === undefined) return 0;
  const endX = stretch.x + ((stretch.untilUs - stretch.fromUs) / 1000) * pxPerMs;
  if (atUs <= stretch.untilUs) return stretch.x + ((atUs - stretch.fromUs) / 1000) * pxPerMs;
  const next = stretches[index + 1];
  if (next === undefined) return width;
  return endX + ((atUs - stretch.untilUs) / (next.fromUs - stretch.untilUs)) * FOLD_PX;
}

function lastStartedBy(stretches: readonly Stretch[], atUs: number): number {
  let low = 0;
  let high = stretches.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const stretch = stretches[middle];
    if (stretch !== undefined && stretch.fromUs <= atUs) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
