/**
 * Names of files that carry a zxid in hex, as `log.100000001`: lower-case, unpadded.
 * Source: persistence.Util.getZxidFromName, makeLogName, makeSnapshotName.
 */

import type { Zxid } from '../../protocol/zxid.ts';
import { asZxid } from '../../protocol/zxid.ts';
import type { DiskFiles } from '../disk.ts';

/**
 * `log`: txns from that zxid on. `snapshot`: the database after that txn.
 * `restore`: a snapshot that makes every other log and snapshot void (README.md, "Restore").
 */
export type FileKind = 'log' | 'snapshot' | 'restore';

export function fileName(kind: FileKind, zxid: Zxid): string {
  return `${kind}.${zxid.toString(16)}`;
}

/** Zxids of the files of one kind, ascending. Files with other names are left alone. */
export function zxidsOf(files: DiskFiles, kind: FileKind): Zxid[] {
  const zxids: Zxid[] = [];
  for (const name of files.keys()) {
    const hex = name.startsWith(`${kind}.`) ? name.slice(kind.length + 1) : '';
    const zxid = Number.parseInt(hex, 16);
    if (Number.isSafeInteger(zxid) && zxid >= 0 && zxid.toString(16) === hex) {
      zxids.push(asZxid(zxid));
    }
  }
  return zxids.sort((a, b) => a - b);
}

/**
 * Of `logs` (ascending), those that can hold txns after `zxid`: the last that begins by then, and
 * later ones.
 */
export function logsAfter(logs: readonly Zxid[], zxid: Zxid): readonly Zxid[] {
  const first = logs.findLastIndex((log) => log <= zxid);
  return logs.slice(Math.max(first, 0));
}
