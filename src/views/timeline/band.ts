/** Where things stand on the timeline, and what they say. */

import { formatClock, listOf, plural } from '../../lab/format.ts';
import type { Lab } from '../../lab/Lab.ts';
import type { Chronicle, Mark, MarkKind, Reign } from '../../lab/recorder/Chronicle.ts';

/** What of a chronicle is drawn: it goes on, and this does not. */
export interface Picture {
  /** Length of the whole band. */
  readonly spanUs: number;
  readonly marks: readonly Mark[];
  readonly reigns: readonly Reign[];
  readonly writes: readonly number[];
  readonly bucketUs: number;
}

/** One shape for marks that would lie upon each other. */
export interface MarkGroup {
  readonly x: number;
  /** Of the weightiest of them. */
  readonly kind: MarkKind;
  readonly marks: readonly Mark[];
}

const SPANS_S = [10, 20, 30, 45, 60, 90, 120, 180, 240, 300, 450, 600, 900, 1_200, 1_800, 2_700];
const HOUR_US = 3_600_000_000;
/** Some room is left for what comes next. */
const FULL = 0.96;

/** The band grows by leaps: what is drawn on it stays where it is for a while. */
export function spanFor(endUs: number): number {
  const span = SPANS_S.find((seconds) => endUs <= seconds * 1_000_000 * FULL);
  if (span !== undefined) return span * 1_000_000;
  return HOUR_US * 2 ** Math.max(0, Math.ceil(Math.log2(endUs / (HOUR_US * FULL))));
}

/** Of all that has been seen of the run. */
export const pictureNow = ({ time }: Lab): Picture =>
  pictureOf(time.chronicle, spanFor(time.endUs));

export const pictureOf = (
  { marks, reigns, writes, bucketUs }: Chronicle,
  spanUs: number,
): Picture => ({ spanUs, marks, reigns, writes: [...writes], bucketUs });

const WEIGHT: Readonly<Record<MarkKind, number>> = {
  broken: 9,
  kill: 8,
  expiry: 7,
  election: 6,
  cut: 5,
  pause: 4,
  hold: 3,
  restart: 2,
  heal: 1,
};

/** In order of time. `roomPx`: what one shape needs. */
export function groupMarks(
  marks: readonly Mark[],
  xOf: (us: number) => number,
  roomPx: number,
): readonly MarkGroup[] {
  const groups: MarkGroup[] = [];
  for (const mark of marks) {
    const x = xOf(mark.atUs);
    const last = groups.at(-1);
    if (last === undefined || x - last.x > roomPx) {
      groups.push({ x, kind: mark.kind, marks: [mark] });
      continue;
    }
    const kind = WEIGHT[mark.kind] > WEIGHT[last.kind] ? mark.kind : last.kind;
    groups[groups.length - 1] = { x: last.x, kind, marks: [...last.marks, mark] };
  }
  return groups;
}

export interface Bar {
  readonly x: number;
  readonly width: number;
  /** Of the tallest bar, from 0 to 1. */
  readonly height: number;
}

/** How many writes there were, in at most `barsMax` bars. */
export function writeBars(
  { writes, bucketUs, spanUs }: Picture,
  width: number,
  barsMax: number,
): readonly Bar[] {
  const perBar = Math.max(1, Math.ceil(spanUs / bucketUs / barsMax));
  const counts: number[] = [];
  for (const [index, count] of writes.entries()) {
    const bar = Math.floor(index / perBar);
    counts[bar] = (counts[bar] ?? 0) + count;
  }
  const most = Math.max(1, ...counts);
  const barWidth = (width * perBar * bucketUs) / spanUs;
  return counts.flatMap((count, index) =>
    count === 0
      ? []
      : [{ x: index * barWidth, width: Math.max(1.5, barWidth), height: Math.sqrt(count / most) }],
  );
}

export function reignAt(reigns: readonly Reign[], us: number): Reign | null {
  return reigns.find(({ fromUs, untilUs }) => fromUs <= us && us < untilUs) ?? null;
}

/** 'S3 leads epoch 2', 'no leader'. */
export function describeReign(reign: Reign | null): string {
  return reign === null ? 'no leader' : `${reign.leader} leads epoch ${reign.epoch}`;
}

/** '3 writes', '' for none. */
export function describeWrites({ writes, bucketUs }: Picture, us: number): string {
  const count = writes[Math.floor(us / bucketUs)] ?? 0;
  return count === 0 ? '' : plural(count, 'write');
}

const LINES_MAX = 4;

/** What happened there, a line each. */
export function linesOf({ marks }: MarkGroup): readonly string[] {
  const shown = marks.length > LINES_MAX ? marks.slice(0, LINES_MAX - 1) : marks;
  const lines = new Set(shown.map(({ atUs, text }) => `${formatClock(atUs)} ${text}`));
  const left = marks.length - shown.length;
  return left === 0 ? [...lines] : [...lines, `and ${left} more`];
}

/** For who cannot see the band. */
export function spokenMoment(picture: Picture, us: number, endUs: number): string {
  const last = picture.marks.findLast(({ atUs }) => atUs <= us);
  const where = us >= endUs ? 'now' : `of ${formatClock(endUs)}`;
  const parts = [`${formatClock(us)}, ${where}`, describeReign(reignAt(picture.reigns, us))];
  return last === undefined ? `${listOf(parts)}.` : `${listOf(parts)}. Last: ${last.text}`;
}

/** The milestone before or after; the beginning or the end if there is none. */
export function milestoneFrom(
  { marks }: Pick<Picture, 'marks'>,
  us: number,
  direction: -1 | 1,
  endUs: number,
): number {
  if (direction < 0) return marks.findLast(({ atUs }) => atUs < us)?.atUs ?? 0;
  return marks.find(({ atUs }) => atUs > us)?.atUs ?? endUs;
}
