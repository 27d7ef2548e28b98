/** Topics, their partitions, and the records in them. */

import type { DescribedTopic } from '../../kafka/Admin.ts';
import type { Consumed } from '../../kafka/Consumer.ts';
import { kafkaOf } from '../kafka.ts';
import type { Lab } from '../Lab.ts';
import { Arguments } from './Arguments.ts';
import { done, type ExecResult, failed, Mistake } from './command.ts';
import {
  brokerNames,
  type KafkaWord,
  toBrokerIds,
  toolsClient,
  toPartition,
  topicNames,
} from './kafkaTargets.ts';

const COUNT = { min: 1, max: 100 };
const REPLICAS = { min: 1, max: 9 };
const RATE = { min: 1, max: 50 };
const CONFIG_NAMES = ['min.insync.replicas=', 'unclean.leader.election.enable='];

async function topic(lab: Lab, words: readonly string[]): Promise<ExecResult> {
  const [verb, ...rest] = words;
  if (verb === 'create') return createTopic(lab, rest);
  if (verb === 'alter') return alterTopic(lab, rest);
  if (verb === 'delete') return deleteTopic(lab, rest);
  const got = verb === undefined ? '' : `, got "${verb}"`;
  throw new Mistake(`Expected create, alter or delete${got}.`);
}

async function createTopic(lab: Lab, words: readonly string[]): Promise<ExecResult> {
  const [config, others] = splitConfig(words);
  const args = new Arguments(others, { valued: ['--partitions', '--replicas'] });
  const name = args.next('a topic');
  const partitions = args.integerOption('--partitions', COUNT) ?? 1;
  const replicas = args.integerOption('--replicas', REPLICAS) ?? 1;
  args.end();
  const request = { topic: name, partitions, replicas, config };
  const { ok, error } = await lab.command(toolsClient(lab), 'kafkaCreateTopic', request);
  if (!ok) return failed(plain(error));
  return done(`topic ${name}: ${partitions} partitions, ${replicas} replicas each`, request);
}

async function alterTopic(lab: Lab, words: readonly string[]): Promise<ExecResult> {
  const [config, others] = splitConfig(words);
  const args = new Arguments(others);
  const name = args.next('a topic');
  args.end();
  if (config.length === 0) throw new Mistake('Expected --config name=value.');
  const request = { topic: name, config };
  const { ok, error } = await lab.command(toolsClient(lab), 'kafkaAlterTopic', request);
  return ok ? done(`topic ${name} has new settings`, request) : failed(plain(error));
}

async function deleteTopic(lab: Lab, words: readonly string[]): Promise<ExecResult> {
  const args = new Arguments(words);
  const name = args.next('a topic');
  args.end();
  const { ok, error } = await lab.command(toolsClient(lab), 'kafkaDeleteTopic', { topic: name });
  return ok ? done(`topic ${name} is marked for deletion`, name) : failed(plain(error));
}

async function describe(lab: Lab, words: readonly string[]): Promise<ExecResult> {
  const args = new Arguments(words);
  const name = args.optional();
  args.end();
  const request = name === null ? {} : { topic: name };
  const { ok, error, data } = await lab.command(toolsClient(lab), 'kafkaDescribe', request);
  if (!ok) return failed(plain(error));
  const answer: unknown = data;
  const topics = answer as readonly DescribedTopic[];
  if (topics.length === 0) return done('There are no topics.', data);
  return done(topics.map(describeTopic).join('\n'), data);
}

/** As kafka-topics prints it. */
function describeTopic({ topic: name, config, partitions, problem }: DescribedTopic): string {
  const configs = Object.entries(config).map(([key, value]) => `${key}=${value}`);
  const replicas = partitions[0]?.replicas.length ?? 0;
  const head =
    `Topic: ${name}  PartitionCount: ${partitions.length}  ReplicationFactor: ${replicas}  ` +
    `Configs: ${configs.join(',')}`;
  const lines = partitions.map(({ partition, replicas: list, state }) => {
    const leader = state === null || state.leader < 0 ? 'none' : state.leader;
    const isr = state?.isr.join(',') ?? '';
    return (
      `  Topic: ${name}  Partition: ${partition}  Leader: ${leader}  ` +
      `Replicas: ${list.join(',')}  Isr: ${isr}  LeaderEpoch: ${state?.leaderEpoch ?? '-'}`
    );
  });
  return [head, ...lines, ...(problem === '' ? [] : [`  Malformed: ${problem}`])].join('\n');
}

async function reassign(lab: Lab, words: readonly string[]): Promise<ExecResult> {
  const args = new Arguments(words);
  const name = args.next('a topic');
  const partition = toPartition(args.next('a partition'));
  const replicas = toBrokerIds(args.next('brokers such as 2,3'));
  args.end();
  const request = { topic: name, partition, replicas };
  const { ok, error } = await lab.command(toolsClient(lab), 'kafkaReassign', request);
  if (!ok) return failed(plain(error));
  return done(`${name}-${partition} is to move to ${replicas.join(', ')}`, request);
}

async function elect(lab: Lab, words: readonly string[]): Promise<ExecResult> {
  const args = new Arguments(words);
  const type = args.next('preferred or unclean');
  if (type !== 'preferred' && type !== 'unclean') {
    throw new Mistake(`Expected preferred or unclean, got "${type}".`);
  }
  const name = args.next('a topic');
  const partition = toPartition(args.next('a partition'));
  args.end();
  const request = { topic: name, partition, type };
  const { ok, error } = await lab.command(toolsClient(lab), 'kafkaElect', request);
  if (!ok) return failed(plain(error));
  return done(`${type} election for ${name}-${partition} asked for`, request);
}

async function produce(lab: Lab, words: readonly string[]): Promise<ExecResult> {
  const args = new Arguments(words, {
    flags: ['--stop'],
    valued: ['--acks', '--rate', '--partition'],
  });
  const acks = args.option('--acks') ?? 'all';
  if (acks !== 'all' && acks !== '1') throw new Mistake(`Expected --acks all or 1, got "${acks}".`);
  const rate = args.integerOption('--rate', RATE);
  const partition = args.option('--partition');
  const isStop = args.has('--stop');
  args.exclude('--rate', '--stop');
  const name = args.next('a topic');
  // Who began it ends it, whoever the prompt speaks for by now.
  const writer = isStop ? writerOf(lab, name) : undefined;
  const client = writer ?? toolsClient(lab);
  if (rate !== null || isStop) {
    args.end();
    return produceLoad(lab, client, name, { rate: rate ?? 1, acks, isStop });
  }
  const value = args.next('a record, or --rate n');
  args.end();
  const where = partition === null ? {} : { partition: toPartition(partition) };
  const request = { topic: name, value, acks, ...where };
  const { ok, error, data } = await lab.command(client, 'kafkaProduce', request);
  if (!ok) return failed(plain(error));
  const answer: unknown = data;
  const sent = answer as { readonly partition: number; readonly baseOffset: number };
  const text = `${name}-${sent.partition} offset ${sent.baseOffset}, acks=${acks}`;
  return done(text, data);
}

const writerOf = (lab: Lab, topic: string): string | undefined =>
  kafkaOf(lab)?.writers.find((one) => one.isOn && one.topic === topic)?.client;

async function produceLoad(
  lab: Lab,
  client: string,
  name: string,
  { rate, acks, isStop }: { rate: number; acks: 'all' | '1'; isStop: boolean },
): Promise<ExecResult> {
  const request = isStop
    ? { topic: name, stop: true }
    : { topic: name, intervalMs: Math.floor(1_000 / rate), acks };
  const { ok, error, data } = await lab.command(client, 'kafkaProduceLoad', request);
  if (!ok) return failed(plain(error));
  if (!isStop) return done(`${client} writes ${rate} records a second to ${name}`, request);
  const { sent, failed: lost } = data as { readonly sent: number; readonly failed: number };
  return done(`${client} stops writing to ${name}: ${sent} sent, ${lost} failed`, data);
}

async function consume(lab: Lab, words: readonly string[]): Promise<ExecResult> {
  const args = new Arguments(words, { valued: ['--max'] });
  const max = args.integerOption('--max', { min: 1, max: 10_000 }) ?? 100;
  const name = args.next('a topic');
  args.end();
  const request = { topic: name, max };
  const { ok, error, data } = await lab.command(toolsClient(lab), 'kafkaConsume', request);
  if (!ok) return failed(plain(error));
  const answer: unknown = data;
  const records = answer as readonly Consumed[];
  if (records.length === 0) return done(`${name} holds nothing that can be read.`, data);
  const lines = records.map(({ partition, offset, value }) => `${partition}:${offset}  ${value}`);
  return done(lines.join('\n'), data);
}

/** The code of a refusal says no more than its words. */
const plain = (error: string): string => error.replace(/^INVALID_REQUEST: /, '');

/** `--config name=value`, which may come several times, and the other words. */
function splitConfig(
  words: readonly string[],
): readonly [{ name: string; value: string }[], readonly string[]] {
  const config: { name: string; value: string }[] = [];
  const others: string[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    if (word !== '--config') {
      others.push(word);
      continue;
    }
    index += 1;
    const [, name, value] = /^([^=]+)=(.*)$/.exec(words[index] ?? '') ?? [];
    if (name === undefined || value === undefined) {
      throw new Mistake('Expected name=value after --config.');
    }
    config.push({ name, value });
  }
  return [config, others];
}

const completeTopic: KafkaWord['complete'] = (lab, words) =>
  words.length === 0 ? topicNames(lab) : [];

export const TOPIC_WORDS: readonly (readonly [string, KafkaWord])[] = [
  [
    'topic',
    {
      usage:
        'topic create name [--partitions n] [--replicas n] [--config name=value]... | ' +
        'topic alter name --config name=value | topic delete name',
      run: topic,
      complete: (lab, words) => {
        if (words.length === 0) return ['create', 'alter', 'delete'];
        if (words.at(-1) === '--config') return CONFIG_NAMES;
        return words[0] === 'create' || words.length > 1 ? [] : topicNames(lab);
      },
    },
  ],
  ['describe', { usage: 'describe [topic]', run: describe, complete: completeTopic }],
  [
    'reassign',
    {
      usage: 'reassign topic partition brokers',
      run: reassign,
      complete: (lab, words) => {
        if (words.length === 0) return topicNames(lab);
        return words.length === 2 ? brokerNames(lab) : [];
      },
    },
  ],
  [
    'elect',
    {
      usage: 'elect preferred|unclean topic partition',
      run: elect,
      complete: (lab, words) => {
        if (words.length === 0) return ['preferred', 'unclean'];
        return words.length === 1 ? topicNames(lab) : [];
      },
    },
  ],
  [
    'produce',
    {
      usage: 'produce topic (record | --rate n | --stop) [--acks all|1] [--partition n]',
      run: produce,
      complete: (lab, words) => (words.at(-1) === '--acks' ? ['all', '1'] : topicNames(lab)),
    },
  ],
  ['consume', { usage: 'consume topic [--max n]', run: consume, complete: completeTopic }],
];
