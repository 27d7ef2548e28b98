/** Kafka as commands: a client becomes a broker, or asks for something as a tool of Kafka would. */

import type { ArgsOf, ArgTable } from '../client/args.ts';
import {
  ArgumentError,
  flag,
  integer,
  listOf,
  object,
  oneOf,
  optional,
  readArgs,
  text,
} from '../client/args.ts';
import type { ClientContext, Command, CommandRegistry } from '../client/ClientContext.ts';
import type { JsonValue } from '../client/trace.ts';
import { Admin } from './Admin.ts';
import { toJson } from './api.ts';
import { Broker } from './Broker.ts';
import { Cluster } from './Cluster.ts';
import { Consumer } from './Consumer.ts';
import { ProduceLoad, Producer } from './Producer.ts';
import { BROKER_ID_MAX, PARTITIONS_MAX, REPLICAS_MAX } from './records.ts';

const INTERVAL_MAX_MS = 60_000;
const RECORDS_MAX = 10_000;

const brokerId = integer(0, BROKER_ID_MAX);
const partition = integer(0, PARTITIONS_MAX);
const acks = optional(oneOf(['all', '1']));
const settings = listOf(object({ name: text, value: text }), 20);
const at = { topic: text, partition } as const;

export const kafkaArgs = {
  /** Answers when the broker is registered. */
  kafkaBroker: { id: brokerId },
  /** Controlled shutdown; answers when the broker has left. */
  kafkaShutdown: {},
  /** Leaves at once. */
  kafkaStop: {},
  kafkaCreateTopic: {
    topic: text,
    partitions: integer(1, PARTITIONS_MAX),
    replicas: integer(1, REPLICAS_MAX),
    config: optional(settings),
  },
  kafkaAlterTopic: { topic: text, config: settings },
  kafkaDeleteTopic: { topic: text },
  /** Left out: all topics. */
  kafkaDescribe: { topic: optional(text) },
  kafkaReassign: { ...at, replicas: listOf(brokerId, REPLICAS_MAX) },
  kafkaElect: { ...at, type: oneOf(['preferred', 'unclean']) },
  kafkaProduce: { topic: text, value: text, acks, partition: optional(partition) },
  /** Numbered records in the background; `stop` ends it. One per topic and client. */
  kafkaProduceLoad: {
    topic: text,
    intervalMs: optional(integer(1, INTERVAL_MAX_MS)),
    acks,
    stop: optional(flag),
  },
  kafkaConsume: { topic: text, max: optional(integer(1, RECORDS_MAX)) },
  kafkaStatus: {},
} as const;

export type KafkaCommandName = keyof typeof kafkaArgs;
export type KafkaArgs<K extends KafkaCommandName> = ArgsOf<(typeof kafkaArgs)[K]>;

/** One registry for each client process: it keeps what the client is. */
export function createKafkaCommands(): CommandRegistry {
  return new Map<string, Command>([...brokerCommands(), ...topicCommands(), ...recordCommands()]);
}

function command<T extends ArgTable>(
  name: string,
  table: T,
  run: (context: ClientContext, args: ArgsOf<T>) => Promise<JsonValue>,
): readonly [string, Command] {
  return [name, async (context, args) => run(context, readArgs(table, args, name))];
}

function brokerCommands(): readonly (readonly [string, Command])[] {
  let broker: Broker | null = null;
  const running = (): Broker => {
    if (broker === null) throw new ArgumentError('this client is no broker');
    return broker;
  };
  return [
    command('kafkaBroker', kafkaArgs.kafkaBroker, async (context, { id }) => {
      if (broker !== null) throw new ArgumentError(`this client is broker ${broker.brokerId}`);
      broker = new Broker(context, id);
      return { broker: id, epoch: await broker.start() };
    }),
    command('kafkaShutdown', kafkaArgs.kafkaShutdown, async () => {
      await running().shutdown();
      broker = null;
      return null;
    }),
    command('kafkaStop', kafkaArgs.kafkaStop, async () => {
      await running().stop();
      broker = null;
      return null;
    }),
  ];
}

function topicCommands(): readonly (readonly [string, Command])[] {
  return [
    command('kafkaCreateTopic', kafkaArgs.kafkaCreateTopic, async (context, args) => {
      await new Admin(context).createTopic({ ...args, config: toConfig(args.config ?? []) });
      return null;
    }),
    command('kafkaAlterTopic', kafkaArgs.kafkaAlterTopic, async (context, { topic, config }) => {
      await new Admin(context).alterTopic(topic, toConfig(config));
      return null;
    }),
    command('kafkaDeleteTopic', kafkaArgs.kafkaDeleteTopic, async (context, { topic }) => {
      await new Admin(context).deleteTopic(topic);
      return null;
    }),
    command('kafkaDescribe', kafkaArgs.kafkaDescribe, async (context, { topic }) =>
      toJson(await new Admin(context).describe(topic)),
    ),
    command('kafkaReassign', kafkaArgs.kafkaReassign, async (context, move) => {
      await new Admin(context).reassign(move);
      return null;
    }),
    command('kafkaElect', kafkaArgs.kafkaElect, async (context, { type, ...where }) => {
      const admin = new Admin(context);
      if (type === 'unclean') return { leader: await admin.uncleanElection(where) };
      await admin.preferredElection(where);
      return null;
    }),
    command('kafkaStatus', kafkaArgs.kafkaStatus, async (context) => {
      const cluster = new Cluster(context);
      const brokers = await cluster.brokers();
      const controller = await cluster.controller().catch(() => null);
      return toJson({ brokers, controller: controller?.id ?? null });
    }),
  ];
}

function recordCommands(): readonly (readonly [string, Command])[] {
  const producers = new Map<string, Producer>();
  const loads = new Map<string, ProduceLoad>();
  return [
    command('kafkaProduce', kafkaArgs.kafkaProduce, async (context, args) => {
      const { topic, value, acks: wanted = 'all', partition: number } = args;
      const producer = producers.get(topic) ?? new Producer(context, topic);
      producers.set(topic, producer);
      const where = number === undefined ? {} : { partition: number };
      return toJson(await producer.send(value, { acks: wanted, ...where }));
    }),
    command('kafkaProduceLoad', kafkaArgs.kafkaProduceLoad, async (context, args) => {
      const { topic, intervalMs = 1_000, acks: wanted = 'all', stop = false } = args;
      const known = loads.get(topic);
      if (stop) {
        if (known === undefined) throw new ArgumentError(`nothing is written to ${topic}`);
        known.stop();
        loads.delete(topic);
        return { sent: known.sent, failed: known.failed };
      }
      if (known !== undefined) throw new ArgumentError(`${topic} is written to already`);
      const load = new ProduceLoad(context, topic);
      loads.set(topic, load);
      void load.run(intervalMs, wanted);
      return null;
    }),
    command('kafkaConsume', kafkaArgs.kafkaConsume, async (context, { topic, max = 1_000 }) =>
      toJson(await new Consumer(context, topic).poll(max)),
    ),
  ];
}

const toConfig = (
  list: readonly { readonly name: string; readonly value: string }[],
): Readonly<Record<string, string>> =>
  Object.fromEntries(list.map(({ name, value }) => [name, value]));
