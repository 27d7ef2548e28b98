/** One card for each broker: whether it is there, what it is, and what can be done to it. */

import { memo } from 'react';
import { shortZxid } from '../../lab/format.ts';
import type { BrokerView, KafkaView } from '../../lab/kafka.ts';
import { ObjectButton, ParticipantButton, PathButton } from '../inspector/ObjectButton.tsx';
import { useRun } from '../LabContext.ts';
import { brokerState, epochTitle } from './words.ts';

export function BrokerCards({ view }: { view: KafkaView }) {
  const { brokers, controller, controllerEpoch } = view;
  return (
    <section className="kafka-part" aria-label="Kafka brokers">
      <p className="kafka-head">
        <PathButton path="/controller" />
        <span>
          {controller === null ? 'no controller' : `broker ${controller}`}, controller epoch{' '}
          <ObjectButton selection={{ type: 'znode', path: '/controller_epoch' }}>
            {controllerEpoch}
          </ObjectButton>
        </span>
      </p>
      <ul className="kafka-brokers">
        {brokers.map((broker) => (
          <BrokerCard
            key={broker.id}
            text={JSON.stringify(broker)}
            controllerEpoch={controllerEpoch}
          />
        ))}
      </ul>
    </section>
  );
}

interface CardProps {
  /** The broker as JSON: a card is drawn again only when something on it has changed. */
  readonly text: string;
  readonly controllerEpoch: number;
}

const BrokerCard = memo(function BrokerCard({ text, controllerEpoch }: CardProps) {
  const broker = JSON.parse(text) as BrokerView;
  const { id, client, isController, isRegistered, epoch, zombie, leads, process } = broker;
  const look = [
    'broker',
    isController ? 'broker-controller' : '',
    isRegistered && process === 'up' ? '' : 'broker-absent',
  ];
  return (
    <li className={look.join(' ').trim()}>
      <span className="broker-head">
        <b>
          <ObjectButton selection={{ type: 'znode', path: `/brokers/ids/${id}` }}>
            broker {id}
          </ObjectButton>
        </b>
        {client !== null && <ParticipantButton id={client} />}
      </span>
      <span>
        {brokerState(broker)}
        {leads > 0 && `, leads ${leads}`}
      </span>
      <span className="muted" title={epochTitle(epoch)}>
        epoch {shortZxid(epoch)}
      </span>
      {isController && <span className="broker-crown">♛ controller, epoch {controllerEpoch}</span>}
      {zombie !== '' && <span className="broker-zombie">{zombie}</span>}
      <BrokerActions broker={broker} />
    </li>
  );
});

function BrokerActions({ broker: { id, process } }: { broker: BrokerView }) {
  const run = useRun();
  const words =
    process === 'down'
      ? ['restart']
      : process === 'paused'
        ? ['resume', 'kill']
        : ['kill', 'pause', 'shutdown'];
  return (
    <span className="broker-actions">
      {words.map((word) => (
        <button
          key={word}
          type="button"
          className="button"
          title={`kafka ${word} ${id}`}
          aria-label={`${word} broker ${id}`}
          onClick={() => run(`kafka ${word} ${id}`)}
        >
          {word}
        </button>
      ))}
    </span>
  );
}
