/**
 * The replicated database as quorum and pipeline see it: tree, session table, committed log, and
 * the disk under them.
 * `storage/ZKDatabase.ts` implements it. Source: ZKDatabase, FileTxnSnapLog.
 */

import type { Zxid } from '../protocol/zxid.ts';
import type { DynamicConfig } from './DynamicConfig.ts';
import type { Proposal } from './replication.ts';
import type { ApplyResult } from './tree/applyTxn.ts';
import type { DataTree } from './tree/DataTree.ts';

/** `ConfigStore` implements it. What is set is on the disk before whatever is written later. */
export interface QuorumConfigs {
  /** In force. */
  readonly committed: DynamicConfig;
  /** The newest that this server was told of; later than `committed` while it is pending. */
  readonly lastSeen: DynamicConfig;
  setLastSeen(config: DynamicConfig): void;
  /** False if it is not later than the one in force. */
  commit(config: DynamicConfig): boolean;
}

export interface Database {
  readonly tree: DataTree;
  /** Live global sessions: id to the timeout stored in their createSession txn. */
  readonly sessions: ReadonlyMap<bigint, number>;
  /** Of the last applied txn; 0 when fresh. */
  readonly lastProcessedZxid: Zxid;
  /** End of the log, durable or on its way, applied or not. Never below lastProcessedZxid. */
  readonly lastLoggedZxid: Zxid;
  readonly acceptedEpoch: number;
  readonly currentEpoch: number;
  /** The last `commitLogCount` committed proposals, oldest first. */
  readonly committedLog: readonly Proposal[];
  readonly configs: QuorumConfigs;

  /**
   * What the logs on disk hold before `committedLog`: from the last that is not later than `zxid`
   * on, oldest first; nothing if that cannot be had, or costs more than a snapshot.
   */
  readTxnLog(zxid: Zxid, onRead: (older: readonly Proposal[]) => void): void;
  setAcceptedEpoch(epoch: number, onDurable: () => void): void;
  setCurrentEpoch(epoch: number, onDurable: () => void): void;
  /**
   * Appends to the log; group commit: what comes while a flush is under way is flushed together.
   * Traces `logged`.
   */
  append(proposal: Proposal, onDurable: () => void): void;
  /** Applies the next txn in order to tree, session table and committed log. Traces `applied`. */
  apply(proposal: Proposal): ApplyResult;
  /**
   * Drops everything after `zxid` from log and database. Traces `truncated`. Errors: assertion if
   * zxid is not in the log.
   */
  truncate(zxid: Zxid, onDone: () => void): void;
  /**
   * The SNAP stream: sessions, ACLs, znodes, terminator (storage.md section 3, without headers and
   * seals).
   */
  snapshotBody(): Uint8Array;
  /**
   * Replaces the database by a SNAP stream. The log is not touched until `saveSnapshot`. False, and
   * nothing is changed, if it cannot be read.
   */
  restore(body: Uint8Array, zxid: Zxid): boolean;
  /** Writes a snapshot of the database as it is now and starts a new log file. */
  saveSnapshot(onDurable: () => void): void;
  /** Makes /zookeeper/config what is in force: the first configuration has no txn. */
  initConfig(): void;
}
