/**
 * Changes the state of partitions as a controller may: reads what is there, since leaders write
 * their ISR there too, decides, and writes on condition that both the state and the controller's
 * epoch are still as they were.
 * Source: Kafka 3.8 ZkPartitionStateMachine.doElectLeaderForPartitions, ZkReplicaStateMachine.
 */

import { isKeeperError } from '../client/KeeperError.ts';
import { createOp, setDataOp } from '../client/ops.ts';
import type { ControlledPartition } from './ControllerState.ts';
import { partitionPath, statePath } from './paths.ts';
import { decodeState, encodeState, type LeaderAndIsr, MalformedZnode } from './records.ts';
import { ControllerMoved, type FencedZk } from './Zk.ts';

const TRIES_MAX = 20;

export type Decide = (
  state: LeaderAndIsr,
  partition: ControlledPartition,
) => Pick<LeaderAndIsr, 'leader' | 'isr'> | null;

export class StateWriter {
  private readonly zk: FencedZk;
  private readonly epoch: number;
  private readonly onMalformed: (error: MalformedZnode) => void;

  constructor(zk: FencedZk, epoch: number, onMalformed: (error: MalformedZnode) => void) {
    this.zk = zk;
    this.epoch = epoch;
    this.onMalformed = onMalformed;
  }

  /** Those that were changed; `decide` answers null to leave one as it is. */
  async change(
    partitions: readonly ControlledPartition[],
    decide: Decide,
  ): Promise<readonly ControlledPartition[]> {
    const changed = await Promise.all(partitions.map((one) => this.changeOne(one, decide)));
    return partitions.filter((_, index) => changed[index]);
  }

  /** Brings in what leaders have written. False if there is nothing to be read. */
  async refresh(partition: ControlledPartition): Promise<boolean> {
    const path = statePath(partition.topic, partition.partition);
    const found = await this.zk.read(path);
    if (found === null) return false;
    try {
      partition.state = decodeState(path, found.data);
      partition.zkVersion = found.stat.version;
    } catch (error) {
      if (!(error instanceof MalformedZnode)) throw error;
      this.onMalformed(error);
      return false;
    }
    if (partition.state.controllerEpoch > this.epoch) {
      throw new ControllerMoved(`${path} was written by a newer controller`);
    }
    return true;
  }

  /** The first state of a new partition. */
  async create(
    partition: ControlledPartition,
    first: Pick<LeaderAndIsr, 'leader' | 'isr'>,
  ): Promise<void> {
    const { topic, partition: number } = partition;
    const state = { ...first, leaderEpoch: 0, controllerEpoch: this.epoch };
    try {
      await this.zk.write([
        createOp(partitionPath(topic, number), null),
        createOp(statePath(topic, number), encodeState(state)),
      ]);
      partition.state = state;
      partition.zkVersion = 0;
    } catch (error) {
      // An answer was lost, or somebody was faster.
      if (!isKeeperError(error, 'NODEEXISTS')) throw error;
      await this.refresh(partition);
    }
  }

  private async changeOne(partition: ControlledPartition, decide: Decide): Promise<boolean> {
    const path = statePath(partition.topic, partition.partition);
    for (let tries = 0; tries < TRIES_MAX; tries++) {
      if (!(await this.refresh(partition)) || partition.state === null) return false;
      const decided = decide(partition.state, partition);
      if (decided === null) return false;
      const leaderEpoch = partition.state.leaderEpoch + 1;
      const next = { ...decided, leaderEpoch, controllerEpoch: this.epoch };
      const version = await this.write(path, encodeState(next), partition.zkVersion);
      if (version === null) continue;
      partition.state = next;
      partition.zkVersion = version;
      return true;
    }
    return false;
  }

  /** The new version; null if the state has been changed by somebody else. */
  private async write(path: string, data: string, version: number): Promise<number | null> {
    try {
      await this.zk.write([setDataOp(path, data, version)]);
      return version + 1;
    } catch (error) {
      if (!isKeeperError(error, 'BADVERSION')) throw error;
      return this.zk.versionIfWritten(path, data);
    }
  }
}
