/** What a controller knows, read from ZooKeeper when it was elected and kept up since. */

import type { PartitionState } from './api.ts';
import type { Assignment, BrokerInfo, LeaderAndIsr, TopicPartition } from './records.ts';

export interface ControlledPartition extends TopicPartition {
  assignment: Assignment;
  /** Null for a new partition, which nobody has led yet. */
  state: LeaderAndIsr | null;
  /** Of the state znode. */
  zkVersion: number;
}

export interface ControlledTopic {
  readonly topicId: string;
  readonly partitions: Map<number, ControlledPartition>;
}

export class ControllerState {
  /** Registered brokers. */
  readonly brokers = new Map<number, BrokerInfo>();
  /** Those that asked to go. */
  readonly shuttingDown = new Set<number>();
  readonly topics = new Map<string, ControlledTopic>();
  readonly deleting = new Set<string>();

  isLive(broker: number): boolean {
    return this.brokers.has(broker) && !this.shuttingDown.has(broker);
  }

  find({ topic, partition }: TopicPartition): ControlledPartition | undefined {
    return this.topics.get(topic)?.partitions.get(partition);
  }

  partitions(): readonly ControlledPartition[] {
    return [...this.topics.values()].flatMap(({ partitions }) => [...partitions.values()]);
  }

  /** Partitions that have a replica on one of these brokers. */
  partitionsOn(brokers: ReadonlySet<number>): readonly ControlledPartition[] {
    return this.partitions().filter(({ assignment }) =>
      assignment.replicas.some((id) => brokers.has(id)),
    );
  }
}

export const isMoving = ({ assignment }: ControlledPartition): boolean =>
  assignment.adding.length > 0 || assignment.removing.length > 0;

/** Where it moves to; where it is if it does not move. */
export const targetOf = ({ replicas, removing }: Assignment): readonly number[] =>
  replicas.filter((id) => !removing.includes(id));

/** Null for a partition that has no state yet. */
export function toPartitionState(partition: ControlledPartition): PartitionState | null {
  const { topic, partition: number, assignment, state, zkVersion } = partition;
  if (state === null) return null;
  const { replicas } = assignment;
  return { topic, partition: number, ...state, zkVersion, replicas };
}
