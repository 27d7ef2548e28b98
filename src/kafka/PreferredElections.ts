/**
 * Gives partitions back to the first of their replicas, as /admin/preferred_replica_election asks.
 * Source: Kafka 3.8 KafkaController.processReplicaLeaderElection.
 */

import { deleteOp } from '../client/ops.ts';
import type { ControllerWork } from './ControllerWork.ts';
import { PREFERRED_ELECTION } from './paths.ts';
import { decodePartitions, keyOf, MalformedZnode } from './records.ts';

export class PreferredElections {
  private readonly reign: ControllerWork;

  constructor(reign: ControllerWork) {
    this.reign = reign;
  }

  async read(): Promise<void> {
    const { zk, state, host } = this.reign;
    const watcher = this.reign.watch('preferred election', () => this.read());
    const found = await zk.read(PREFERRED_ELECTION, watcher);
    if (found === null) {
      await zk.exists(PREFERRED_ELECTION, watcher);
      return;
    }
    try {
      const asked = decodePartitions(PREFERRED_ELECTION, found.data);
      const unknown = asked.filter((at) => state.find(at) === undefined);
      for (const at of unknown) {
        host.problem(new MalformedZnode(PREFERRED_ELECTION, `there is no ${keyOf(at)}`));
      }
      const known = asked.flatMap((at) => state.find(at) ?? []);
      const others = known.filter((one) => one.state?.leader !== one.assignment.replicas[0]);
      await this.reign.elect(others, () => 'preferred');
    } catch (error) {
      if (!(error instanceof MalformedZnode)) throw error;
      host.problem(error);
    }
    await zk.writeOnce([deleteOp(PREFERRED_ELECTION)], 'NONODE');
  }
}
