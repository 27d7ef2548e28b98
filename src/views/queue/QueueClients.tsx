/** A button for each client: join the queue, or leave it. */

import { lineOf } from '../../lab/format.ts';
import type { LockQueue } from '../../lab/queues.ts';
import { useRun } from '../LabContext.ts';
import { useClientIds } from '../recipes/useClientIds.ts';

const VERBS = {
  lock: { join: 'lock', leave: 'unlock' },
  election: { join: 'elect', leave: 'resign' },
  inTurn: { join: 'select', leave: 'deselect' },
} as const;

export interface QueueClientsProps {
  readonly queue: LockQueue;
  /** Leadership goes round. */
  readonly isInTurn: boolean;
}

export function QueueClients({ queue, isInTurn }: QueueClientsProps) {
  const ids = useClientIds();
  const run = useRun();
  const verbs = VERBS[isInTurn ? 'inTurn' : queue.kind];
  return (
    <fieldset className="queue-clients" aria-label="Join or leave">
      {ids.map((id) => {
        const isIn = queue.tickets.some((ticket) => ticket.client === id);
        const verb = isIn ? verbs.leave : verbs.join;
        const line = lineOf(`${verb} ${id}`, queue.path);
        return (
          <button
            key={id}
            type="button"
            className="button"
            disabled={line === null}
            title={line ?? undefined}
            onClick={() => line !== null && run(line)}
          >
            {id} {verb}
          </button>
        );
      })}
    </fieldset>
  );
}
