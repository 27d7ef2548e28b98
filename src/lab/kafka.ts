/**
 * Kafka as the screen shows it: what ZooKeeper says (brokers, controller, topics, leaders, ISR),
 * and what brokers say and believe. The two may disagree, which is what the view is for.
 * Source of the znodes: Kafka 3.8 ZkData.scala.
 */

import {
  BROKER_IDS,
  brokerPath,
  CONTROLLER,
  CONTROLLER_EPOCH,
  DELETE_TOPICS,
  REASSIGN_PARTITIONS,
  statePath,
  TOPICS,
  topicConfigPath,
  topicPath,
} from '../kafka/paths.ts';
import {
  type Assignment,
  decodeBroker,
  decodeConfig,
  decodeController,
  decodeEpoch,
  decodeState,
  decodeTopic,
  type LeaderAndIsr,
  MalformedZnode,
  type TopicRecord,
} from '../kafka/records.ts';
import type { ParticipantId } from '../network/address.ts';
import type { Znode } from '../server/tree/DataNode.ts';
import type { DataTree } from '../server/tree/DataTree.ts';

import type { KafkaEvent, KafkaTable, WriterNote } from './kafkaTable.ts';
import type { Lab } from './Lab.ts';
import type { ClientView, EnsembleState } from './model.ts';
import type { Recorder } from './recorder/Recorder.ts';

export interface BrokerView {
  readonly id: number;
  /** Null when nobody knows which client it was. */
  readonly client: ParticipantId | null;
  /** `down`: no process, or one that is no broker now. */
  readonly process: 'up' | 'paused' | 'down';
  /** Its znode is there. */
  readonly isRegistered: boolean;
  /** Czxid of its znode; of the last one if it is gone. */
  readonly epoch: number;
  readonly isController: boolean;
  /** Controller epoch in which it believes to be controller; null if it does not. */
  readonly reign: number | null;
  /** It believes to be what it is not any more. */
  readonly zombie: string;
  /** How many partitions it leads. */
  readonly leads: number;
}

export interface ReplicaView {
  readonly broker: number;
  readonly isLeader: boolean;
  readonly isInSync: boolean;
  readonly isLive: boolean;
  /** First of the list: it should lead. */
  readonly isPreferred: boolean;
  readonly change: 'adding' | 'removing' | null;
  /** It leads as far as it knows, and does not. */
  readonly isZombie: boolean;
  /** What it says of itself; -1 if it has said nothing. */
  readonly leaderEpoch: number;
  readonly highWatermark: number;
  readonly endOffset: number;
}

export interface PartitionView {
  readonly topic: string;
  readonly partition: number;
  /** Of the state znode. */
  readonly path: string;
  /** Null: nobody has led it yet, or its znode is malformed. */
  readonly state: LeaderAndIsr | null;
  readonly replicas: readonly ReplicaView[];
  /** As its leader knows it; -1 while nobody leads. */
  readonly highWatermark: number;
}

export interface TopicView {
  readonly topic: string;
  readonly path: string;
  readonly config: string;
  readonly isDeleting: boolean;
  readonly partitions: readonly PartitionView[];
  /** What is wrong with its znodes; '' if nothing is. */
  readonly problem: string;
}

export interface KafkaView {
  readonly brokers: readonly BrokerView[];
  readonly controller: number | null;
  /** What /controller_epoch says; 0 before the first. */
  readonly controllerEpoch: number;
  readonly isReassigning: boolean;
  /** What is wrong with the znodes of brokers and controller. */
  readonly problems: readonly string[];
  readonly topics: readonly TopicView[];
  readonly writers: readonly WriterNote[];
  /** Oldest first. */
  readonly events: readonly KafkaEvent[];
}

interface Memo {
  readonly zxid: number;
  readonly version: number;
  readonly clients: EnsembleState['clients'];
  readonly view: KafkaView | null;
}

/** Saves work between two updates of the screen; it never changes an answer. */
const memos = new WeakMap<Recorder, Memo>();

interface Read<T> {
  readonly mzxid: number;
  readonly value: T;
}

/** What znodes say; their data is read once, since most of it never changes. */
const statesRead = new WeakMap<Znode, Read<LeaderAndIsr>>();
const topicsRead = new WeakMap<Znode, Read<TopicRecord>>();

function once<T>(
  known: WeakMap<Znode, Read<T>>,
  node: Znode,
  read: (data: Uint8Array | null) => T,
): T {
  const { mzxid } = node;
  const before = known.get(node);
  if (before?.mzxid === mzxid) return before.value;
  const value = read(node.data);
  known.set(node, { mzxid, value });
  return value;
}

/** Null when there has never been a broker. The same object as long as nothing has changed. */
export function kafkaOf({ recorder, ensemble }: Lab): KafkaView | null {
  const { committedZxid: zxid, clients } = ensemble.getState();
  const { kafka: table } = recorder;
  const { version } = table;
  const memo = memos.get(recorder);
  if (memo?.zxid === zxid && memo.version === version && sameProcesses(memo.clients, clients)) {
    return memo.view;
  }
  const tree = recorder.history.treeAt(zxid);
  const isThere = table.brokers.size > 0 || tree.getNode(BROKER_IDS) !== undefined;
  const view = isThere ? readView(tree, table, clients) : null;
  memos.set(recorder, { zxid, version, clients, view });
  return view;
}

/** Which of them run is all that matters here. */
function sameProcesses(a: EnsembleState['clients'], b: EnsembleState['clients']): boolean {
  if (a === b) return true;
  const ids = Object.keys(b);
  return (
    ids.length === Object.keys(a).length && ids.every((id) => a[id]?.process === b[id]?.process)
  );
}

function readView(tree: DataTree, table: KafkaTable, clients: EnsembleState['clients']): KafkaView {
  const problems: string[] = [];
  const controllerNode = tree.getNode(CONTROLLER);
  const controller = tolerate(problems, null, () =>
    controllerNode === undefined ? null : decodeController(CONTROLLER, controllerNode.data),
  );
  const epochNode = tree.getNode(CONTROLLER_EPOCH);
  const controllerEpoch = tolerate(problems, 0, () =>
    epochNode === undefined ? 0 : decodeEpoch(CONTROLLER_EPOCH, epochNode.data),
  );
  const isDeleting = (topic: string): boolean =>
    tree.getNode(`${DELETE_TOPICS}/${topic}`) !== undefined;
  const isLive = (id: number): boolean => tree.getNode(brokerPath(id)) !== undefined;
  const topics = (tree.getNode(TOPICS)?.sortedChildren() ?? []).map((topic) =>
    readTopic(tree, table, topic, isDeleting(topic), isLive),
  );
  return {
    brokers: brokersIn(tree, table, clients, { controller, controllerEpoch, topics, problems }),
    problems,
    controller,
    controllerEpoch,
    isReassigning: tree.getNode(REASSIGN_PARTITIONS) !== undefined,
    topics,
    writers: [...table.writers.values()],
    events: Array.from(
      { length: table.events.size },
      (_, index) => table.events.at(index) as KafkaEvent,
    ),
  };
}

function brokersIn(
  tree: DataTree,
  table: KafkaTable,
  clients: EnsembleState['clients'],
  {
    controller,
    controllerEpoch,
    topics,
    problems,
  }: Pick<KafkaView, 'controller' | 'controllerEpoch' | 'topics'> & { problems: string[] },
): readonly BrokerView[] {
  const registered = [...(tree.getNode(BROKER_IDS)?.children ?? [])].map(Number);
  const ids = [...new Set([...registered, ...table.brokers.keys()])].filter(Number.isInteger);
  const leaders = topics.flatMap(({ partitions }) => partitions.map(({ state }) => state?.leader));
  return ids
    .sort((a, b) => a - b)
    .map((id) => {
      const node = tree.getNode(brokerPath(id));
      const note = table.brokers.get(id);
      const client = note?.client ?? hostIn(problems, id, node);
      const process = processOf(client === null ? undefined : clients[client], note?.state);
      const reign = table.reigns.get(id) ?? null;
      const isController = controller === id && reign !== null && reign === controllerEpoch;
      const zombie =
        reign !== null && !isController && process !== 'down'
          ? `still believes to be controller of epoch ${reign}`
          : '';
      const leads = leaders.filter((leader) => leader === id).length;
      const epoch = node?.czxid ?? note?.epoch ?? 0;
      const isRegistered = node !== undefined;
      return { id, client, process, isRegistered, epoch, isController, reign, zombie, leads };
    });
}

function processOf(
  client: ClientView | undefined,
  state: 'starting' | 'running' | 'stopping' | 'stopped' | undefined,
): BrokerView['process'] {
  if (client === undefined || state === 'stopped') return 'down';
  if (client.process === 'paused') return 'paused';
  return client.process === 'up' ? 'up' : 'down';
}

function hostIn(problems: string[], id: number, node: Znode | undefined): ParticipantId | null {
  if (node === undefined) return null;
  return tolerate(
    problems,
    null,
    () => decodeBroker(brokerPath(id), id, node.data, node.czxid).host,
  );
}

function readTopic(
  tree: DataTree,
  table: KafkaTable,
  topic: string,
  isDeleting: boolean,
  isLive: (id: number) => boolean,
): TopicView {
  const path = topicPath(topic);
  const problems: string[] = [];
  const configNode = tree.getNode(topicConfigPath(topic));
  const config = tolerate(problems, {}, () =>
    configNode === undefined ? {} : decodeConfig(topicConfigPath(topic), configNode.data),
  );
  const settings = Object.entries(config).map(([name, value]) => `${name}=${value}`);
  const node = tree.getNode(path);
  const assignments = tolerate(problems, new Map<number, Assignment>(), () =>
    node === undefined
      ? new Map()
      : once(topicsRead, node, (data) => decodeTopic(path, data)).partitions,
  );
  const partitions = [...assignments].map(([partition, assignment]) =>
    readPartition(tree, table, { topic, partition, assignment, problems }, isLive),
  );
  const problem = problems.join('; ');
  return { topic, path, config: settings.join(' '), isDeleting, partitions, problem };
}

interface PartitionAt {
  readonly topic: string;
  readonly partition: number;
  readonly assignment: Assignment;
  readonly problems: string[];
}

function readPartition(
  tree: DataTree,
  table: KafkaTable,
  { topic, partition, assignment, problems }: PartitionAt,
  isLive: (id: number) => boolean,
): PartitionView {
  const path = statePath(topic, partition);
  const node = tree.getNode(path);
  const state = tolerate(problems, null, () =>
    node === undefined ? null : once(statesRead, node, (data) => decodeState(path, data)),
  );
  const replicas = assignment.replicas.map((broker, index): ReplicaView => {
    const note = table.replicas.get(`${broker} ${topic}-${partition}`);
    const isLeader = state?.leader === broker;
    const { leaderEpoch = -1, highWatermark = -1, endOffset = -1 } = note ?? {};
    return {
      broker,
      isLeader,
      isInSync: state?.isr.includes(broker) ?? false,
      isLive: isLive(broker),
      isPreferred: index === 0,
      change: changeOf(assignment, broker),
      isZombie: note?.role === 'leader' && !isLeader && note.leader === broker,
      leaderEpoch,
      highWatermark,
      endOffset,
    };
  });
  const highWatermark = replicas.find(({ isLeader }) => isLeader)?.highWatermark ?? -1;
  return { topic, partition, path, state, replicas, highWatermark };
}

function changeOf({ adding, removing }: Assignment, broker: number): ReplicaView['change'] {
  if (adding.includes(broker)) return 'adding';
  return removing.includes(broker) ? 'removing' : null;
}

/** `otherwise` for a malformed znode, which is one of the `problems` then. */
function tolerate<T>(problems: string[], otherwise: T, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof MalformedZnode)) throw error;
    problems.push(error.message);
    return otherwise;
  }
}
