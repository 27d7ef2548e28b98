/**
 * The JSON in Kafka's znodes, to the letter, and its checked reading: anybody may write these
 * znodes, so what does not fit is a MalformedZnode that names the path and what is wrong.
 * Source: Kafka 3.8 ZkData.scala.
 */

import { utf8Decode } from '../base/utf8.ts';
import type { JsonValue } from '../client/trace.ts';

export const BROKER_ID_MAX = 999;
export const PARTITIONS_MAX = 100;
export const REPLICAS_MAX = 20;
const TOPIC_NAME = /^[a-zA-Z0-9._-]{1,100}$/;

export class MalformedZnode extends Error {
  override readonly name = 'MalformedZnode';
  readonly path: string;

  constructor(path: string, what: string) {
    super(`${path}: ${what}`);
    this.path = path;
  }
}

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

export interface BrokerInfo {
  readonly id: number;
  /** The client that it runs on. */
  readonly host: string;
  /** Broker epoch: czxid of its znode. Each registration has a higher one. */
  readonly epoch: number;
}

/** `adding` and `removing` are not empty while the partition is being moved. */
export interface Assignment {
  readonly replicas: readonly number[];
  readonly adding: readonly number[];
  readonly removing: readonly number[];
}

export interface TopicRecord {
  readonly topicId: string;
  readonly partitions: ReadonlyMap<number, Assignment>;
}

export interface LeaderAndIsr {
  /** -1: nobody can lead. */
  readonly leader: number;
  /** Grows with each change that the controller makes: tells an old leader from a new one. */
  readonly leaderEpoch: number;
  readonly isr: readonly number[];
  /** Of the controller that wrote it last, or told the leader that did. */
  readonly controllerEpoch: number;
}

export const NO_LEADER = -1;
/** In metadata: the topic is being deleted. */
export const LEADER_DURING_DELETE = -2;

export const keyOf = ({ topic, partition }: TopicPartition): string => `${topic}-${partition}`;
export const isTopicName = (name: string): boolean =>
  TOPIC_NAME.test(name) && name !== '.' && name !== '..';

export function encodeBroker(host: string, dateMs: number): string {
  return JSON.stringify({
    version: 5,
    host,
    port: 9092,
    endpoints: [`PLAINTEXT://${host}:9092`],
    listener_security_protocol_map: { PLAINTEXT: 'PLAINTEXT' },
    jmx_port: -1,
    timestamp: `${dateMs}`,
    features: {},
  });
}

export function encodeController(brokerid: number, dateMs: number): string {
  return JSON.stringify({
    version: 2,
    brokerid,
    timestamp: `${dateMs}`,
    kraftControllerEpoch: -1,
  });
}

export function encodeState({ controllerEpoch, leader, leaderEpoch, isr }: LeaderAndIsr): string {
  return JSON.stringify({
    controller_epoch: controllerEpoch,
    leader,
    version: 1,
    leader_epoch: leaderEpoch,
    isr,
  });
}

export function encodeTopic({ topicId, partitions }: TopicRecord): string {
  const pick = (part: (assignment: Assignment) => readonly number[], all: boolean) => {
    const out: Record<string, readonly number[]> = {};
    for (const [partition, assignment] of partitions) {
      const ids = part(assignment);
      if (all || ids.length > 0) out[partition] = ids;
    }
    return out;
  };
  return JSON.stringify({
    version: 3,
    partitions: pick(({ replicas }) => replicas, true),
    adding_replicas: pick(({ adding }) => adding, false),
    removing_replicas: pick(({ removing }) => removing, false),
    topic_id: topicId,
  });
}

export const encodeConfig = (config: Readonly<Record<string, string>>): string =>
  JSON.stringify({ version: 1, config });

export const encodeConfigChange = (topic: string): string =>
  JSON.stringify({ version: 2, entity_path: `topics/${topic}` });

export const encodePartitions = (partitions: readonly TopicPartition[]): string =>
  JSON.stringify({
    version: 1,
    partitions: partitions.map(({ topic, partition }) => ({ topic, partition })),
  });

export interface Move extends TopicPartition {
  readonly replicas: readonly number[];
}

export const encodeReassignment = (moves: readonly Move[]): string =>
  JSON.stringify({
    version: 1,
    partitions: moves.map(({ topic, partition, replicas }) => ({ topic, partition, replicas })),
  });

type Fields = Readonly<Record<string, JsonValue>>;

export function decodeBroker(path: string, id: number, data: Data, epoch: number): BrokerInfo {
  const fields = decodeObject(path, data);
  const { host } = fields;
  if (typeof host !== 'string') throw new MalformedZnode(path, 'host is no text');
  return { id, host, epoch };
}

export function decodeController(path: string, data: Data): number {
  return integer(path, decodeObject(path, data), 'brokerid', 0, BROKER_ID_MAX);
}

/** Decimal text. */
export function decodeEpoch(path: string, data: Data): number {
  const text = data === null ? '' : utf8Decode(data);
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new MalformedZnode(path, `"${text.slice(0, 20)}" is no epoch`);
}

export function decodeState(path: string, data: Data): LeaderAndIsr {
  const fields = decodeObject(path, data);
  return {
    leader: integer(path, fields, 'leader', NO_LEADER, BROKER_ID_MAX),
    leaderEpoch: integer(path, fields, 'leader_epoch', 0, 1e9),
    isr: brokerList(path, 'isr', fields['isr']),
    controllerEpoch: integer(path, fields, 'controller_epoch', 0, 1e9),
  };
}

export function decodeTopic(path: string, data: Data): TopicRecord {
  const fields = decodeObject(path, data);
  const replicas = replicaMap(path, fields, 'partitions');
  const adding = replicaMap(path, fields, 'adding_replicas');
  const removing = replicaMap(path, fields, 'removing_replicas');
  const partitions = new Map<number, Assignment>();
  for (const [partition, ids] of replicas) {
    if (ids.length === 0) throw new MalformedZnode(path, `partition ${partition} has no replicas`);
    partitions.set(partition, {
      replicas: ids,
      adding: adding.get(partition) ?? [],
      removing: removing.get(partition) ?? [],
    });
  }
  if (partitions.size === 0) throw new MalformedZnode(path, 'there are no partitions');
  const topicId = fields['topic_id'];
  return { topicId: typeof topicId === 'string' ? topicId : '', partitions };
}

export function decodeConfig(path: string, data: Data): Readonly<Record<string, string>> {
  const { config } = decodeObject(path, data);
  if (!isObject(config)) throw new MalformedZnode(path, 'config is no object');
  const out: Record<string, string> = {};
  for (const [name, value] of Object.entries(config)) out[name] = String(value);
  return out;
}

export function decodeConfigChange(path: string, data: Data): string {
  const entity = decodeObject(path, data)['entity_path'];
  const topic = typeof entity === 'string' ? /^topics\/(.+)$/.exec(entity)?.[1] : undefined;
  if (topic === undefined) throw new MalformedZnode(path, 'entity_path is no topic');
  return topic;
}

export function decodePartitions(path: string, data: Data): readonly TopicPartition[] {
  return partitionList(path, data).map(({ topic, partition }) => ({ topic, partition }));
}

export function decodeReassignment(path: string, data: Data): readonly Move[] {
  return partitionList(path, data).map(({ topic, partition, fields }) => ({
    topic,
    partition,
    replicas: brokerList(path, 'replicas', fields['replicas']),
  }));
}

type Data = Uint8Array | null;

function decodeObject(path: string, data: Data): Fields {
  let value: JsonValue = null;
  try {
    value = JSON.parse(utf8Decode(data ?? new Uint8Array(0)));
  } catch {
    throw new MalformedZnode(path, 'this is no JSON');
  }
  if (isObject(value)) return value;
  throw new MalformedZnode(path, 'this is no JSON object');
}

function isObject(value: JsonValue | undefined): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function integer(path: string, fields: Fields, name: string, min: number, max: number): number {
  const value = fields[name];
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) {
    return value;
  }
  throw new MalformedZnode(path, `${name} is no number from ${min} to ${max}`);
}

function brokerList(path: string, name: string, value: JsonValue | undefined): readonly number[] {
  const isId = (id: JsonValue): id is number =>
    typeof id === 'number' && Number.isInteger(id) && id >= 0 && id <= BROKER_ID_MAX;
  if (Array.isArray(value) && value.length <= REPLICAS_MAX && value.every(isId)) return value;
  throw new MalformedZnode(path, `${name} is no list of broker ids`);
}

function replicaMap(
  path: string,
  fields: Fields,
  name: string,
): ReadonlyMap<number, readonly number[]> {
  const value = fields[name] ?? {};
  if (!isObject(value)) throw new MalformedZnode(path, `${name} is no object`);
  const out = new Map<number, readonly number[]>();
  for (const [key, ids] of Object.entries(value)) {
    if (!/^\d{1,2}$/.test(key)) throw new MalformedZnode(path, `${name}: no partition "${key}"`);
    const list = brokerList(path, `${name}.${key}`, ids);
    if (new Set(list).size < list.length) throw new MalformedZnode(path, `${key} repeats a broker`);
    out.set(Number(key), list);
  }
  return out;
}

function partitionList(
  path: string,
  data: Data,
): readonly (TopicPartition & { readonly fields: Fields })[] {
  const { partitions } = decodeObject(path, data);
  if (!Array.isArray(partitions)) throw new MalformedZnode(path, 'partitions is no list');
  return partitions.map((fields: JsonValue) => {
    if (!isObject(fields)) throw new MalformedZnode(path, 'partitions has a part that is none');
    const { topic } = fields;
    if (typeof topic !== 'string') throw new MalformedZnode(path, 'topic is no text');
    return { topic, partition: integer(path, fields, 'partition', 0, PARTITIONS_MAX), fields };
  });
}
