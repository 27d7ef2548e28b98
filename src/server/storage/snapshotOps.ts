/**
 * How snapshots come to a disk and leave it, such that a crash after any of the operations is
 * harmless.
 * Source: PurgeTxnLog, FileTxnLog.truncate.
 */

import type { Zxid } from '../../protocol/zxid.ts';
import type { DiskFiles, DiskOp } from '../disk.ts';
import { fileName, logsAfter, zxidsOf } from './fileNames.ts';
import { readLog } from './txnLog.ts';

/** autopurge.snapRetainCount. */
const SNAPSHOTS_KEPT = 3;

/** The logs and snapshots of a disk, each ascending. */
export interface HistoryFiles {
  readonly snapshots: readonly Zxid[];
  readonly logs: readonly Zxid[];
}

export function removeOps({ snapshots, logs }: HistoryFiles): DiskOp[] {
  return [
    ...snapshots.map((zxid): DiskOp => ({ type: 'remove', file: fileName('snapshot', zxid) })),
    ...logs.map((zxid): DiskOp => ({ type: 'remove', file: fileName('log', zxid) })),
  ];
}

/**
 * Writes a snapshot that replaces a whole history. From the first operation on the new history is
 * what recovery finds, and whatever else is still there is void.
 */
export function restoreOps(
  snapshot: { readonly zxid: Zxid; readonly bytes: Uint8Array },
  old: HistoryFiles,
): DiskOp[] {
  const { zxid, bytes } = snapshot;
  const marker = fileName('restore', zxid);
  return [
    { type: 'replace', file: marker, bytes },
    ...removeOps(old),
    { type: 'replace', file: fileName('snapshot', zxid), bytes },
    { type: 'remove', file: marker },
  ];
}

/** What the newest snapshots do not need: older snapshots, and logs that only those need. */
export function purgeable({ snapshots, logs }: HistoryFiles): HistoryFiles {
  const oldest = snapshots.at(-SNAPSHOTS_KEPT);
  if (oldest === undefined) return { snapshots: [], logs: [] };
  const kept = logsAfter(logs, oldest);
  return {
    snapshots: snapshots.filter((zxid) => zxid < oldest),
    logs: logs.filter((zxid) => !kept.includes(zxid)),
  };
}

/**
 * Cuts the history after `zxid`, from its end on: what a crash leaves is a shorter history, never
 * one with a hole.
 * Departs: ZooKeeper keeps the snapshots after `zxid` and would load them.
 */
export function truncateOps(files: DiskFiles, zxid: Zxid): DiskOp[] {
  const after = (each: Zxid): boolean => each > zxid;
  const logs = zxidsOf(files, 'log');
  const ops = removeOps({
    snapshots: zxidsOf(files, 'snapshot').filter(after),
    logs: logs.filter(after).reverse(),
  });
  const last = logs.findLast((each) => !after(each));
  if (last === undefined) return ops;
  const file = fileName('log', last);
  const log = readLog(file, files.get(file) ?? new Uint8Array(0));
  const record = log.ok ? log.value.records.findLast((each) => !after(each.zxid)) : undefined;
  if (record !== undefined) ops.push({ type: 'truncate', file, length: record.end });
  return ops;
}
