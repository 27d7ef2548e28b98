/**
 * Files that are open, as the page sees them. What is asked and answered is plain data, since they
 * may lie in a worker: to read them and to go through their history takes seconds.
 */

import type { Result } from '../../base/result.ts';
import type { EnsembleConfig } from '../../conductor/config.ts';
import type { ACL } from '../../protocol/acl.ts';
import type { Stat } from '../../protocol/stat.ts';
import type { Txn } from '../../protocol/txns.ts';
import type { HistoryBase } from '../recorder/TxnHistory.ts';
import type { LiveRows } from '../tree/liveRows.ts';
import type { Damage } from './Damage.ts';
import type { FileSource } from './openFiles.ts';

/** `onProgress`: how much is done, from 0 to 1. */
export type StartOpening = (
  sources: readonly FileSource[],
  onProgress: (share: number) => void,
) => Opening;

/** Files that are being opened. */
export interface Opening {
  readonly reader: Promise<FilesReader>;
  /** Whether `reader` still settles does not matter any more. */
  cancel(): void;
}

export interface FilesReader {
  readonly files: readonly FileReport[];
  readonly timeline: Timeline;
  look(query: Query): Promise<Look>;
  /** See startFrom. */
  startFrom(index: number, config: EnsembleConfig): Promise<Result<Start, string>>;
  /** They are not looked at any more. */
  close(): void;
}

export interface FileReport {
  /** With the folders that it came in. */
  readonly name: string;
  readonly sizeBytes: number;
  /** What it is, and what was found in it. */
  readonly sentences: readonly string[];
  readonly damage: readonly Damage[];
}

/** Every zxid that the files know of. */
export interface Timeline {
  /** Ascending. A place in it is what queries call an index. */
  readonly zxids: Float64Array;
  /** 1 where the tree can be rebuilt. */
  readonly reached: Uint8Array;
  readonly snapshots: readonly SnapshotMark[];
  /** Index of the last whose tree can be rebuilt; -1 if there is none. */
  readonly newest: number;
  /** Znodes whose descendants nobody wants to see there unless asked for. */
  readonly collapsed: ReadonlySet<string>;
}

export interface SnapshotMark {
  readonly index: number;
  readonly isWhole: boolean;
}

export interface Query {
  readonly index: number;
  /** Znodes whose descendants are not wanted. */
  readonly collapsed: ReadonlySet<string>;
  /** Znode of which all is wanted. */
  readonly path: string;
}

/** What is seen at a zxid. */
export interface Look {
  readonly index: number;
  /** Null where only a snapshot tells of the zxid. */
  readonly txn: LoggedTxn | null;
  /** Name of the snapshot of this zxid. */
  readonly snapshot: string | null;
  readonly tree: TreeLook | null;
}

export interface LoggedTxn {
  readonly txn: Txn;
  /** Where it stands. */
  readonly log: string;
  readonly offset: number;
}

export interface TreeLook {
  /** Marked with what the txn changed. */
  readonly rows: LiveRows;
  readonly digest: bigint;
  readonly sessionCount: number;
  /** Only a damaged snapshot tells of it, and this is what could be read. */
  readonly isSalvaged: boolean;
  readonly path: string;
  /** Null if there is none at the path. */
  readonly znode: ZnodeLook | null;
}

export interface ZnodeLook {
  readonly data: Uint8Array | null;
  readonly stat: Stat;
  readonly acl: readonly ACL[];
}

/** A new ensemble whose servers' disks hold what the files say of one zxid. */
export interface Start {
  readonly config: EnsembleConfig;
  readonly base: HistoryBase;
}
