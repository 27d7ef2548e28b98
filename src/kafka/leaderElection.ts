/**
 * Who leads a partition, for each reason to ask. Pure; the caller writes what comes out.
 * Source: Kafka 3.8 PartitionLeaderElectionAlgorithms and Election in Election.scala.
 */

import type { LeaderAndIsr } from './records.ts';

export type Strategy = 'offline' | 'unclean' | 'reassign' | 'preferred' | 'controlledShutdown';

export interface Candidates {
  /** In order of preference; for `reassign` the replicas that it moves to. */
  readonly replicas: readonly number[];
  readonly state: LeaderAndIsr;
  readonly isLive: (broker: number) => boolean;
  readonly isShuttingDown: (broker: number) => boolean;
}

export interface Elected {
  readonly leader: number;
  readonly isr: readonly number[];
  /** Nobody of the ISR is there: what only they had is lost. */
  readonly isUnclean: boolean;
}

/** Null when nobody may lead. */
export function electLeader(strategy: Strategy, candidates: Candidates): Elected | null {
  const { replicas, state, isLive, isShuttingDown } = candidates;
  const { isr } = state;
  const isInSync = (id: number): boolean => isLive(id) && isr.includes(id);
  switch (strategy) {
    case 'offline':
    case 'unclean': {
      const clean = replicas.find(isInSync);
      if (clean !== undefined) return { leader: clean, isr: isr.filter(isLive), isUnclean: false };
      const unclean = strategy === 'unclean' ? replicas.find(isLive) : undefined;
      return unclean === undefined ? null : { leader: unclean, isr: [unclean], isUnclean: true };
    }
    case 'reassign': {
      const leader = replicas.find(isInSync);
      return leader === undefined ? null : { leader, isr, isUnclean: false };
    }
    case 'preferred': {
      const [head] = replicas;
      if (head === undefined || !isInSync(head)) return null;
      return { leader: head, isr, isUnclean: false };
    }
    case 'controlledShutdown': {
      const leader = replicas.find((id) => isInSync(id) && !isShuttingDown(id));
      if (leader === undefined) return null;
      return { leader, isr: isr.filter((id) => !isShuttingDown(id)), isUnclean: false };
    }
  }
}
