/**
 * Quotas, which are ordinary znodes with agreed names and text.
 * Source: SetQuotaCommand, ListQuotaCommand, DelQuotaCommand, StatsTrack.
 */

import { utf8Decode } from '../base/utf8.ts';
import { KeeperErrorCode } from '../protocol/errors.ts';
import { parentOf } from '../protocol/paths.ts';
import { ArgumentError } from './args.ts';
import { isKeeperError, KeeperError } from './KeeperError.ts';
import type { ZooKeeper } from './ZooKeeper.ts';

const ROOT = '/zookeeper/quota';

/** -1: no limit. The hard ones are enforced, if the servers are told to; the others are logged. */
export type Quota = {
  readonly count: number;
  readonly bytes: number;
  readonly countHard: number;
  readonly bytesHard: number;
};

const UNLIMITED: Quota = { count: -1, bytes: -1, countHard: -1, bytesHard: -1 };

const limitsOf = (path: string): string => `${ROOT}${path}/zookeeper_limits`;
const statsOf = (path: string): string => `${ROOT}${path}/zookeeper_stats`;

/** `count=5,bytes=1000=;byteHardLimit=-1;countHardLimit=6` */
export function formatQuota({ count, bytes, countHard, bytesHard }: Quota): string {
  const soft = `count=${count},bytes=${bytes}`;
  if (countHard < 0 && bytesHard < 0) return soft;
  return `${soft}=;byteHardLimit=${bytesHard};countHardLimit=${countHard}`;
}

/** What is missing or unreadable counts as unlimited. */
export function parseQuota(text: string): Quota {
  const numberAt = (key: string): number => {
    const digits = new RegExp(`(?:^|[,;])${key}=(-?\\d+)`).exec(text)?.[1];
    return digits === undefined ? -1 : Number(digits);
  };
  return {
    count: numberAt('count'),
    bytes: numberAt('bytes'),
    countHard: numberAt('countHardLimit'),
    bytesHard: numberAt('byteHardLimit'),
  };
}

/** Sets the limits that are given, keeps the others. Quotas may not be nested. */
export async function setQuota(zk: ZooKeeper, path: string, change: Partial<Quota>): Promise<void> {
  if ((await zk.exists(path)) === null) throw new KeeperError(KeeperErrorCode.NONODE, path);
  await refuseNesting(zk, path);
  const old = await readText(zk, limitsOf(path));
  const quota = formatQuota({ ...(old === null ? UNLIMITED : parseQuota(old)), ...change });
  if (old !== null) {
    await zk.setData(limitsOf(path), quota);
    return;
  }
  for (const parent of ancestors(`${ROOT}${path}`)) await createIfMissing(zk, parent, null);
  await createIfMissing(zk, limitsOf(path), quota);
  await createIfMissing(zk, statsOf(path), 'count=0,bytes=0');
}

/** Null if there is none. */
export async function readQuota(
  zk: ZooKeeper,
  path: string,
): Promise<{
  readonly limits: Quota;
  readonly usage: { readonly count: number; readonly bytes: number };
} | null> {
  const limits = await readText(zk, limitsOf(path));
  if (limits === null) return null;
  const { count, bytes } = parseQuota((await readText(zk, statsOf(path))) ?? '');
  return { limits: parseQuota(limits), usage: { count, bytes } };
}

/** Takes one limit away, or the quota as a whole. */
export async function deleteQuota(zk: ZooKeeper, path: string, which?: keyof Quota): Promise<void> {
  const old = await readText(zk, limitsOf(path));
  if (old === null) throw new ArgumentError(`quota for ${path} does not exist.`);
  if (which !== undefined) {
    await zk.setData(limitsOf(path), formatQuota({ ...parseQuota(old), [which]: -1 }));
    return;
  }
  await zk.delete(limitsOf(path));
  await zk.delete(statsOf(path));
  await trim(zk, `${ROOT}${path}`);
}

/** Deletes what is left empty, from `path` upwards. */
async function trim(zk: ZooKeeper, path: string): Promise<void> {
  for (let at = path; at !== ROOT; at = parentOf(at)) {
    const { children } = await zk.getChildren(at);
    if (children.length > 0) return;
    await zk.delete(at);
  }
}

async function refuseNesting(zk: ZooKeeper, path: string): Promise<void> {
  for (let at = parentOf(path); at !== '/'; at = parentOf(at)) {
    if ((await zk.exists(limitsOf(at))) === null) continue;
    throw new ArgumentError(`${path} has a parent ${at} which has a quota`);
  }
  const below = [...(await childrenOf(zk, `${ROOT}${path}`))];
  for (let at = below.pop(); at !== undefined; at = below.pop()) {
    if ((await zk.exists(`${at}/zookeeper_limits`)) !== null) {
      throw new ArgumentError(`${path} has child ${at.slice(ROOT.length)} which has a quota`);
    }
    below.push(...(await childrenOf(zk, at)));
  }
}

/** None if the znode itself is missing. */
async function childrenOf(zk: ZooKeeper, path: string): Promise<readonly string[]> {
  try {
    const { children } = await zk.getChildren(path);
    return children.map((child) => `${path}/${child}`);
  } catch (error) {
    if (isKeeperError(error, 'NONODE')) return [];
    throw error;
  }
}

async function readText(zk: ZooKeeper, path: string): Promise<string | null> {
  try {
    const { data } = await zk.getData(path);
    return utf8Decode(data ?? new Uint8Array());
  } catch (error) {
    if (isKeeperError(error, 'NONODE')) return null;
    throw error;
  }
}

async function createIfMissing(zk: ZooKeeper, path: string, data: string | null): Promise<void> {
  try {
    await zk.create(path, data);
  } catch (error) {
    if (!isKeeperError(error, 'NODEEXISTS')) throw error;
  }
}

/** `/a`, `/a/b` for `/a/b`, without what every server has: the path's own quota znode included. */
function ancestors(path: string): readonly string[] {
  const out: string[] = [];
  for (let at = path; at !== ROOT; at = parentOf(at)) out.unshift(at);
  return out;
}
