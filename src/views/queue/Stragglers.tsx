/** Clients that believe they hold what the service has given to somebody else. */

import type { EnsembleState } from '../../lab/model.ts';
import type { LockQueue } from '../../lab/queues.ts';
import { shortZxid } from '../format.ts';
import { ParticipantButton } from '../inspector/ObjectButton.tsx';
import { useEnsemble } from '../LabContext.ts';

const clientsOf = (state: EnsembleState) => state.clients;

export function Stragglers({ queue }: { queue: LockQueue }) {
  const clients = useEnsemble(clientsOf);
  const znodes = new Set(queue.tickets.map(({ path }) => path));
  const stragglers = Object.values(clients).flatMap(({ id, beliefs }) =>
    beliefs
      .filter(({ path, holds, znode }) => path === queue.path && holds && !znodes.has(znode))
      .map(({ fence }) => ({ id, fence })),
  );
  if (stragglers.length === 0) return null;
  return (
    <ul className="queue-stragglers">
      {stragglers.map(({ id, fence }) => (
        <li key={id}>
          <ParticipantButton id={id} /> still believes that it holds {queue.path}, but its znode is
          gone. Its fencing number {shortZxid(fence)} is older than the holder's, so a careful
          resource refuses it.
        </li>
      ))}
    </ul>
  );
}
