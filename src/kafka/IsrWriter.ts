/**
 * Writes what leaders find of their ISR: on condition that nobody else has written since, so that
 * an old leader is refused. Then the controller is told, some at a time.
 * Source: Kafka 2.6 ReplicationUtils.updateLeaderAndIsr, ReplicaManager.recordIsrChange.
 *
 * Departs: since 2.7 leaders ask the controller instead (AlterPartition). What they know meanwhile
 * is as there: old and new ISR both count until the outcome is known.
 */

import type { ClientContext } from '../client/ClientContext.ts';
import { KeeperError } from '../client/KeeperError.ts';
import type { Partition } from './Partition.ts';
import { ISR_CHANGE_PREFIX, statePath } from './paths.ts';
import { encodePartitions, encodeState, keyOf, type TopicPartition } from './records.ts';
import type { Zk } from './Zk.ts';

/** Kafka: 2,500. */
const LINGER_MS = 50;

export class IsrWriter {
  private readonly context: ClientContext;
  private readonly onWritten: (partition: Partition) => void;
  private changes = new Map<string, TopicPartition>();

  constructor(context: ClientContext, onWritten: (partition: Partition) => void) {
    this.context = context;
    this.onWritten = onWritten;
  }

  /** Does not wait. If it fails, `pendingIsr` stays until a controller says how things are. */
  change(zk: Zk, partition: Partition, isr: readonly number[]): void {
    const before = partition.isr;
    partition.pendingIsr = isr;
    void this.write(zk, partition, isr).then((isDone) => {
      const path = statePath(partition.topic, partition.partition);
      const what = isr.length < before.length ? 'shrink' : 'expand';
      const how = isDone
        ? `${what} the ISR to`
        : 'somebody else wrote: keep waiting to make the ISR';
      this.context.step('kafka', path, `${partition.key}: ${how} ${isr.join(', ')}`);
    });
  }

  private async write(zk: Zk, partition: Partition, isr: readonly number[]): Promise<boolean> {
    const { topic, partition: number, leader, leaderEpoch, controllerEpoch, zkVersion } = partition;
    const data = encodeState({ leader, leaderEpoch, controllerEpoch, isr });
    try {
      const version = await zk.compareAndSet(statePath(topic, number), data, zkVersion);
      if (version === null) return false;
      if (partition.leaderEpoch !== leaderEpoch) return true;
      partition.onIsrWritten(isr, version);
      this.onWritten(partition);
      await this.tellController(zk, { topic, partition: number });
      return true;
    } catch (error) {
      if (error instanceof KeeperError) return false;
      throw error;
    }
  }

  private async tellController(zk: Zk, at: TopicPartition): Promise<void> {
    this.changes.set(keyOf(at), at);
    if (this.changes.size > 1) return;
    await this.context.sleep(LINGER_MS);
    const partitions = [...this.changes.values()];
    this.changes = new Map();
    await zk.notify(ISR_CHANGE_PREFIX, encodePartitions(partitions));
  }
}
