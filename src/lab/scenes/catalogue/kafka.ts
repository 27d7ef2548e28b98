/** Scenes of Kafka in its ZooKeeper mode. What they wait for is read from Kafka's own znodes. */

import { after, both, type Facts, isReady, type Scene, type Step } from '../Scene.ts';

function json(facts: Facts, path: string): Readonly<Record<string, unknown>> {
  const text = facts.data(path);
  return text === null ? {} : (JSON.parse(text) as Record<string, unknown>);
}

const controllerOf = (facts: Facts): unknown => json(facts, '/controller')['brokerid'];

const controllerEpoch = (facts: Facts): number => Number(facts.data('/controller_epoch') ?? 0);

const partition = (facts: Facts, number: number) =>
  json(facts, `/brokers/topics/orders/partitions/${number}/state`);

const leaders = (facts: Facts): readonly unknown[] =>
  [0, 1, 2].map((number) => partition(facts, number)['leader']);

const brokerCount = (facts: Facts): number => facts.children('/brokers/ids').length;

const START: readonly Step[] = [
  { caption: 'Three servers keep what Kafka must agree on.', until: isReady('C1') },
  {
    caption:
      'Three brokers register themselves with ephemeral znodes, and race for /controller. One wins.',
    lines: ['kafka start 3'],
    until: both(
      (facts) => brokerCount(facts) === 3,
      (facts) => controllerOf(facts) !== undefined,
    ),
  },
  {
    caption:
      'The controller gives each partition of a new topic a leader and its in-sync replicas.',
    lines: ['kafka topic create orders --partitions 3 --replicas 2'],
    until: (facts) => leaders(facts).every((leader) => typeof leader === 'number' && leader > 0),
  },
];

const settings = { servers: 3, clients: 1 } as const;

export const kafkaStart: Scene = {
  id: 'kafka-start',
  title: 'Kafka starts',
  about: 'Brokers register, elect a controller, and share out a topic.',
  settings: { ...settings, seed: 37 },
  tab: 'kafka',
  steps: [
    ...START,
    {
      caption: 'A record is written to the leader of a partition, and copied to its replica.',
      lines: ['kafka produce orders hello'],
      until: after(500),
    },
  ],
  promise: {
    text: 'Three brokers, one controller in epoch 1, and a leader for each of three partitions.',
    holds: (facts) =>
      brokerCount(facts) === 3 &&
      controllerEpoch(facts) === 1 &&
      leaders(facts).every((leader) => typeof leader === 'number' && leader > 0),
  },
};

/** A broker that is not the controller. */
const worker = (facts: Facts): number => [1, 2, 3].find((id) => id !== controllerOf(facts)) ?? 3;

export const kafkaBrokerLoss: Scene = {
  id: 'kafka-broker-loss',
  title: 'Kafka loses a broker',
  about: 'Its session expires, and the controller moves its partitions to in-sync replicas.',
  settings: { ...settings, seed: 41 },
  tab: 'kafka',
  steps: [
    ...START,
    {
      caption:
        'A broker dies. Its znode stays until its session expires; then the controller elects new leaders, each with a higher leader epoch.',
      lines: (facts) => [`kafka kill ${worker(facts)}`],
      until: both(
        (facts) => brokerCount(facts) === 2,
        (facts) => leaders(facts).every((leader) => leader !== -1 && leader !== worker(facts)),
      ),
    },
  ],
  promise: {
    text: 'Every partition is led by a live broker, and one of them has leader epoch 1 or more.',
    holds: (facts) =>
      brokerCount(facts) === 2 &&
      leaders(facts).every((leader) => facts.children('/brokers/ids').includes(String(leader))) &&
      [0, 1, 2].some((number) => Number(partition(facts, number)['leader_epoch']) >= 1),
  },
};

export const kafkaControllerLoss: Scene = {
  id: 'kafka-controller-loss',
  title: 'Kafka loses its controller',
  about: 'A paused controller is replaced, and what it still wants to write is refused.',
  settings: { ...settings, seed: 43 },
  tab: 'kafka',
  steps: [
    ...START,
    {
      caption:
        'The controller is paused for too long. /controller vanishes with its session, and another broker takes over with epoch 2.',
      lines: ['kafka pause controller'],
      until: both(
        (facts) => controllerEpoch(facts) === 2,
        (facts) => controllerOf(facts) !== undefined,
      ),
    },
    {
      caption:
        'The old one wakes up and still believes. Each of its writes checks the controller epoch, and fails: it must resign.',
      lines: ({ state }) =>
        Object.values(state.clients)
          .filter(({ process }) => process === 'paused')
          .map(({ id }) => `resume ${id}`),
      until: both(after(3000), (facts) => brokerCount(facts) === 3),
    },
  ],
  promise: {
    text: 'One controller, in epoch 2, and three brokers.',
    holds: (facts) => controllerEpoch(facts) === 2 && brokerCount(facts) === 3,
  },
};
