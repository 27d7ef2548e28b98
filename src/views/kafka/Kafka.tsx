/**
 * Kafka on the ensemble: brokers as cards, partitions as a table, and what was done last. What
 * ZooKeeper says is drawn; what a broker believes besides is said in words.
 */

import { type KafkaView, kafkaOf } from '../../lab/kafka.ts';
import type { EnsembleState } from '../../lab/model.ts';
import { useEnsemble, useHandles } from '../LabContext.ts';
import { BrokerCards } from './BrokerCards.tsx';
import { EmptyKafka } from './EmptyKafka.tsx';
import { KafkaEvents } from './KafkaEvents.tsx';
import { Topics } from './Topics.tsx';
import { summaryOf } from './words.ts';
import './kafka.css';

export function Kafka() {
  const { lab } = useHandles();
  // The answer keeps its identity while nothing in it changes.
  const view = useEnsemble((_: EnsembleState): KafkaView | null => kafkaOf(lab));
  if (view === null) return <EmptyKafka />;
  return (
    <div className="kafka">
      <p className="kafka-head muted">{summaryOf(view)}</p>
      {view.problems.length > 0 && (
        <p className="kafka-head kafka-fault">{view.problems.join('; ')}</p>
      )}
      <BrokerCards view={view} />
      <Topics view={view} />
      <KafkaEvents events={view.events} />
    </div>
  );
}
