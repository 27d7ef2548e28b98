/** What to do when nobody waits for anything. */

import { useRun } from '../LabContext.ts';
import { useClientIds } from './QueueClients.tsx';
import { Stragglers } from './Stragglers.tsx';

const PATH = '/locks/a';

export function EmptyQueue() {
  const ids = useClientIds();
  const run = useRun();
  return (
    <div className="queue-empty">
      <p>
        Nobody waits for a lock or an election. Clients that do will stand here in order of their
        sequence numbers.
      </p>
      <Stragglers queuePath={null} />
      {ids.length < 2 && (
        <button type="button" className="button" onClick={() => run('client add')}>
          Add a client
        </button>
      )}
      {ids.length > 0 && (
        <button
          type="button"
          className="button"
          onClick={() => {
            for (const id of ids) run(`lock ${id} ${PATH}`);
          }}
        >
          {ids.length === 1 ? `Let ${ids[0]} lock ${PATH}` : `Let all clients race for ${PATH}`}
        </button>
      )}
    </div>
  );
}
