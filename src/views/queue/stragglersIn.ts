/**
 * Clients that believe they hold something whose znode is gone: the session that held it has
 * ended.
 */

import type { ClientView } from '../../lab/model.ts';
import { parentOf } from '../../protocol/paths.ts';

export interface Straggler {
  readonly client: string;
  readonly path: string;
  readonly fence: number;
}

/** Names of Curator's tickets, which are what `lockQueues` knows. */
const TICKET = /-(lock|latch)-\d{10}$/;

/** `exists`: whether the znode is in the committed tree. `queuePath` null: of all queues. */
export function stragglersIn(
  clients: readonly ClientView[],
  queuePath: string | null,
  exists: (path: string) => boolean,
): readonly Straggler[] {
  return clients.flatMap(({ id, beliefs }) =>
    beliefs
      .filter(({ holds, znode }) => holds && TICKET.test(znode) && !exists(znode))
      .map(({ znode, fence }) => ({ client: id, path: parentOf(znode), fence }))
      .filter(({ path }) => queuePath === null || path === queuePath),
  );
}
