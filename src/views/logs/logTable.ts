/**
 * What the log bars show: the newest txns as columns, and for each server where it has them. Data
 * in, cells out. Source: Zab (DSN 2011) §V: a log is a prefix of the leader's, or will be
 * truncated to one.
 */

import { counterIn, epochIn } from '../../lab/format.ts';
import type { ServerView, TxnView } from '../../lab/model.ts';

export type CellKind =
  /** In the log, and this server knows that it is committed. */
  | 'committed'
  /** In the log; this server has not heard that it is committed. */
  | 'logged'
  /** In the log on a branch that was not committed: it will be truncated. */
  | 'doomed'
  | 'missing';

export interface LogColumn {
  readonly txn: TxnView;
  readonly epoch: number;
  /** The column before it is of another epoch. */
  readonly isFirstOfEpoch: boolean;
  /** There is room for its number. */
  readonly isNumbered: boolean;
}

/** `committedZxid`: of the newest committed txn known to anyone. */
export interface LogSource {
  readonly txns: ReadonlyMap<number, TxnView>;
  readonly servers: readonly ServerView[];
  readonly committedZxid: number;
}

/** The newest txns by zxid, oldest first. What nobody has and nobody will get is left out. */
export function logColumns(source: LogSource, countMax: number): readonly LogColumn[] {
  const logged = new Set(source.servers.flatMap((server) => server.log));
  const shown = [...source.txns.values()]
    .filter((txn) => txn.committed || txn.zxid > source.committedZxid || logged.has(txn.zxid))
    .sort((a, b) => a.zxid - b.zxid)
    .slice(-countMax);
  let headIndex = 0;
  return shown.map((txn, index) => {
    const before = shown[index - 1];
    const epoch = epochIn(txn.zxid);
    const isFirstOfEpoch = before === undefined || epochIn(before.zxid) !== epoch;
    if (isFirstOfEpoch) headIndex = index;
    const isNumbered = isFirstOfEpoch || hasRoom(counterIn(txn.zxid), index - headIndex);
    return { txn, epoch, isFirstOfEpoch, isNumbered };
  });
}

/** Four digits fill a column, five do not fit, and after an epoch's own number there is no room. */
function hasRoom(counter: number, columnsAfterHead: number): boolean {
  if (counter < 1_000) return true;
  return columnsAfterHead > 1 && counter % (counter < 10_000 ? 2 : 5) === 0;
}

/** One kind per column. */
export function logRow(
  server: ServerView,
  columns: readonly LogColumn[],
  committedZxid: number,
): readonly CellKind[] {
  const logged = new Set(server.log);
  const known = Math.max(server.lastCommitted, server.lastApplied);
  return columns.map(({ txn }) => {
    const { zxid, committed } = txn;
    // What came in a snapshot is applied and not in the log.
    if (committed && zxid <= known) return 'committed';
    if (!logged.has(zxid)) return 'missing';
    return !committed && zxid < committedZxid ? 'doomed' : 'logged';
  });
}

/** One character for what a txn does. */
export function glyphOf(op: string): string {
  if (op === 'error') return '!';
  if (op === 'multi') return '¶';
  if (op.endsWith('Session')) return '$';
  if (op.startsWith('create')) return '+';
  if (op.startsWith('delete')) return '×';
  return '=';
}

/** `create /locks/a`. */
export const describeTxnOf = ({ op, path }: TxnView): string => `${op} ${path}`.trimEnd();

const KIND_TEXT: Readonly<Record<CellKind, string>> = {
  committed: 'committed',
  logged: 'logged, not committed here yet',
  doomed: 'logged, but never committed: it will be truncated',
  missing: 'not in the log',
};

export const describeKind = (kind: CellKind): string => KIND_TEXT[kind];

/** Beside the columns: the servers' names and the margins. */
const BESIDE_PX = 56;
/** What a finger needs. */
const FINGER_PX = 44;

/** How many columns a width of this many pixels has room for. */
export function columnCountFor(width: number): number {
  if (width >= 620) return 24;
  if (width >= 420) return 12;
  return Math.max(4, Math.floor((width - BESIDE_PX) / FINGER_PX));
}
