/**
 * Who holds a lock, or leads an election, and who waits: tickets in order of their sequence
 * numbers.
 */

import type { Choices } from '../../lab/choices.ts';
import type { EnsembleState } from '../../lab/model.ts';
import { lockQueues, type LockQueue as Queue } from '../../lab/queues.ts';
import { PathButton } from '../inspector/ObjectButton.tsx';
import { useChoices, useEnsemble, useHandles } from '../LabContext.ts';
import { EmptyQueue } from './EmptyQueue.tsx';
import { QueueClients } from './QueueClients.tsx';
import { newestQueue } from './queueGeometry.ts';
import { Stragglers } from './Stragglers.tsx';
import { Tickets } from './Tickets.tsx';
import { useWake } from './useWake.ts';
import './queue.css';

const queuePathOf = (choices: Choices) => choices.queuePath;

export function LockQueue() {
  const { lab } = useHandles();
  // The answer keeps its identity while nothing in it changes.
  const queues = useEnsemble((_: EnsembleState) => lockQueues(lab));
  const chosen = useChoices(queuePathOf);
  const queue = queues.find(({ path }) => path === chosen) ?? newestQueue(queues);
  if (queue === null) return <EmptyQueue />;
  return (
    <div className="queue">
      <QueueHead key={queue.path} queue={queue} queues={queues} />
      <Tickets queue={queue} />
      <Stragglers queuePath={queue.path} />
      <QueueClients queue={queue} />
    </div>
  );
}

function QueueHead({ queue, queues }: { queue: Queue; queues: readonly Queue[] }) {
  const { choices } = useHandles();
  const wake = useWake(queue.path);
  return (
    <header className="queue-head">
      <span className="muted">{queue.kind === 'lock' ? 'Lock' : 'Election'}</span>
      {queues.length > 1 ? (
        <select
          className="field"
          aria-label="Queue"
          value={queue.path}
          onChange={(event) => choices.setState({ queuePath: event.target.value })}
        >
          {queues.map(({ path }) => (
            <option key={path}>{path}</option>
          ))}
        </select>
      ) : (
        <b className="mono">
          <PathButton path={queue.path} />
        </b>
      )}
      {wake !== null && (
        <span
          className="queue-wake"
          title="Each watches the ticket before its own: a release wakes one, not the herd"
        >
          woken {wake.woken} of {wake.of}
        </span>
      )}
    </header>
  );
}
