/** Writing only over what one has seen. Source: Programmer's Guide, "ZooKeeper Stat Structure". */

import { assert } from '../base/assert.ts';
import { equalBytes } from '../base/bytes.ts';
import type { KeeperError } from '../client/KeeperError.ts';
import { isKeeperError } from '../client/KeeperError.ts';
import type { ZnodeData } from '../client/ops.ts';
import { toBytes } from '../client/ops.ts';
import type { ZooKeeper } from '../client/ZooKeeper.ts';
import type { Stat } from '../protocol/stat.ts';
import { retryOnLoss } from './retry.ts';

/**
 * Null if the znode has another version. Survives lost answers: if the next version has these data,
 * that is what was asked for. Rejects with CONNECTIONLOSS if others wrote so much since that nobody
 * can tell whether it was carried out; with NONODE, SESSIONEXPIRED, ...
 */
export async function compareAndSet(
  zk: ZooKeeper,
  path: string,
  data: ZnodeData,
  version: number,
): Promise<Stat | null> {
  assert(version >= 0, `version ${version} would match any`);
  let lost: KeeperError | null = null;
  for (;;) {
    try {
      return await zk.setData(path, data, version);
    } catch (error) {
      if (isKeeperError(error, 'CONNECTIONLOSS')) {
        lost = error;
        continue;
      }
      if (!isKeeperError(error, 'BADVERSION')) throw error;
      if (lost === null) return null;
    }
    const now = await retryOnLoss(() => zk.getData(path));
    if (now.stat.version > version + 1) throw lost;
    const wanted = toBytes(data) ?? new Uint8Array();
    return equalBytes(now.data ?? new Uint8Array(), wanted) ? now.stat : null;
  }
}
