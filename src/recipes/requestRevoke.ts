/**
 * Asking for a lock that somebody holds: the znode that stands for it gets the data `__REVOKE__`,
 * and its owner, who watches it, may give it back.
 * Source: ZooKeeper recipes, "Revocable Shared Locks"; Curator Revoker, makeRevocable.
 */

import type { ZooKeeper } from '../client/ZooKeeper.ts';
import { PLAIN_LOCK, REVOKE_MESSAGE } from './LockKind.ts';
import { sortedBySequence } from './ProtectedNode.ts';
import { orNull, retryOnLoss } from './retry.ts';

/**
 * Asks whoever is first in line at `lockPath`; returns its znode, or null if there is nobody. Only
 * a request: a holder that cannot be revoked goes on.
 */
export async function requestRevoke(zk: ZooKeeper, lockPath: string): Promise<string | null> {
  for (;;) {
    const listed = await orNull(() => retryOnLoss(() => zk.getChildren(lockPath)));
    const [first] = sortedBySequence(listed?.children ?? [], ...PLAIN_LOCK.marks);
    if (first === undefined) return null;
    const znode = `${lockPath}/${first}`;
    const asked = await orNull(() => retryOnLoss(() => zk.setData(znode, REVOKE_MESSAGE)));
    if (asked !== null) return znode;
  }
}
