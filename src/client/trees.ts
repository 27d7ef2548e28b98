/** Whole subtrees. Source: ZKUtil.visitSubTreeDFS, ZKUtil.deleteRecursive. */

import { parentOf } from '../protocol/paths.ts';
import { isKeeperError } from './KeeperError.ts';
import { deleteOp } from './ops.ts';
import type { ZooKeeper } from './ZooKeeper.ts';

const BATCH_OPS = 1000;
const ZNODES_MAX = 100_000;

const childPath = (parent: string, name: string): string =>
  parent === '/' ? `/${name}` : `${parent}/${name}`;

/**
 * The path itself and all that is below, parents first, siblings sorted. No snapshot: what changes
 * meanwhile may be listed or not.
 */
export async function listTree(zk: ZooKeeper, path: string): Promise<readonly string[]> {
  const found: string[] = [];
  const open = [path];
  for (let at = open.pop(); at !== undefined && found.length < ZNODES_MAX; at = open.pop()) {
    try {
      const { children } = await zk.getChildren(at);
      found.push(at);
      const paths = children.map((name) => childPath(at as string, name));
      open.push(...paths.sort().reverse());
    } catch (error) {
      // Somebody deleted it since its parent was read.
      if (at === path || !isKeeperError(error, 'NONODE')) throw error;
    }
  }
  return found;
}

/** Deletes children before parents, a batch at a time; returns how many. The root stays. */
export async function deleteTree(zk: ZooKeeper, path: string): Promise<number> {
  const found = await listTree(zk, path);
  const doomed = found.filter((one) => one !== '/' && !isReserved(one)).reverse();
  for (let start = 0; start < doomed.length; start += BATCH_OPS) {
    await zk.multi(doomed.slice(start, start + BATCH_OPS).map((one) => deleteOp(one)));
  }
  return doomed.length;
}

/** What no server lets anybody delete. */
function isReserved(path: string): boolean {
  return path === '/zookeeper' || parentOf(path) === '/zookeeper';
}
