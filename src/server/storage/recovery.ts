/**
 * From a disk's files to a database: the newest snapshot that can be read, then the logs after it.
 * Source: FileTxnSnapLog.restore, fastForwardFromEdits; FileSnap.deserialize; storage rules in
 * README.md.
 */

import type { Result } from '../../base/result.ts';
import { err, ok } from '../../base/result.ts';
import type { Zxid } from '../../protocol/zxid.ts';
import { formatZxid, ZERO_ZXID } from '../../protocol/zxid.ts';
import type { DiskFiles, DiskOp } from '../disk.ts';
import { applyDiskOps } from './applyDiskOps.ts';
import type { Epochs } from './epochFiles.ts';
import { readEpochs } from './epochFiles.ts';
import { fileName, logsAfter, zxidsOf } from './fileNames.ts';
import { follows } from './follows.ts';
import { MemoryDatabase } from './MemoryDatabase.ts';
import type { RecoveryError } from './RecoveryError.ts';
import { decodeSnapshotFile } from './snapshotFile.ts';
import { restoreOps } from './snapshotOps.ts';
import type { LogFile } from './txnLog.ts';
import { readLog } from './txnLog.ts';

export interface Recovered extends Epochs {
  readonly memory: MemoryDatabase;
  /** Of the snapshot that was loaded; 0 for none. */
  readonly snapshotZxid: Zxid;
  /** Those of the logs that the snapshot did not have. */
  readonly txnsLoaded: number;
  /** Bytes of unfinished writes that `repairs` cut off. */
  readonly cutBytes: number;
  /**
   * To be carried out before anything else is written. Recovering again after any part of it gives
   * the same.
   */
  readonly repairs: readonly DiskOp[];
  /** The files there are after `repairs`, ascending. */
  readonly snapshots: readonly Zxid[];
  readonly logs: readonly Zxid[];
}

/** `commitLogCount`: how many replayed txns the committed log keeps. */
export function recover(
  files: DiskFiles,
  commitLogCount: number,
): Result<Recovered, RecoveryError> {
  const restore = restoreRepairs(files);
  const restored = applyDiskOps(files, restore);
  const loaded = loadSnapshot(restored, commitLogCount);
  if (!loaded.ok) return loaded;
  const { memory, snapshotZxid, repairs } = loaded.value;
  const replayed = replayLogs(restored, memory);
  if (!replayed.ok) return replayed;
  const { unreadable } = loaded.value;
  if (unreadable !== null && memory.lastProcessedZxid < unreadable.zxid)
    return err(unreadable.error);
  const epochs = readEpochs(restored, memory.lastProcessedZxid);
  if (!epochs.ok) return epochs;
  const allRepairs = [...restore, ...repairs, ...replayed.value.repairs];
  const after = applyDiskOps(files, allRepairs);
  return ok({
    ...epochs.value,
    memory,
    snapshotZxid,
    txnsLoaded: replayed.value.txnsLoaded,
    cutBytes: replayed.value.cutBytes,
    repairs: allRepairs,
    snapshots: zxidsOf(after, 'snapshot'),
    logs: zxidsOf(after, 'log'),
  });
}

/**
 * Completes a restore that a crash has interrupted. There is one at most: the next waits for its
 * end.
 */
function restoreRepairs(files: DiskFiles): DiskOp[] {
  const zxid = zxidsOf(files, 'restore').at(-1);
  const bytes = zxid === undefined ? undefined : files.get(fileName('restore', zxid));
  if (zxid === undefined || bytes === undefined) return [];
  const old = { snapshots: zxidsOf(files, 'snapshot'), logs: zxidsOf(files, 'log') };
  return restoreOps({ zxid, bytes }, old);
}

interface Loaded {
  readonly memory: MemoryDatabase;
  readonly snapshotZxid: Zxid;
  readonly repairs: readonly DiskOp[];
  /** The newest of the snapshots that were passed over. */
  readonly unreadable: { readonly zxid: Zxid; readonly error: RecoveryError } | null;
}

/**
 * Departs: an unreadable snapshot is passed over only if an older one and the logs reach as far,
 * and is then removed; ZooKeeper starts from the older one whatever is lost.
 */
function loadSnapshot(files: DiskFiles, commitLogCount: number): Result<Loaded, RecoveryError> {
  const repairs: DiskOp[] = [];
  let unreadable: Loaded['unreadable'] = null;
  for (const zxid of zxidsOf(files, 'snapshot').reverse()) {
    const file = fileName('snapshot', zxid);
    const snapshot = decodeSnapshotFile(file, files.get(file) ?? new Uint8Array(0), zxid);
    if (snapshot.ok) {
      const memory = new MemoryDatabase(commitLogCount, { ...snapshot.value, zxid });
      return ok({ memory, snapshotZxid: zxid, repairs, unreadable });
    }
    unreadable ??= { zxid, error: snapshot.error };
    repairs.push({ type: 'remove', file });
  }
  if (unreadable !== null) return err(unreadable.error);
  const memory = new MemoryDatabase(commitLogCount);
  return ok({ memory, snapshotZxid: ZERO_ZXID, repairs, unreadable });
}

interface Replayed {
  readonly repairs: readonly DiskOp[];
  readonly cutBytes: number;
  readonly txnsLoaded: number;
}

/** Applies what the logs hold after the snapshot. Older logs are not looked at. */
function replayLogs(files: DiskFiles, memory: MemoryDatabase): Result<Replayed, RecoveryError> {
  const repairs: DiskOp[] = [];
  let cutBytes = 0;
  let txnsLoaded = 0;
  const hasSnapshot = zxidsOf(files, 'snapshot').length > 0;
  for (const zxid of logsAfter(zxidsOf(files, 'log'), memory.lastProcessedZxid)) {
    const file = fileName('log', zxid);
    const log = readLog(file, files.get(file) ?? new Uint8Array(0));
    if (!log.ok) return log;
    if (!hasSnapshot && log.value.records.length > 0) {
      return err({ file, offset: 0, reason: 'a log but no snapshot: older txns may be lost' });
    }
    const loaded = replay(file, log.value, memory);
    if (!loaded.ok) return loaded;
    txnsLoaded += loaded.value;
    cutBytes += log.value.tornBytes;
    repairs.push(...cutOps(file, log.value));
  }
  return ok({ repairs, cutBytes, txnsLoaded });
}

/**
 * Returns how many were missing.
 * Departs: txns missing between two of an epoch are refused; ZooKeeper applies what comes after
 * them.
 */
function replay(file: string, log: LogFile, memory: MemoryDatabase): Result<number, RecoveryError> {
  let count = 0;
  for (const { zxid, proposal, offset } of log.records) {
    const last = memory.lastProcessedZxid;
    if (zxid <= last) continue;
    if (!follows(zxid, last)) {
      const reason = `txn ${formatZxid(zxid)} cannot follow ${formatZxid(last)}`;
      return err({ file, offset, reason });
    }
    memory.apply(proposal);
    count++;
  }
  return ok(count);
}

/** A file without records goes, since the next txn may open one of the same name. */
function cutOps(file: string, log: LogFile): DiskOp[] {
  if (log.records.length === 0) return [{ type: 'remove', file }];
  return log.tornBytes > 0 ? [{ type: 'truncate', file, length: log.length }] : [];
}
