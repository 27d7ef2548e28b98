/**
 * Quotas: znodes under /zookeeper/quota that hold the limits of a subtree and its usage.
 * Source: Quotas, StatsTrack, PathTrie, ZooKeeperServer.checkQuota.
 */

import { utf8Decode, utf8Encode } from '../../base/utf8.ts';
import { KeeperErrorCode } from '../../protocol/errors.ts';
import { parentOf } from '../../protocol/paths.ts';
import { childPath, QUOTA_NODE, ZOOKEEPER_NODE } from './systemPaths.ts';

/** As far as a number is exact. */
const LONG_MAX = 2 ** 63;
const LIMITS_NAME = 'zookeeper_limits';
const STATS_NAME = 'zookeeper_stats';

/** A limit of -1 is none. */
export interface StatsTrack {
  readonly count: number;
  readonly bytes: number;
  readonly countHardLimit: number;
  readonly byteHardLimit: number;
}

export interface Usage {
  readonly count: number;
  readonly bytes: number;
}

export function limitPath(quotaPath: string): string {
  return childPath(QUOTA_NODE + quotaPath, LIMITS_NAME);
}

export function statPath(quotaPath: string): string {
  return childPath(QUOTA_NODE + quotaPath, STATS_NAME);
}

/** The subtree whose limits or usage the znode at `path` holds; null for every other znode. */
export function quotaOf(
  path: string,
): { readonly kind: 'limits' | 'stats'; readonly quotaPath: string } | null {
  if (!path.startsWith(`${QUOTA_NODE}/`)) return null;
  const kind = path.endsWith(`/${LIMITS_NAME}`)
    ? 'limits'
    : path.endsWith(`/${STATS_NAME}`)
      ? 'stats'
      : null;
  const quotaPath = parentOf(path).slice(QUOTA_NODE.length);
  return kind === null || quotaPath === '' ? null : { kind, quotaPath };
}

/** Null if the text is none of ours; a field that is missing is -1. */
export function parseStatsTrack(data: Uint8Array | null): StatsTrack | null {
  const values = new Map<string, number>();
  const text = data === null ? '' : utf8Decode(data);
  for (const pair of text === '' ? [] : text.split(/[,;]+/)) {
    const match = /^(\w+)=(-?\d*)=?$/.exec(pair);
    const value = match?.[2] === '' ? -1 : Number(match?.[2]);
    const isLong = Math.abs(value) <= LONG_MAX;
    if (match?.[1] === undefined || !isLong) return null;
    values.set(match[1], value);
  }
  return {
    count: values.get('count') ?? -1,
    bytes: values.get('bytes') ?? -1,
    countHardLimit: values.get('countHardLimit') ?? -1,
    byteHardLimit: values.get('byteHardLimit') ?? -1,
  };
}

/** 'count=1,bytes=2'; hard limits follow as '=;byteHardLimit=4;countHardLimit=3'. */
export function formatStatsTrack(track: StatsTrack): Uint8Array {
  const { count, bytes, countHardLimit, byteHardLimit } = track;
  const hard =
    (byteHardLimit < 0 ? '' : `;byteHardLimit=${byteHardLimit}`) +
    (countHardLimit < 0 ? '' : `;countHardLimit=${countHardLimit}`);
  return utf8Encode(`count=${count},bytes=${bytes}${hard === '' ? '' : `=${hard}`}`);
}

export function formatUsage({ count, bytes }: Usage): Uint8Array {
  return formatStatsTrack({ count, bytes, countHardLimit: -1, byteHardLimit: -1 });
}

/** The paths that have a limits znode. */
export class QuotaPaths {
  private readonly paths = new Set<string>();

  add(quotaPath: string): void {
    this.paths.add(quotaPath);
  }

  delete(quotaPath: string): void {
    this.paths.delete(quotaPath);
  }

  /**
   * The deepest of them that is `path` or an ancestor of it; null if there is none.
   * Departs: nothing at or below /zookeeper is accounted, where usage would count itself.
   */
  deepest(path: string): string | null {
    if (this.paths.size === 0 || !path.startsWith('/')) return null;
    if (path === ZOOKEEPER_NODE || path.startsWith(`${ZOOKEEPER_NODE}/`)) return null;
    for (let at = path; at !== '/'; at = parentOf(at)) {
      if (this.paths.has(at)) return at;
    }
    return null;
  }
}

/** The part of a DataTree that quotas are read from. */
interface AccountedTree {
  quotaPathFor(path: string): string | null;
  getNode(path: string): { readonly data: Uint8Array | null } | undefined;
}

/** What an operation would add: the bytes may be negative. */
export interface QuotaRequest {
  readonly path: string;
  readonly bytesDelta: number;
  readonly countDelta: number;
}

/**
 * Whether the limits allow it: create asks with the length of its data and count 1, setData with
 * the change of length and count 0. Soft limits never forbid. Errors: QUOTAEXCEEDED;
 * MARSHALLINGERROR where limits or usage are no text that can be read.
 */
export function checkQuota(tree: AccountedTree, request: QuotaRequest): KeeperErrorCode {
  const { OK, MARSHALLINGERROR, QUOTAEXCEEDED } = KeeperErrorCode;
  const { path, countDelta, bytesDelta } = request;
  const quotaPath = tree.quotaPathFor(path);
  const limitNode = quotaPath === null ? undefined : tree.getNode(limitPath(quotaPath));
  if (quotaPath === null || limitNode === undefined) return OK;
  const limits = parseStatsTrack(limitNode.data);
  if (limits === null) return MARSHALLINGERROR;
  const { count, bytes, countHardLimit, byteHardLimit } = limits;
  const isCountLimited = countDelta !== 0 && Math.max(count, countHardLimit) > -1;
  const areBytesLimited = bytesDelta !== 0 && Math.max(bytes, byteHardLimit) > -1;
  const stats = tree.getNode(statPath(quotaPath));
  if (stats === undefined || (!isCountLimited && !areBytesLimited)) return OK;
  const usage = parseStatsTrack(stats.data);
  if (usage === null) return MARSHALLINGERROR;
  const isExceeded =
    isOver(countHardLimit, usage.count, countDelta) ||
    isOver(byteHardLimit, usage.bytes, bytesDelta);
  return isExceeded ? QUOTAEXCEEDED : OK;
}

function isOver(hardLimit: number, used: number, delta: number): boolean {
  return delta !== 0 && hardLimit > -1 && used + delta > hardLimit;
}
