/** Whether a change would break a quota. Source: ZooKeeperServer.checkQuota. */

import type { DataTree } from './DataTree.ts';
import { limitPath, parseStatsTrack, statPath } from './quota.ts';

/** What an operation would add: the bytes may be negative. */
export interface QuotaRequest {
  readonly path: string;
  readonly bytesDelta: number;
  readonly countDelta: number;
}

/**
 * Whether a hard limit forbids it (QUOTAEXCEEDED): create asks with the length of its data and
 * count 1, setData with the change of length and count 0. Soft limits never forbid.
 */
export function exceedsQuota(tree: DataTree, request: QuotaRequest): boolean {
  const quotaPath = tree.quotaPathFor(request.path);
  if (quotaPath === null) return false;
  const limits = parseStatsTrack(tree.getNode(limitPath(quotaPath))?.data ?? null);
  const stats = tree.getNode(statPath(quotaPath));
  const usage = stats === undefined ? null : parseStatsTrack(stats.data);
  if (limits === null || usage === null) return false;
  return (
    isOver(limits.countHardLimit, usage.count, request.countDelta) ||
    isOver(limits.byteHardLimit, usage.bytes, request.bytesDelta)
  );
}

function isOver(hardLimit: number, used: number, delta: number): boolean {
  return delta !== 0 && hardLimit > -1 && used + delta > hardLimit;
}
