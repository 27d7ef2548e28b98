/** Scenarios that are made for one purpose. */

import type { Fault } from '../Fault.ts';
import { makeScenario, type Scenario } from '../Scenario.ts';

/** `seed`'s workload and timings on so many voters, with these faults and no others. */
export function withFaults(seed: number, participants: number, faults: readonly Fault[]): Scenario {
  const made = makeScenario(seed);
  const healUs = Math.max(...faults.map(({ atUs, forUs }) => atUs + forUs)) + 100_000;
  const config = { ...made.config, participants, observers: 0 };
  const clients = made.clients.map((plan) => ({ ...plan, startUs: 1_000_000 }));
  return { ...made, config, clients, faults, healUs };
}

/**
 * The leader goes on alone for a moment; then its tail must go. All clients are cut off soon, and
 * back before a session expires, so that the next leader has nothing to propose: else the old one
 * would get a snapshot.
 */
export function leaderCutOff(seed: number): Scenario {
  const clients = makeScenario(seed).clients.map((plan) => ({
    ...plan,
    sessionTimeoutMs: 5_000,
    paceMs: 30,
    startUs: 1_000_000,
  }));
  const groups = [clients.map(({ client }) => client), ['S1', 'S2', 'S3']];
  const made = withFaults(seed, 3, [
    { atUs: 3_000_000, forUs: 2_000_000, type: 'isolateLeader', withClients: false },
    { atUs: 3_200_000, forUs: 3_000_000, type: 'partition', groups },
  ]);
  const server = { ...made.config.server, tickTimeMs: 250, syncLimitTicks: 2 };
  return { ...made, config: { ...made.config, server }, clients };
}
