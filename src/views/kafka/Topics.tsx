/** Topics and their partitions: who leads, who is in sync, how far each log has come. */

import { memo } from 'react';
import { lineOf } from '../../lab/format.ts';
import type { KafkaView, PartitionView, ReplicaView, TopicView } from '../../lab/kafka.ts';
import type { WriterNote } from '../../lab/kafkaTable.ts';
import { DataTable } from '../DataTable.tsx';
import { ObjectButton, PathButton } from '../inspector/ObjectButton.tsx';
import { useRun } from '../LabContext.ts';
import { isLed, OFFLINE, partitionText, replicaText } from './words.ts';

const HEADS = ['Partition', 'Leader', 'Epoch', 'Replicas: log end', 'Readable'];
const FIRST_TOPIC = 'kafka topic create orders --partitions 3 --replicas 2';

export function Topics({ view }: { view: KafkaView }) {
  const run = useRun();
  const { topics, isReassigning } = view;
  if (topics.length === 0) {
    return (
      <section className="kafka-part" aria-label="Kafka topics">
        <p className="muted">There are no topics.</p>
        <button type="button" className="button" onClick={() => run(FIRST_TOPIC)}>
          {FIRST_TOPIC}
        </button>
      </section>
    );
  }
  return (
    <section className="kafka-part" aria-label="Kafka topics">
      {isReassigning && (
        <p className="kafka-head">
          <PathButton path="/admin/reassign_partitions" /> replicas are being moved
        </p>
      )}
      {topics.map((topic) => (
        <Topic key={topic.topic} topic={topic} writers={writersOf(view, topic.topic)} />
      ))}
    </section>
  );
}

const writersOf = ({ writers }: KafkaView, topic: string): readonly WriterNote[] =>
  writers.filter((writer) => writer.topic === topic);

const writersText = (writers: readonly WriterNote[]): string =>
  writers.map(({ client, sent, failed }) => `${client} wrote ${sent}, ${failed} failed`).join('; ');

interface TopicProps {
  readonly topic: TopicView;
  readonly writers: readonly WriterNote[];
}

function Topic({ topic, writers }: TopicProps) {
  const run = useRun();
  const { topic: name, path, config, isDeleting, partitions, problem } = topic;
  const isWritten = writers.some(({ isOn }) => isOn);
  const verbs = [
    ['produce hello', lineOf('kafka produce', name, 'hello')],
    isWritten
      ? ['stop producing', `kafka produce ${name} --stop`]
      : ['produce 5 a second', `kafka produce ${name} --rate 5`],
    ['consume', `kafka consume ${name}`],
  ] as const;
  return (
    <div className="kafka-topic">
      <p className="kafka-head">
        <b>
          <ObjectButton selection={{ type: 'znode', path }}>{name}</ObjectButton>
        </b>
        <span className="muted">{config}</span>
        {isDeleting && <span className="kafka-fault">being deleted</span>}
        {problem !== '' && <span className="kafka-fault">{problem}</span>}
        <span className="muted">{writersText(writers)}</span>
      </p>
      <DataTable label={`Partitions of ${name}`} heads={HEADS}>
        {partitions.map((partition) => (
          <PartitionRow key={partition.partition} text={JSON.stringify(partition)} />
        ))}
      </DataTable>
      <p className="kafka-actions">
        {verbs.map(
          ([label, line]) =>
            line !== null && (
              <button
                key={label}
                type="button"
                className="button"
                title={line}
                onClick={() => run(line)}
              >
                {label}
              </button>
            ),
        )}
      </p>
    </div>
  );
}

/** `text`: the partition as JSON, so that a row is drawn again only when it has changed. */
const PartitionRow = memo(function PartitionRow({ text }: { text: string }) {
  const partition = JSON.parse(text) as PartitionView;
  const { topic, partition: number, state, path, replicas, highWatermark } = partition;
  const run = useRun();
  const preferred = replicas[0]?.broker;
  const isAway = isLed(partition) && state?.leader !== preferred && replicas[0]?.isInSync;
  return (
    <tr title={partitionText(partition)}>
      <th scope="row">
        <ObjectButton selection={{ type: 'znode', path }}>
          {topic}-{number}
        </ObjectButton>
      </th>
      <td>
        {isLed(partition) ? <b>{state?.leader}</b> : <span className="kafka-fault">{OFFLINE}</span>}
        {isAway && (
          <RowButton
            line={`kafka elect preferred ${topic} ${number}`}
            label={`to ${preferred}`}
            run={run}
          />
        )}
        {!isLed(partition) && (
          <RowButton line={`kafka elect unclean ${topic} ${number}`} label="unclean" run={run} />
        )}
      </td>
      <td>{state?.leaderEpoch ?? '–'}</td>
      <td>
        <ul className="replicas">
          {replicas.map((replica) => (
            <Replica key={replica.broker} replica={replica} />
          ))}
        </ul>
      </td>
      <td>{highWatermark < 0 ? '–' : highWatermark}</td>
    </tr>
  );
});

interface RowButtonProps {
  readonly line: string;
  readonly label: string;
  readonly run: (line: string) => void;
}

const RowButton = ({ line, label, run }: RowButtonProps) => (
  <button
    type="button"
    className="button kafka-row-button"
    title={line}
    aria-label={line}
    onClick={() => run(line)}
  >
    {label}
  </button>
);

function Replica({ replica }: { replica: ReplicaView }) {
  const { broker, isLeader, isInSync, isLive, isZombie, endOffset, change } = replica;
  const look = [
    'replica',
    isLeader ? 'replica-leader' : '',
    isInSync ? '' : 'replica-behind',
    isLive ? '' : 'replica-gone',
    isZombie ? 'replica-zombie' : '',
  ];
  const sign = change === null ? '' : change === 'adding' ? '+' : '−';
  return (
    <li className={look.filter((name) => name !== '').join(' ')} title={replicaText(replica)}>
      <span aria-hidden="true">
        {sign}
        {broker}
        <small>{endOffset < 0 ? '' : endOffset}</small>
      </span>
      <span className="visually-hidden">{replicaText(replica)}</span>
    </li>
  );
}
