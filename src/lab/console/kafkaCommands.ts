/** `kafka ...`: brokers as clients, and Kafka's tools, in one command with words of its own. */

import { kafkaOf } from '../kafka.ts';
import type { Lab } from '../Lab.ts';
import { type Command, done, type ExecResult, Mistake } from './command.ts';
import { BROKER_WORDS } from './kafkaBrokerCommands.ts';
import { type KafkaWord, topicNames } from './kafkaTargets.ts';
import { TOPIC_WORDS } from './kafkaTopicCommands.ts';

/** Brokers, controller and writers in a few lines. */
function status(lab: Lab): ExecResult {
  const view = kafkaOf(lab);
  if (view === null) return done('There are no brokers; start some with "kafka start 3".', null);
  const brokers = view.brokers.map((broker) => {
    const { id, client, process, isRegistered, isController, zombie, leads } = broker;
    const parts = [
      `broker ${id}`,
      client ?? 'unknown client',
      isRegistered ? process : `${process}, not registered`,
      isController ? `controller of epoch ${view.controllerEpoch}` : zombie,
      leads > 0 ? `leads ${leads}` : '',
    ];
    return parts.filter((part) => part !== '').join('  ');
  });
  const partitions = view.topics.reduce((sum, topic) => sum + topic.partitions.length, 0);
  const topics = `${view.topics.length} topics, ${partitions} partitions`;
  const writers = view.writers.map(
    ({ client, topic, sent, failed }) => `${client} wrote ${sent} to ${topic}, ${failed} failed`,
  );
  const data = {
    brokers: view.brokers.map(({ id, client, process, isRegistered, epoch, isController }) => ({
      id,
      client,
      process,
      isRegistered,
      epoch,
      isController,
    })),
    controller: view.controller,
    controllerEpoch: view.controllerEpoch,
  };
  return done([...brokers, topics, ...writers].join('\n'), data);
}

const WORDS: ReadonlyMap<string, KafkaWord> = new Map<string, KafkaWord>([
  ...BROKER_WORDS,
  ...TOPIC_WORDS,
  ['status', { usage: 'status', run: (lab) => status(lab) }],
]);

export const KAFKA_COMMANDS: readonly Command[] = [
  {
    name: 'kafka',
    group: 'kafka',
    usage: `kafka ${[...WORDS.values()].map(({ usage }) => usage).join(' | ')}`,
    summary:
      'Runs brokers as clients that keep their state in znodes: controller election, leaders, ' +
      'in-sync replicas, and records that move between them.',
    run: async (lab, words) => {
      const [word, ...rest] = words;
      const found = WORDS.get(word ?? '');
      if (found === undefined) {
        const got = word === undefined ? '' : `, got "${word}"`;
        throw new Mistake(`Expected one of ${[...WORDS.keys()].join(', ')}${got}.`);
      }
      try {
        return await found.run(lab, rest);
      } catch (error) {
        if (!(error instanceof Mistake)) throw error;
        // The usage of one word: that of all fills the screen.
        return { ok: false, text: `${error.message} Usage: kafka ${found.usage}`, data: null };
      }
    },
    complete: (lab, words) => {
      const [word, ...rest] = words;
      if (word === undefined) return [...WORDS.keys()];
      return WORDS.get(word)?.complete?.(lab, rest) ?? topicNames(lab);
    },
  },
];
