/** Reads files in this thread. */

import type { Result } from '../../base/result.ts';
import type { EnsembleConfig } from '../../conductor/config.ts';
import type { DataTree } from '../../server/tree/DataTree.ts';
import { ZOOKEEPER_NODE } from '../../server/tree/systemPaths.ts';
import { advanceRows, type LiveRows, stillRows } from '../tree/liveRows.ts';
import { treeRows } from '../tree/treeRows.ts';
import { reportOf } from './describeFile.ts';
import type { FileHistory } from './FileHistory.ts';
import type {
  FileReport,
  FilesReader,
  LoggedTxn,
  Look,
  Query,
  Start,
  StartOpening,
  Timeline,
  TreeLook,
} from './FilesReader.ts';
import { type OpenedFiles, openFiles } from './openFiles.ts';
import { startFrom } from './startFrom.ts';

/** More children than this are not shown until somebody wants to see them. */
const CHILDREN_SHOWN_MAX = 500;

export class LocalReader implements FilesReader {
  readonly files: readonly FileReport[];
  readonly timeline: Timeline;
  readonly #opened: OpenedFiles;

  constructor(opened: OpenedFiles) {
    this.#opened = opened;
    this.files = opened.files.map(reportOf);
    this.timeline = timelineOf(opened.history);
  }

  async look(query: Query): Promise<Look> {
    const { history } = this.#opened;
    const { index } = query;
    const { record = null, log = null, snapshot = null } = history.moments[index] ?? {};
    const txn: LoggedTxn | null =
      record === null
        ? null
        : { txn: record.proposal.txn, log: log?.name ?? '', offset: record.offset };
    const tree = treeLook(history, query);
    return { index, txn, snapshot: snapshot?.name ?? null, tree };
  }

  async startFrom(index: number, config: EnsembleConfig): Promise<Result<Start, string>> {
    return startFrom(this.#opened, index, config);
  }

  close(): void {}
}

export const openLocally: StartOpening = (sources, onProgress) => ({
  reader: openFiles(sources, onProgress).then((opened) => new LocalReader(opened)),
  cancel: () => {},
});

function timelineOf(history: FileHistory): Timeline {
  const { moments, newest } = history;
  return {
    zxids: Float64Array.from(moments, ({ zxid }) => zxid),
    reached: Uint8Array.from(moments, ({ isReached }) => Number(isReached)),
    snapshots: moments.flatMap(({ snapshot }, index) =>
      snapshot === null ? [] : [{ index, isWhole: snapshot.isWhole }],
    ),
    newest,
    collapsed: collapsedIn(history.at(newest)?.database.tree),
  };
}

function collapsedIn(tree: DataTree | undefined): ReadonlySet<string> {
  const collapsed = new Set([ZOOKEEPER_NODE]);
  for (const [path, { childCount }] of tree?.walk() ?? []) {
    if (childCount > CHILDREN_SHOWN_MAX) collapsed.add(path);
  }
  return collapsed;
}

function treeLook(history: FileHistory, { index, collapsed, path }: Query): TreeLook | null {
  const before = rowsBefore(history, index, collapsed);
  const standing = history.at(index);
  if (standing === null) return null;
  const { isSalvaged, database } = standing;
  const { tree, sessions } = database;
  const rows = treeRows(tree, collapsed);
  const node = tree.getNode(path);
  return {
    rows: before === null ? stillRows(rows, null) : advanceRows(before, rows, null, 0),
    digest: tree.digest(),
    sessionCount: sessions.size,
    isSalvaged,
    path,
    znode:
      node === undefined ? null : { data: node.data, stat: node.stat(), acl: tree.getACL(node) },
  };
}

/** Null if the moment before leads to another tree than this one's, or to none. */
function rowsBefore(
  history: FileHistory,
  index: number,
  collapsed: ReadonlySet<string>,
): LiveRows | null {
  const isSame = history.segments.some(({ from, to }) => from < index && index <= to);
  const standing = isSame ? history.at(index - 1) : null;
  if (standing === null) return null;
  return stillRows(treeRows(standing.database.tree, collapsed), null);
}
