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

/** The leader goes on alone with all clients; then its tail must go. */
export function leaderCutOff(seed: number): Scenario {
  const fault = { type: 'isolateLeader', withClients: true } as const;
  return withFaults(seed, 3, [{ atUs: 3_000_000, forUs: 4_000_000, ...fault }]);
}
