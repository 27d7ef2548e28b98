/**
 * The digest of a tree: the sum of one CRC-32 per znode, so that each change costs one znode.
 * Source: DigestCalculator (version 2), AdHash.
 *
 * ZooKeeper's sum wraps at 64 bits. Fewer than 2^21 znodes cannot reach 2^53, thus the sum is an
 * exact number here; `DataTree` asserts their count.
 */

import { crc32, crc32OfText } from '../../base/crc32.ts';
import type { StatPersisted } from '../../protocol/stat.ts';
import { isServerLocal } from './systemPaths.ts';

export const DIGEST_VERSION = 2;

const STAT_BYTES = 60;
/** For one digest at a time: making it each time would cost more than the sum. */
const statBytes = new Uint8Array(STAT_BYTES);
const statView = new DataView(statBytes.buffer);
const TWO_32 = 0x1_0000_0000;

/** The part of a znode's digest that only path and data change; `digestOfStat` completes it. */
export function digestOfContent(path: string, data: Uint8Array | null): number {
  const crc = path === '/' ? 0 : crc32OfText(path);
  return data === null ? crc : crc32(data, crc);
}

/** `content` is `digestOfContent` of the same znode. Unsigned 32 bits, 0 below /zookeeper. */
export function digestOfStat(path: string, content: number, stat: StatPersisted): number {
  if (isServerLocal(path)) return 0;
  const view = statView;
  putLong(view, 0, stat.czxid);
  putLong(view, 8, stat.mzxid);
  putLong(view, 16, stat.pzxid);
  putLong(view, 24, stat.ctime);
  putLong(view, 32, stat.mtime);
  view.setInt32(40, stat.version);
  view.setInt32(44, stat.cversion);
  view.setInt32(48, stat.aversion);
  view.setBigInt64(52, stat.ephemeralOwner);
  return crc32(statBytes, content);
}

/** What one znode adds to the digest of its tree. `stat.cversion` counts creates only. */
export function digestOfNode(path: string, data: Uint8Array | null, stat: StatPersisted): number {
  return isServerLocal(path) ? 0 : digestOfStat(path, digestOfContent(path, data), stat);
}

function putLong(view: DataView, at: number, value: number): void {
  view.setInt32(at, Math.floor(value / TWO_32));
  view.setUint32(at + 4, value);
}
