/** A button for each client: join the queue, or leave it. */

import { lineOf } from '../../lab/format.ts';
import type { EnsembleState } from '../../lab/model.ts';
import type { LockQueue } from '../../lab/queues.ts';
import { useEnsemble, useRun } from '../LabContext.ts';

const clientIdsOf = (state: EnsembleState) => Object.keys(state.clients).join(' ');

const VERBS = {
  lock: { join: 'lock', leave: 'unlock' },
  election: { join: 'elect', leave: 'resign' },
} as const;

export function QueueClients({ queue }: { queue: LockQueue }) {
  const ids = useClientIds();
  const run = useRun();
  const verbs = VERBS[queue.kind];
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

export function useClientIds(): readonly string[] {
  return useEnsemble(clientIdsOf)
    .split(' ')
    .filter((id) => id !== '');
}
