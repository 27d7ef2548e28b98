/** Brokers, topics and the client that speaks to them, as people name them. */

import type { ParticipantId } from '../../network/address.ts';
import { type BrokerView, kafkaOf } from '../kafka.ts';
import type { Lab } from '../Lab.ts';
import { toInteger } from './Arguments.ts';
import { type ExecResult, Mistake } from './command.ts';
import { currentClient } from './targets.ts';

/** One word after `kafka`. */
export interface KafkaWord {
  /** Without `kafka`. */
  readonly usage: string;
  readonly run: (lab: Lab, words: readonly string[]) => ExecResult | Promise<ExecResult>;
  readonly complete?: (lab: Lab, words: readonly string[]) => readonly string[];
}

export const brokersOf = (lab: Lab): readonly BrokerView[] => kafkaOf(lab)?.brokers ?? [];
export const brokerNames = (lab: Lab): string[] => brokersOf(lab).map(({ id }) => `${id}`);
export const topicNames = (lab: Lab): string[] =>
  (kafkaOf(lab)?.topics ?? []).map(({ topic }) => topic);

export function findBroker(lab: Lab, word: string): BrokerView & { client: ParticipantId } {
  const brokers = brokersOf(lab);
  if (brokers.length === 0) {
    throw new Mistake('There are no brokers; start some with "kafka start 3".');
  }
  const name = word.toLowerCase() === 'controller' ? kafkaOf(lab)?.controller : Number(word);
  const broker = brokers.find(({ id }) => id === name);
  const { client = null } = broker ?? {};
  if (broker !== undefined && client !== null) return { ...broker, client };
  throw new Mistake(`Expected a broker (${brokerNames(lab).join(', ')}), got "${word}".`);
}

/** The client of the prompt; another one, if that is a broker. */
export function toolsClient(lab: Lab): ParticipantId {
  const hosts = new Set(brokersOf(lab).map(({ client }) => client));
  const { id } = currentClient(lab);
  if (!hosts.has(id)) return id;
  const others = Object.keys(lab.ensemble.getState().clients).filter((one) => !hosts.has(one));
  const [other] = others;
  if (other !== undefined) return other;
  throw new Mistake('Every client is a broker; add one with "client add".');
}

export const toPartition = (word: string): number =>
  toInteger(word, 'a partition', { min: 0, max: 99 });

/** `2,3` */
export function toBrokerIds(word: string): readonly number[] {
  if (/^\d{1,3}(,\d{1,3})*$/.test(word)) return word.split(',').map(Number);
  throw new Mistake(`Expected brokers such as 2,3, got "${word}".`);
}
