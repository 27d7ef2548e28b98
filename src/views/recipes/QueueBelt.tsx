/** Items of a queue as they will be taken, and those who take them. */

import { formatSeconds } from '../../lab/format.ts';
import type { EnsembleState } from '../../lab/model.ts';
import type { QueueItem, QueueView } from '../../lab/recipes/belt.ts';
import { splitSequence } from '../../lab/tree/treeRows.ts';
import { ObjectButton, ParticipantButton } from '../inspector/ObjectButton.tsx';
import { useEnsemble } from '../LabContext.ts';
import { SCROLLABLE } from '../scrollable.ts';
import { Card, ConditionMark, More, OwnerName } from './parts.tsx';

export function QueueBelt({ view, path }: { view: QueueView; path: string }) {
  const { items, count, consumers } = view;
  return (
    <>
      {items.length > 0 && (
        <section className="queue-scroll" {...SCROLLABLE} aria-label={`Items of ${path}`}>
          <ol className="belt">
            {items.map((item) => (
              <Item key={item.path} item={item} />
            ))}
          </ol>
        </section>
      )}
      <More count={count - items.length} what="behind them" />
      {consumers.length > 0 && (
        <ul className="recipe-row" aria-label="Consumers">
          {consumers.map(({ client, condition, step }) => (
            <li key={client}>
              <ParticipantButton id={client} />
              <ConditionMark condition={condition} /> <span className="muted">{step}</span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Item({ item }: { item: QueueItem }) {
  const { path, name, preview, priority, dueUs, worker } = item;
  const [, digits] = splitSequence(name);
  return (
    <Card
      name={
        <ObjectButton selection={{ type: 'znode', path }} title={path}>
          <span className="mono">{preview}</span>
        </ObjectButton>
      }
      word={`…${digits}`}
      condition={worker?.condition ?? 'up'}
      isLit={worker !== null}
    >
      {priority !== null && <span className="muted">priority {priority}</span>}
      {dueUs !== null && <Due dueUs={dueUs} />}
      {worker !== null && (
        <span>
          with <OwnerName owner={worker} />
        </span>
      )}
    </Card>
  );
}

function Due({ dueUs }: { dueUs: number }) {
  const text = useEnsemble(({ nowUs }: EnsembleState) =>
    nowUs >= dueUs ? 'due' : `due in ${formatSeconds((dueUs - nowUs) / 1000)}`,
  );
  return <span className="muted">{text}</span>;
}
