/**
 * What the logs on a disk hold of an older part of the history, for a learner that is behind the
 * committed log.
 * Source: ZKDatabase.getProposalsFromTxnLog, calculateTxnLogSizeLimit.
 * Departs: a limit of txns as well, since a learner holds them all before it logs them.
 */

import type { Zxid } from '../../protocol/zxid.ts';
import type { DiskFiles } from '../disk.ts';
import type { Proposal } from '../replication.ts';
import { fileName, logsAfter, zxidsOf } from './fileNames.ts';
import { follows } from './follows.ts';
import { readLog } from './txnLog.ts';

const TXNS_MAX = 50_000;

export interface TxnLogRange {
  /** The first proposal is the last that is not later than this. */
  readonly from: Zxid;
  /** Its own proposal is not wanted, but those up to it, without a gap. */
  readonly to: Zxid;
  /** How many bytes of logs are read at most, by those of the newest snapshot; negative: none. */
  readonly snapshotSizeFactor: number;
}

/** Oldest first. None if the logs do not reach back, are longer than allowed, or are damaged. */
export function proposalsFromTxnLog(files: DiskFiles, range: TxnLogRange): readonly Proposal[] {
  const { from, to, snapshotSizeFactor } = range;
  const newest = zxidsOf(files, 'snapshot').at(-1);
  if (newest === undefined || zxidsOf(files, 'restore').length > 0) return [];
  const limit = sizeOf(files, fileName('snapshot', newest)) * snapshotSizeFactor;
  const logs = logsAfter(zxidsOf(files, 'log'), from).filter((log) => log < to);
  const names = logs.map((log) => fileName('log', log));
  if (names.reduce((sum, name) => sum + sizeOf(files, name), 0) > limit) return [];
  const proposals: Proposal[] = [];
  for (const name of names) {
    const log = readLog(name, files.get(name) ?? new Uint8Array(0));
    if (!log.ok) return [];
    for (const { zxid, proposal } of log.value.records) {
      if (zxid <= from) proposals.length = 0;
      if (zxid < to) proposals.push(proposal);
    }
  }
  const [first] = proposals;
  const reachesBack = first !== undefined && first.zxid <= from;
  return reachesBack && proposals.length <= TXNS_MAX && isUnbroken(proposals, to) ? proposals : [];
}

function isUnbroken(proposals: readonly Proposal[], to: Zxid): boolean {
  return proposals.every(({ zxid }, i) => follows(proposals[i + 1]?.zxid ?? to, zxid));
}

function sizeOf(files: DiskFiles, name: string): number {
  return files.get(name)?.length ?? 0;
}
