/** Going on after a lost connection. Source: ZooKeeper error handling (wiki "ErrorHandling"). */

import { isKeeperError } from '../client/KeeperError.ts';

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
