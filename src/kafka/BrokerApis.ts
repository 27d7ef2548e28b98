/**
 * What a broker answers. A controller with an old epoch, and one that talks to an earlier
 * registration of this broker, are refused.
 * Source: Kafka 3.8 KafkaApis.scala, MetadataCache.
 */

import type { ClientContext } from '../client/ClientContext.ts';
import { KeeperError } from '../client/KeeperError.ts';
import type { PeerReply, PeerRequest } from '../client/peerNetwork.ts';
import type {
  Api,
  ControlledShutdownRequest,
  ElectLeadersRequest,
  EpochRequest,
  FetchRequest,
  FromController,
  PartitionState,
  ProduceRequest,
  StatesRequest,
  StopReplicaRequest,
} from './api.ts';
import { KafkaError, toJson } from './api.ts';
import type { Controller } from './Controller.ts';
import type { ReplicaManager } from './ReplicaManager.ts';
import { keyOf, LEADER_DURING_DELETE } from './records.ts';
import type { TopicConfigs } from './TopicConfigs.ts';
import type { Zk } from './Zk.ts';

/** What it needs of its broker. */
export interface ApiHost {
  readonly context: ClientContext;
  readonly brokerId: number;
  readonly epoch: number;
  readonly replicas: ReplicaManager;
  readonly configs: TopicConfigs;
  /** Null without a session. */
  readonly zk: Zk | null;
  readonly controller: Controller | null;
}

export class BrokerApis {
  private readonly broker: ApiHost;
  private readonly hosts = new Map<number, string>();
  private readonly metadata = new Map<string, PartitionState>();
  /** Highest that any request had. */
  private controllerEpoch = 0;

  constructor(broker: ApiHost) {
    this.broker = broker;
  }

  hostOf(broker: number): string | null {
    return this.hosts.get(broker) ?? null;
  }

  /** Rejects with KafkaError. */
  async answer({ api, body }: PeerRequest): Promise<PeerReply> {
    const { replicas } = this.broker;
    const request: unknown = body;
    switch (api as Api) {
      case 'LeaderAndIsr':
        return this.leaderAndIsr(request as StatesRequest);
      case 'UpdateMetadata':
        return this.updateMetadata(request as StatesRequest);
      case 'StopReplica':
        return this.stopReplica(request as StopReplicaRequest);
      case 'ControlledShutdown': {
        const left = await this.controller().controlledShutdown(
          request as ControlledShutdownRequest,
        );
        return { body: left, text: `${left} left` };
      }
      case 'ElectLeaders': {
        const leader = await this.controller().electLeaders(request as ElectLeadersRequest);
        return { body: leader, text: `${leader} leads` };
      }
      case 'Metadata': {
        const brokers = [...this.hosts].map(([id, host]) => ({ id, host }));
        const reply = { brokers, partitions: [...this.metadata.values()] };
        return { body: toJson(reply), text: `${this.metadata.size} partitions` };
      }
      case 'Produce': {
        const reply = await replicas.produce(request as ProduceRequest);
        return { body: toJson(reply), text: `offset ${reply.baseOffset}` };
      }
      case 'Fetch':
        return this.fetch(request as FetchRequest);
      case 'OffsetForLeaderEpoch':
        return { body: toJson(replicas.epochEnds(request as EpochRequest)), text: '' };
      default:
        throw new KafkaError('INVALID_REQUEST', api);
    }
  }

  private async leaderAndIsr(request: StatesRequest): Promise<PeerReply> {
    this.check('LeaderAndIsr', request);
    this.learnHosts(request);
    await this.loadConfigs(request);
    this.check('LeaderAndIsr', request);
    this.broker.replicas.applyStates(request.states);
    return { body: null, text: '' };
  }

  private updateMetadata(request: StatesRequest): PeerReply {
    this.check('UpdateMetadata', request);
    this.learnHosts(request);
    for (const state of request.states) {
      if (state.leader === LEADER_DURING_DELETE) this.metadata.delete(keyOf(state));
      else this.metadata.set(keyOf(state), state);
    }
    return { body: null, text: '' };
  }

  private stopReplica(request: StopReplicaRequest): PeerReply {
    this.check('StopReplica', request);
    for (const one of request.partitions) {
      this.broker.replicas.stop(one, one.leaderEpoch, one.isDeleted);
    }
    return { body: null, text: '' };
  }

  private async fetch(request: FetchRequest): Promise<PeerReply> {
    const reply = await this.broker.replicas.fetch(request);
    const count = reply.partitions.reduce((sum, { records }) => sum + records.length, 0);
    const body = toJson(reply);
    return count === 0
      ? { body, text: 'nothing new' }
      : { body, text: `${count} records`, kind: 'Records' };
  }

  private check(api: string, { controllerEpoch, brokerEpoch, controllerId }: FromController): void {
    const { context, brokerId, epoch } = this.broker;
    if (controllerEpoch < this.controllerEpoch) {
      const epochs = `epoch ${controllerEpoch} < ${this.controllerEpoch}`;
      const why = `${api} of broker ${controllerId}, ${epochs}`;
      context.note('kafka', 'refused', { broker: brokerId, controller: controllerId, why });
      throw new KafkaError('STALE_CONTROLLER_EPOCH', why);
    }
    if (brokerEpoch < epoch)
      throw new KafkaError('STALE_BROKER_EPOCH', `${brokerEpoch} < ${epoch}`);
    this.controllerEpoch = controllerEpoch;
  }

  private learnHosts({ brokers }: StatesRequest): void {
    this.hosts.clear();
    for (const { id, host } of brokers) this.hosts.set(id, host);
  }

  private async loadConfigs({ states }: StatesRequest): Promise<void> {
    const { configs, zk } = this.broker;
    if (zk === null) return;
    try {
      for (const topic of new Set(states.map((state) => state.topic))) {
        await configs.load(zk, topic);
      }
    } catch (error) {
      // Without a session the defaults hold; the next one loads them anew.
      if (!(error instanceof KeeperError)) throw error;
    }
  }

  private controller() {
    const { controller } = this.broker;
    if (controller === null || !controller.isActive) throw new KafkaError('NOT_CONTROLLER');
    return controller;
  }
}
