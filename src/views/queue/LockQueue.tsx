/**
 * Who holds a lock, or leads an election, and who waits: tickets in order of their sequence
 * numbers.
 */

import type { EnsembleState } from '../../lab/model.ts';
import { lockQueues, type LockQueue as Queue } from '../../lab/queues.ts';
import { askedOf } from '../../lab/recipes/Asked.ts';
import { multiLocksAt } from '../../lab/recipes/multiLocks.ts';
import type { RecipePlace } from '../../lab/recipes/RecipeKind.ts';
import { useEnsemble, useHandles } from '../LabContext.ts';
import { ClientActions } from '../recipes/ClientActions.tsx';
import { ticketVerbs } from '../recipes/verbs.ts';
import { MultiLocks } from './MultiLocks.tsx';
import { Stragglers } from './Stragglers.tsx';
import { Tickets } from './Tickets.tsx';
import { useWake } from './useWake.ts';
import './queue.css';

export function LockQueue({ place }: { place: RecipePlace }) {
  const { lab } = useHandles();
  const { kind, path } = place;
  // The answer keeps its identity while nothing in it changes.
  const queues = useEnsemble((_: EnsembleState) => lockQueues(lab));
  const found = queues.find((queue) => queue.path === path);
  const queue: Queue = {
    path,
    kind: kind === 'lock' ? 'lock' : 'election',
    tickets: found?.tickets ?? [],
  };
  return (
    <div className="queue">
      <QueueHead queue={queue} />
      <Tickets queue={queue} />
      <MultiLocks multiLocks={multiLocksAt(askedOf(lab), queues, path)} />
      <Stragglers queuePath={path} />
      <ClientActions
        path={path}
        verbsOf={(client, own) => ticketVerbs(queue.tickets, kind, client, own)}
      />
    </div>
  );
}

function QueueHead({ queue }: { queue: Queue }) {
  const { tickets, kind, path } = queue;
  const wake = useWake(
    path,
    tickets.map(({ sessionId }) => sessionId),
  );
  const [first] = tickets;
  const verb = kind === 'lock' ? 'holds' : 'leads';
  const text =
    first === undefined
      ? `Nobody ${verb}, and nobody waits.`
      : `${first.client ?? 'A gone client'} ${verb}; ${tickets.length - 1} behind it.`;
  return (
    <header className="queue-head">
      <span>{text}</span>
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
