/** Locks that a client wants together: which of them it holds so far. */

import type { ParticipantId } from '../../network/address.ts';
import type { LockQueue } from '../queues.ts';
import type { Asked } from './Asked.ts';

export interface MultiLockView {
  readonly client: ParticipantId;
  /** In the order in which they are taken. */
  readonly locks: readonly { readonly path: string; readonly state: 'holds' | 'waits' | 'later' }[];
}

/** Those that want, or hold, the lock at `path` together with others. */
export function multiLocksAt(
  asked: Asked,
  queues: readonly LockQueue[],
  path: string,
): readonly MultiLockView[] {
  const found: MultiLockView[] = [];
  for (const { client, paths } of asked.multiLocks()) {
    if (!paths.includes(path)) continue;
    const locks = paths.map((each) => {
      const queue = queues.find((one) => one.path === each);
      const ticket = queue?.tickets.find((one) => one.client === client);
      const state = ticket === undefined ? 'later' : ticket.holds ? 'holds' : 'waits';
      return { path: each, state } as const;
    });
    if (locks.some(({ state }) => state !== 'later')) found.push({ client, locks });
  }
  return found;
}
