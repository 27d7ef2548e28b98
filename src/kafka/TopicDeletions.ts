/**
 * Deletes the topics named under /admin/delete_topics: everybody forgets who leads, every replica
 * is deleted where it is, and when all have answered the topic's znodes go. While the broker of a
 * replica is down, or a partition is being moved, the topic waits.
 * Source: Kafka 3.8 TopicDeletionManager.scala.
 */

import { deleteOp } from '../client/ops.ts';
import { isMoving } from './ControllerState.ts';
import { type ControllerWork, stopOf } from './ControllerWork.ts';
import {
  DELETE_TOPICS,
  deleteTopicPath,
  partitionPath,
  partitionsPath,
  statePath,
  topicConfigPath,
  topicPath,
} from './paths.ts';
import { LEADER_DURING_DELETE } from './records.ts';

export class TopicDeletions {
  private readonly reign: ControllerWork;
  /** Replicas that have not said yet that they are gone, as `broker`, of the topics under way. */
  private readonly waiting = new Map<string, Set<number>>();

  constructor(reign: ControllerWork) {
    this.reign = reign;
  }

  async read(): Promise<void> {
    const { zk, state } = this.reign;
    const watcher = this.reign.watch('topic deletion', () => this.read());
    for (const topic of await zk.children(DELETE_TOPICS, watcher)) {
      if (state.topics.has(topic)) {
        state.deleting.add(topic);
        continue;
      }
      this.reign.step(deleteTopicPath(topic), `there is no topic ${topic}`);
      await zk.writeOnce([deleteOp(deleteTopicPath(topic))], 'NONODE');
    }
    this.resume();
  }

  /** Begins what has nothing in its way. */
  resume(): void {
    const { state, announcer } = this.reign;
    for (const topic of state.deleting) {
      const partitions = [...(state.topics.get(topic)?.partitions.values() ?? [])];
      const brokers = new Set(partitions.flatMap(({ assignment }) => assignment.replicas));
      const absent = [...brokers].filter((id) => !state.brokers.has(id));
      if (absent.length > 0 || partitions.some(isMoving)) {
        const why = absent.length > 0 ? `broker ${absent.join(', ')} is down` : 'it is moving';
        this.reign.step(deleteTopicPath(topic), `${topic} must wait: ${why}`);
        this.waiting.delete(topic);
        continue;
      }
      if (this.waiting.has(topic)) continue;
      this.reign.step(deleteTopicPath(topic), `delete the replicas of ${topic}`);
      announcer.metadata(partitions, LEADER_DURING_DELETE);
      const waiting = new Set(brokers);
      this.waiting.set(topic, waiting);
      for (const id of brokers) {
        const its = partitions.filter(({ assignment }) => assignment.replicas.includes(id));
        const stops = its.map((one) => stopOf(one, true));
        announcer.stop(id, stops, () => this.onGone(topic, waiting, id));
      }
    }
  }

  private onGone(topic: string, waiting: Set<number>, broker: number): void {
    waiting.delete(broker);
    if (waiting.size > 0 || this.waiting.get(topic) !== waiting) return;
    this.reign.host.enqueue(`end of ${topic}`, () => this.complete(topic));
  }

  private async complete(topic: string): Promise<void> {
    const { zk, state } = this.reign;
    const numbers = [...(state.topics.get(topic)?.partitions.keys() ?? [])];
    const paths = [
      ...numbers.flatMap((number) => [statePath(topic, number), partitionPath(topic, number)]),
      partitionsPath(topic),
      topicPath(topic),
      topicConfigPath(topic),
      deleteTopicPath(topic),
    ];
    for (const path of paths) await zk.writeOnce([deleteOp(path)], 'NONODE');
    this.reign.step(deleteTopicPath(topic), `${topic} is deleted`);
    state.topics.delete(topic);
    state.deleting.delete(topic);
    this.waiting.delete(topic);
  }
}
