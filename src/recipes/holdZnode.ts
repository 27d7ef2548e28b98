/** Holding what an own znode stands for, until that znode is gone. */

import { utf8Decode } from '../base/utf8.ts';
import type { WatchedEvent } from '../client/watch.ts';
import type { ZooKeeper } from '../client/ZooKeeper.ts';
import type { Stat } from '../protocol/stat.ts';
import type { Claim, Holding } from './Claim.ts';
import { REVOKE_MESSAGE } from './LockKind.ts';
import { orNull, retryOnLoss } from './retry.ts';

export interface HoldOptions {
  /** Left out: the czxid of the znode. */
  readonly fence?: number;
  /** Somebody asks to have it given back. Left out: not interested in that. */
  readonly onRevoke?: () => void;
}

/** Makes the claim, which is dropped when the znode or the session ends. Null if it is gone. */
export async function holdZnode(
  zk: ZooKeeper,
  claim: Claim,
  own: string,
  { fence, onRevoke }: HoldOptions = {},
): Promise<Holding | null> {
  const onGone = (): void => {
    if (claim.held?.znode !== own) return;
    claim.drop();
    claim.step('lost');
  };
  let isAsked = false;
  const onAsked = (): void => {
    isAsked = true;
    if (claim.held?.znode !== own) return;
    claim.step('asked to give it back');
    onRevoke?.();
  };
  const stat = await watchOwn(zk, own, onGone, onRevoke === undefined ? null : onAsked);
  if (stat === null) return null;
  const holding = claim.take({ fence: fence ?? stat.czxid, znode: own });
  claim.step('hold');
  // It was asked while it waited.
  if (isAsked) onAsked();
  return holding;
}

/** `onGone` is called when the znode or the session has ended. Null if it is gone already. */
async function watchOwn(
  zk: ZooKeeper,
  own: string,
  onGone: () => void,
  onAsked: (() => void) | null,
): Promise<Stat | null> {
  const onEvent = ({ type }: WatchedEvent): void => {
    if (type !== 'NodeDataChanged') return onGone();
    // Watches again; reading fails for good only when the session has ended.
    watchOwn(zk, own, onGone, onAsked).then((stat) => {
      if (stat === null) onGone();
    }, onGone);
  };
  if (onAsked === null) {
    // A child watch, since that of an ephemeral can tell of nothing but its deletion.
    const found = await orNull(() => retryOnLoss(() => zk.getChildren(own, onEvent)));
    return found?.stat ?? null;
  }
  const found = await orNull(() => retryOnLoss(() => zk.getData(own, onEvent)));
  if (found?.data != null && utf8Decode(found.data) === REVOKE_MESSAGE) onAsked();
  return found?.stat ?? null;
}
