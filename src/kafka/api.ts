/**
 * What brokers, producers and consumers say to each other, in Kafka's words. Everything is plain
 * JSON on links between clients; errors are Kafka's names.
 * Source: Kafka protocol guide; LeaderAndIsrRequest, UpdateMetadataRequest, StopReplicaRequest.
 *
 * Departs: JSON instead of Kafka's binary records, and one partition per Produce.
 */

import type { JsonValue } from '../client/trace.ts';
import type { LeaderAndIsr, TopicPartition } from './records.ts';

export type Api =
  | 'LeaderAndIsr'
  | 'UpdateMetadata'
  | 'StopReplica'
  | 'ControlledShutdown'
  | 'ElectLeaders'
  | 'Metadata'
  | 'Produce'
  | 'Fetch'
  | 'OffsetForLeaderEpoch';

export type ErrorCode =
  | 'STALE_CONTROLLER_EPOCH'
  | 'STALE_BROKER_EPOCH'
  | 'NOT_CONTROLLER'
  | 'NOT_LEADER_OR_FOLLOWER'
  | 'FENCED_LEADER_EPOCH'
  | 'UNKNOWN_LEADER_EPOCH'
  | 'UNKNOWN_TOPIC_OR_PARTITION'
  | 'LEADER_NOT_AVAILABLE'
  | 'NOT_ENOUGH_REPLICAS'
  | 'NOT_ENOUGH_REPLICAS_AFTER_APPEND'
  | 'OFFSET_OUT_OF_RANGE'
  | 'REQUEST_TIMED_OUT'
  | 'LOG_FULL'
  | 'INVALID_REQUEST';

/** Thrown by a broker's service; the other side sees it as a PeerError with these words. */
export class KafkaError extends Error {
  override readonly name = 'KafkaError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, why = '') {
    super(why === '' ? code : `${code}: ${why}`);
    this.code = code;
  }
}

export interface LiveBroker {
  readonly id: number;
  readonly host: string;
}

export interface PartitionState extends TopicPartition, LeaderAndIsr {
  /** Version of the state znode. */
  readonly zkVersion: number;
  readonly replicas: readonly number[];
}

/** At the head of everything that a controller says. */
export interface FromController {
  readonly controllerId: number;
  readonly controllerEpoch: number;
  /** Of the receiver, as the controller knows it. */
  readonly brokerEpoch: number;
}

/** Both of LeaderAndIsr, for replicas, and UpdateMetadata, for everybody. */
export interface StatesRequest extends FromController {
  readonly states: readonly PartitionState[];
  readonly brokers: readonly LiveBroker[];
}

export interface StopReplicaRequest extends FromController {
  readonly partitions: readonly (TopicPartition & {
    readonly leaderEpoch: number;
    /** The log too. */
    readonly isDeleted: boolean;
  })[];
}

export interface ControlledShutdownRequest {
  readonly brokerId: number;
  readonly brokerEpoch: number;
}

export interface ElectLeadersRequest extends TopicPartition {
  readonly electionType: 'preferred' | 'unclean';
}

export interface MetadataReply {
  readonly brokers: readonly LiveBroker[];
  readonly partitions: readonly PartitionState[];
}

export interface ProduceRequest extends TopicPartition {
  readonly values: readonly string[];
  /** `all`: answered when every replica in sync has it; `1`: when the leader has it. */
  readonly acks: 'all' | '1';
  readonly timeoutMs: number;
}

export interface ProduceReply {
  readonly baseOffset: number;
  readonly leaderEpoch: number;
}

export interface FetchPartition extends TopicPartition {
  readonly offset: number;
  /** That the asker goes by; -1 for a consumer that takes any. */
  readonly leaderEpoch: number;
  /** That the asker knows: a higher one is worth an answer. */
  readonly highWatermark: number;
}

export interface FetchRequest {
  /** -1 for consumers, who see no more than the high watermark. */
  readonly replicaId: number;
  readonly maxWaitMs: number;
  readonly partitions: readonly FetchPartition[];
}

export interface FetchedPartition extends TopicPartition {
  readonly error: ErrorCode | null;
  readonly leaderEpoch: number;
  readonly highWatermark: number;
  /** `[leader epoch, value]` each. */
  readonly records: readonly (readonly [number, string])[];
}

export interface FetchReply {
  readonly partitions: readonly FetchedPartition[];
}

export interface EpochRequest {
  readonly partitions: readonly (TopicPartition & {
    readonly currentLeaderEpoch: number;
    readonly epoch: number;
  })[];
}

export interface EpochReply {
  readonly partitions: readonly (TopicPartition & {
    readonly error: ErrorCode | null;
    readonly epoch: number;
    readonly endOffset: number;
  })[];
}

/** What crosses the wire: the interfaces above hold nothing but JSON. */
export const toJson = (value: object): JsonValue => value as JsonValue;
