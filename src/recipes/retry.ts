/** Going on after a lost connection. Source: ZooKeeper error handling (wiki "ErrorHandling"). */

import { isKeeperError } from '../client/KeeperError.ts';
import { checkOp } from '../client/ops.ts';
import type { ZooKeeper } from '../client/ZooKeeper.ts';

/**
 * Repeats `attempt` while it ends in CONNECTIONLOSS; each time that takes until the next server has
 * been tried. Only for what may be done twice: reads, and deletes of one's own znode. Ends with
 * SESSIONEXPIRED at the latest.
 */
export async function retryOnLoss<T>(attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!isKeeperError(error, 'CONNECTIONLOSS')) throw error;
    }
  }
}

/** What `attempt` gives, or null if the znode is not there. */
export async function orNull<T>(attempt: () => Promise<T>): Promise<T | null> {
  try {
    return await attempt();
  } catch (error) {
    if (isKeeperError(error, 'NONODE')) return null;
    throw error;
  }
}

/**
 * Reads after it see all that was committed before it began. A `sync` would not do: a leader that
 * has lost its quorum and does not know it yet answers that too. A check that changes nothing goes
 * through a quorum as a write does.
 */
export async function catchUp(zk: ZooKeeper): Promise<void> {
  await orNull(() => retryOnLoss(() => zk.multi([checkOp('/')])));
}
