/**
 * Moves replicas, as /admin/reassign_partitions asks: first the new ones are added and catch up
 * (A), then, when all of them are in sync, the old ones go (B). The topic znode says which are
 * being added and removed, so that the next controller can go on.
 * Source: Kafka 3.8 KafkaController.onPartitionReassignment; KIP-455.
 */

import { deleteOp, setDataOp } from '../client/ops.ts';
import type { ControlledPartition } from './ControllerState.ts';
import { isMoving, targetOf } from './ControllerState.ts';
import { type ControllerWork, stopOf } from './ControllerWork.ts';
import { electLeader } from './leaderElection.ts';
import { REASSIGN_PARTITIONS, statePath, topicPath } from './paths.ts';
import {
  decodeReassignment,
  encodeReassignment,
  encodeTopic,
  keyOf,
  MalformedZnode,
  type Move,
} from './records.ts';

export class Reassignments {
  private readonly reign: ControllerWork;
  /** Mzxid of the request that was read last: a newer one has not been looked at. */
  private takenMzxid = -1;

  constructor(reign: ControllerWork) {
    this.reign = reign;
  }

  /** Takes up what is asked for, and refuses what cannot be done. */
  async read(): Promise<void> {
    const { zk, host } = this.reign;
    const watcher = this.reign.watch('reassignment', () => this.read());
    const found = await zk.read(REASSIGN_PARTITIONS, watcher);
    if (found === null) {
      await zk.exists(REASSIGN_PARTITIONS, watcher);
    } else {
      try {
        for (const move of decodeReassignment(REASSIGN_PARTITIONS, found.data)) {
          await this.begin(move);
        }
        this.takenMzxid = found.stat.mzxid;
      } catch (error) {
        if (!(error instanceof MalformedZnode)) throw error;
        host.problem(error);
        await zk.writeOnce([deleteOp(REASSIGN_PARTITIONS)], 'NONODE');
      }
    }
    await this.progress();
  }

  /** Ends the moves whose new replicas have caught up. */
  async progress(): Promise<void> {
    const { state } = this.reign;
    for (const one of state.partitions().filter(isMoving)) {
      const isr = one.state?.isr ?? [];
      const target = targetOf(one.assignment);
      if (target.every((id) => isr.includes(id))) await this.complete(one, target);
    }
    await this.clearRequest();
  }

  private async begin(move: Move): Promise<void> {
    const { state, writer, announcer } = this.reign;
    const one = state.find(move);
    const why = one === undefined ? 'there is no such partition' : this.refusal(move);
    if (one === undefined || why !== null) {
      const where = move.replicas.join(', ') || 'nobody';
      const message = `cannot move ${keyOf(move)} to ${where}: ${why}`;
      this.reign.host.problem(new MalformedZnode(REASSIGN_PARTITIONS, message));
      return;
    }
    const { replicas, adding, removing } = one.assignment;
    const origin = replicas.filter((id) => !adding.includes(id));
    const target = move.replicas;
    if (isMoving(one) ? same(targetOf(one.assignment), target) : same(replicas, target)) return;
    const all = [...new Set([...target, ...origin, ...removing])];
    await this.writeAssignment(one, {
      replicas: all,
      adding: target.filter((id) => !origin.includes(id)),
      removing: all.filter((id) => !target.includes(id)),
    });
    this.reign.step(topicPath(one.topic), `${keyOf(one)}: add ${target.join(', ')} (phase A)`);
    // A higher leader epoch has the leader take notice of its new followers.
    await writer.change([one], ({ leader, isr }) => ({ leader, isr }));
    announcer.replicas(all, one);
    announcer.metadata([one]);
  }

  private refusal({ topic, replicas }: Move): string | null {
    const { state } = this.reign;
    if (replicas.length === 0) return 'the list is empty';
    if (new Set(replicas).size < replicas.length) return 'a broker is named twice';
    const dead = replicas.filter((id) => !state.isLive(id));
    if (dead.length > 0) return `broker ${dead.join(', ')} is not alive`;
    return state.deleting.has(topic) ? `${topic} is being deleted` : null;
  }

  private async complete(one: ControlledPartition, target: readonly number[]): Promise<void> {
    const { state, writer, announcer } = this.reign;
    const { removing } = one.assignment;
    const path = statePath(one.topic, one.partition);
    const changed = await writer.change([one], (current) => {
      const isr = current.isr.filter((id) => target.includes(id));
      if (target.includes(current.leader) && state.isLive(current.leader)) {
        return { leader: current.leader, isr };
      }
      const elected = electLeader('reassign', {
        replicas: target,
        state: current,
        isLive: (id) => state.isLive(id),
        isShuttingDown: (id) => state.shuttingDown.has(id),
      });
      return elected === null ? null : { leader: elected.leader, isr };
    });
    if (changed.length === 0) return;
    await this.writeAssignment(one, { replicas: target, adding: [], removing: [] });
    this.reign.step(path, `${keyOf(one)}: moved to ${target.join(', ')} (phase B)`);
    announcer.replicas(target, one);
    announcer.metadata([one]);
    for (const id of removing) announcer.stop(id, [stopOf(one, true)], () => {});
  }

  /** The request goes when all that it asks for is done or refused. */
  private async clearRequest(): Promise<void> {
    const { zk, state } = this.reign;
    const found = await zk.read(REASSIGN_PARTITIONS);
    if (found === null || found.stat.mzxid !== this.takenMzxid) return;
    try {
      const moves = decodeReassignment(REASSIGN_PARTITIONS, found.data);
      const left = moves.filter((move) => {
        const one = state.find(move);
        return one !== undefined && isMoving(one) && same(targetOf(one.assignment), move.replicas);
      });
      if (left.length === moves.length) return;
      const { version } = found.stat;
      const op =
        left.length === 0
          ? deleteOp(REASSIGN_PARTITIONS, version)
          : setDataOp(REASSIGN_PARTITIONS, encodeReassignment(left), version);
      await zk.writeOnce([op], 'BADVERSION');
    } catch (error) {
      if (!(error instanceof MalformedZnode)) throw error;
    }
  }

  private async writeAssignment(
    one: ControlledPartition,
    assignment: ControlledPartition['assignment'],
  ): Promise<void> {
    const { zk, state } = this.reign;
    const topic = state.topics.get(one.topic);
    if (topic === undefined) return;
    one.assignment = assignment;
    const partitions = new Map(
      [...topic.partitions].map(([partition, { assignment: its }]) => [partition, its] as const),
    );
    const data = encodeTopic({ topicId: topic.topicId, partitions });
    await zk.write([setDataOp(topicPath(one.topic), data)]);
  }
}

const same = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((id, index) => id === b[index]);
