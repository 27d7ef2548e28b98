/** What the replicas of a broker need from it. */

import type { ClientContext } from '../client/ClientContext.ts';
import type { Partition } from './Partition.ts';

export interface ReplicaHost {
  readonly context: ClientContext;
  readonly brokerId: number;
  /** Address of a broker; null if this one has not heard of it. */
  hostOf(broker: number): string | null;
  minIsrOf(topic: string): number;
  /** Tries to write the ISR to ZooKeeper: `isr`, if nobody else has written meanwhile. */
  changeIsr(partition: Partition, isr: readonly number[]): void;
}
