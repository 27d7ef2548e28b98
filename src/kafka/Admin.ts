/**
 * Kafka's tools of the ZooKeeper days: they write what is wanted into znodes, and the controller
 * does it. Each checks what it can beforehand, and says in one line what is wrong.
 * Source: Kafka 2.8 kafka-topics, kafka-configs, kafka-reassign-partitions --zookeeper,
 * kafka-preferred-replica-election; AdminZkClient, AdminUtils.
 */

import type { ClientContext } from '../client/ClientContext.ts';
import { isKeeperError } from '../client/KeeperError.ts';
import { KafkaError } from './api.ts';
import { Cluster } from './Cluster.ts';
import { randomId } from './ids.ts';
import {
  CONFIG_CHANGE_PREFIX,
  DELETE_TOPICS,
  deleteTopicPath,
  PERSISTENT_PATHS,
  PREFERRED_ELECTION,
  REASSIGN_PARTITIONS,
  statePath,
  TOPICS,
  topicConfigPath,
  topicPath,
} from './paths.ts';
import {
  decodeConfig,
  decodeState,
  decodeTopic,
  encodeConfig,
  encodeConfigChange,
  encodePartitions,
  encodeReassignment,
  encodeTopic,
  isTopicName,
  keyOf,
  type LeaderAndIsr,
  MalformedZnode,
  type Move,
  PARTITIONS_MAX,
  type TopicPartition,
  type TopicRecord,
} from './records.ts';
import { TOPIC_SETTINGS } from './settings.ts';

export interface NewTopic {
  readonly topic: string;
  readonly partitions: number;
  readonly replicas: number;
  readonly config: Readonly<Record<string, string>>;
}

export interface DescribedPartition {
  readonly partition: number;
  readonly replicas: readonly number[];
  /** Null: nobody has led it yet, or its state is malformed. */
  readonly state: LeaderAndIsr | null;
}

export interface DescribedTopic {
  readonly topic: string;
  readonly config: Readonly<Record<string, string>>;
  readonly partitions: readonly DescribedPartition[];
  /** What is wrong with its znodes; '' if nothing is. */
  readonly problem: string;
}

export class Admin {
  private readonly context: ClientContext;
  private readonly cluster: Cluster;

  constructor(context: ClientContext) {
    this.context = context;
    this.cluster = new Cluster(context);
  }

  async createTopic({ topic, partitions, replicas, config }: NewTopic): Promise<void> {
    if (!isTopicName(topic)) refuse(`"${topic}" is no topic name`);
    if (partitions > PARTITIONS_MAX) refuse(`at most ${PARTITIONS_MAX} partitions`);
    checkConfig(config);
    const ids = (await this.cluster.brokers()).map(({ id }) => id);
    if (replicas > ids.length) {
      refuse(`Replication factor: ${replicas} larger than available brokers: ${ids.length}.`);
    }
    const { zk } = this.cluster;
    await Promise.all(PERSISTENT_PATHS.map((path) => zk.ensure(path)));
    if ((await zk.exists(topicPath(topic))) !== null) refuse(`Topic '${topic}' already exists.`);
    await this.writeConfig(topic, config);
    const assignments = assignReplicas(ids, partitions, replicas).map(
      (list, index) => [index, { replicas: list, adding: [], removing: [] }] as const,
    );
    const record = { topicId: randomId(this.context.random), partitions: new Map(assignments) };
    await zk.ensure(topicPath(topic), encodeTopic(record));
  }

  async alterTopic(topic: string, change: Readonly<Record<string, string>>): Promise<void> {
    checkConfig(change);
    await this.topicRecord(topic);
    const { zk } = this.cluster;
    const path = topicConfigPath(topic);
    const found = await zk.read(path);
    const before = found === null ? {} : decodeConfig(path, found.data);
    await this.writeConfig(topic, { ...before, ...change });
    await zk.notify(CONFIG_CHANGE_PREFIX, encodeConfigChange(topic));
  }

  async deleteTopic(topic: string): Promise<void> {
    if ((await this.cluster.zk.exists(topicPath(topic))) === null) {
      refuse(`Topic '${topic}' does not exist.`);
    }
    await this.cluster.zk.ensure(DELETE_TOPICS);
    await this.cluster.zk.ensure(deleteTopicPath(topic));
  }

  async reassign(move: Move): Promise<void> {
    await this.mustHave(move);
    const ids = (await this.cluster.brokers()).map(({ id }) => id);
    const unknown = move.replicas.filter((id) => !ids.includes(id));
    if (unknown.length > 0) refuse(`broker ${unknown.join(', ')} is not alive`);
    if (new Set(move.replicas).size < move.replicas.length) refuse('a broker is named twice');
    await this.request(REASSIGN_PARTITIONS, encodeReassignment([move]));
  }

  async preferredElection(at: TopicPartition): Promise<void> {
    await this.mustHave(at);
    await this.request(PREFERRED_ELECTION, encodePartitions([at]));
  }

  /** Whoever is there leads, and what only others had is lost. The new leader. */
  async uncleanElection(at: TopicPartition): Promise<number> {
    await this.mustHave(at);
    const { host, id } = await this.cluster.controller();
    const body = { ...at, electionType: 'unclean' };
    if (host === this.context.id) refuse(`ask from another client than broker ${id} itself`);
    const leader = await this.cluster.ask(host, 'ElectLeaders', body, `unclean ${keyOf(at)}`);
    return Number(leader);
  }

  /** One topic, or all. A malformed one is described by what is wrong with it. */
  async describe(topic?: string): Promise<readonly DescribedTopic[]> {
    if (topic !== undefined) return [await this.describeOne(topic, true)];
    const names = await this.cluster.zk.children(TOPICS);
    return Promise.all(names.map((name) => this.describeOne(name, false)));
  }

  private async describeOne(topic: string, mustExist: boolean): Promise<DescribedTopic> {
    const { zk } = this.cluster;
    let problem = '';
    const tolerant = <T>(otherwise: T, read: () => T): T => {
      try {
        return read();
      } catch (error) {
        if (!(error instanceof MalformedZnode)) throw error;
        problem ||= error.message;
        return otherwise;
      }
    };
    const path = topicPath(topic);
    const found = await zk.read(path);
    if (found === null && mustExist) refuse(`Topic '${topic}' does not exist.`);
    const configPath = topicConfigPath(topic);
    const configZnode = await zk.read(configPath);
    const config = configZnode
      ? tolerant({}, () => decodeConfig(configPath, configZnode.data))
      : {};
    const record = found && tolerant<TopicRecord | null>(null, () => decodeTopic(path, found.data));
    const partitions = await Promise.all(
      [...(record?.partitions ?? [])].map(async ([partition, { replicas }]) => {
        const at = statePath(topic, partition);
        const state = await zk.read(at);
        const decoded = state && tolerant(null, () => decodeState(at, state.data));
        return { partition, replicas, state: decoded };
      }),
    );
    return { topic, config, partitions, problem };
  }

  private async mustHave(at: TopicPartition): Promise<void> {
    const { partitions } = await this.topicRecord(at.topic);
    if (!partitions.has(at.partition)) refuse(`there is no partition ${keyOf(at)}`);
  }

  private async topicRecord(topic: string): Promise<TopicRecord> {
    const path = topicPath(topic);
    const found = isTopicName(topic) ? await this.cluster.zk.read(path) : null;
    if (found === null) return refuse(`Topic '${topic}' does not exist.`);
    return decodeTopic(path, found.data);
  }

  private async writeConfig(
    topic: string,
    config: Readonly<Record<string, string>>,
  ): Promise<void> {
    const { zk } = this.cluster;
    const path = topicConfigPath(topic);
    await zk.ensure(path, encodeConfig(config));
    const found = await zk.read(path);
    if (found !== null) await zk.compareAndSet(path, encodeConfig(config), found.stat.version);
  }

  /** One request at a time is under way. */
  private async request(path: string, data: string): Promise<void> {
    await this.cluster.zk.ensure('/admin');
    try {
      await this.context.zk.create(path, data);
    } catch (error) {
      if (!isKeeperError(error, 'NODEEXISTS')) throw error;
      refuse(`${path} is there already: wait until the controller is done with it`);
    }
  }
}

/**
 * Leaders go round the brokers, followers with a shift that grows with each turn.
 * Departs: Kafka begins at a random broker.
 */
export function assignReplicas(
  ids: readonly number[],
  partitions: number,
  replicas: number,
): readonly (readonly number[])[] {
  const count = ids.length;
  return Array.from({ length: partitions }, (_, partition) => {
    const first = partition % count;
    const shift = Math.floor(partition / count);
    const others = Array.from({ length: replicas - 1 }, (__, index) => {
      const step = 1 + ((shift + index) % (count - 1));
      return ids[(first + step) % count] ?? 0;
    });
    return [ids[first] ?? 0, ...others];
  });
}

function checkConfig(config: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(config)) {
    const isKnown = TOPIC_SETTINGS.includes(name);
    if (!isKnown)
      refuse(`Unknown topic config name: ${name}; there are ${TOPIC_SETTINGS.join(', ')}`);
    const isFine = name === 'min.insync.replicas' ? /^[1-9]\d?$/ : /^(true|false)$/;
    if (!isFine.test(value)) refuse(`Invalid value ${value} for configuration ${name}`);
  }
}

function refuse(why: string): never {
  throw new KafkaError('INVALID_REQUEST', why);
}
