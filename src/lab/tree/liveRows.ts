/**
 * What has just changed in the rows: created and changed znodes are marked, deleted ones stay as
 * ghosts, for a moment. Pure: times are the viewer's milliseconds, handed in.
 */

import { equalBytes } from '../../base/bytes.ts';
import { parentOf } from '../../protocol/paths.ts';
import type { TreeRow } from './treeRows.ts';

export const MARK_MS = 1200;
/** More changes than this at once are a jump, not something to follow row by row. */
const CHANGES_MAX = 500;

export interface Mark {
  readonly type: 'created' | 'changed';
  /** Data before, for `changed`. */
  readonly before: Uint8Array | null;
  readonly untilMs: number;
}

export interface Ghost {
  readonly row: TreeRow;
  /** Path of the row above it, which may be a ghost too. */
  readonly above: string;
  readonly untilMs: number;
}

export interface LiveRows {
  /** Derived last; what `marks` and `ghosts` are relative to. */
  readonly rows: readonly TreeRow[];
  /** Rows are compared only while this stays: whose tree, and what is collapsed. */
  readonly view: unknown;
  readonly marks: ReadonlyMap<string, Mark>;
  readonly ghosts: readonly Ghost[];
}

export interface ShownRow {
  readonly row: TreeRow;
  readonly isGhost: boolean;
}

export const stillRows = (rows: readonly TreeRow[], view: unknown): LiveRows => ({
  rows,
  view,
  marks: new Map(),
  ghosts: [],
});

/** `rows` follow `live.rows`; if the view is another one, nothing is marked. */
export function advanceRows(
  live: LiveRows,
  rows: readonly TreeRow[],
  view: unknown,
  nowMs: number,
): LiveRows {
  if (view !== live.view) return stillRows(rows, view);
  const untilMs = nowMs + MARK_MS;
  const after = new Map(rows.map((row) => [row.path, row]));
  const before = new Map(live.rows.map((row) => [row.path, row]));
  const fresh = changesIn(rows, before, untilMs);
  const gone = ghostsIn(live.rows, after, untilMs);
  if (fresh.size + gone.length > CHANGES_MAX) return stillRows(rows, view);
  const { marks, ghosts } = expireRows(live, nowMs);
  return {
    rows,
    view,
    marks: new Map([...[...marks].filter(([path]) => after.has(path)), ...fresh]),
    ghosts: [...ghosts.filter(({ row }) => !after.has(row.path)), ...gone],
  };
}

/** Forgets what has been shown long enough. */
export function expireRows(live: LiveRows, nowMs: number): LiveRows {
  const marks = new Map([...live.marks].filter(([, mark]) => mark.untilMs > nowMs));
  const ghosts = live.ghosts.filter((ghost) => ghost.untilMs > nowMs);
  if (marks.size === live.marks.size && ghosts.length === live.ghosts.length) return live;
  return { ...live, marks, ghosts };
}

/** When the first mark or ghost ends; null when there is none. */
export function nextExpiryMs(live: LiveRows): number | null {
  let soonest = Number.POSITIVE_INFINITY;
  for (const { untilMs } of live.marks.values()) soonest = Math.min(soonest, untilMs);
  for (const { untilMs } of live.ghosts) soonest = Math.min(soonest, untilMs);
  return Number.isFinite(soonest) ? soonest : null;
}

/** Rows with the ghosts in their old places. */
export function shownRows({ rows, ghosts }: LiveRows): readonly ShownRow[] {
  if (ghosts.length === 0) return rows.map((row) => ({ row, isGhost: false }));
  const below = new Map<string, Ghost[]>();
  for (const ghost of ghosts) below.set(ghost.above, [...(below.get(ghost.above) ?? []), ghost]);
  const shown: ShownRow[] = [];
  for (const row of rows) {
    shown.push({ row, isGhost: false });
    const pending = [...(below.get(row.path) ?? [])];
    for (let ghost = pending.shift(); ghost !== undefined; ghost = pending.shift()) {
      shown.push({ row: ghost.row, isGhost: true });
      pending.unshift(...(below.get(ghost.row.path) ?? []));
    }
  }
  return shown;
}

function changesIn(
  rows: readonly TreeRow[],
  before: ReadonlyMap<string, TreeRow>,
  untilMs: number,
): Map<string, Mark> {
  const marks = new Map<string, Mark>();
  for (const row of rows) {
    const old = before.get(row.path);
    if (old === undefined || old.czxid !== row.czxid) {
      marks.set(row.path, { type: 'created', before: null, untilMs });
    } else if (old.mzxid !== row.mzxid || !isSameData(old.data, row.data)) {
      marks.set(row.path, { type: 'changed', before: old.data, untilMs });
    }
  }
  return marks;
}

function ghostsIn(
  before: readonly TreeRow[],
  after: ReadonlyMap<string, TreeRow>,
  untilMs: number,
): readonly Ghost[] {
  const ghosts: Ghost[] = [];
  for (const [index, row] of before.entries()) {
    if (after.has(row.path)) continue;
    ghosts.push({ row, above: before[index - 1]?.path ?? parentOf(row.path), untilMs });
  }
  return ghosts;
}

function isSameData(a: Uint8Array | null, b: Uint8Array | null): boolean {
  return a === b || (a !== null && b !== null && equalBytes(a, b));
}
