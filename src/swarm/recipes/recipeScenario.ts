/** What a seed means for the recipes: a small ensemble, and trouble that clients feel. */

import { Prng } from '../../base/prng.ts';
import { DEFAULT_ENSEMBLE } from '../../conductor/config.ts';
import { clientId, type ParticipantId, serverId } from '../../network/address.ts';
import type { Fault, FaultBody } from '../Fault.ts';
import type { ClientPlan, Scenario } from '../Scenario.ts';

const SERVERS = 3;
const TICK_TIME_MS = 300;
/** The ensemble has a leader by then. */
const START_US = 1_000_000;

export function recipeScenario(seed: number, clientCount: number): Scenario {
  const random = new Prng(seed).fork('recipe scenario');
  const healUs = START_US + random.between(3, 6) * 1_000_000;
  const clients = Array.from(
    { length: clientCount },
    (_, i): ClientPlan => ({
      client: clientId(i + 1),
      startUs: START_US + random.below(300_000),
      sessionTimeoutMs: TICK_TIME_MS * random.between(2, 8),
      paceMs: random.pick([30, 100, 300]),
      recipe: null,
    }),
  );
  const names = clients.map(({ client }) => client);
  const faults = Array.from({ length: random.between(2, 8) }, () =>
    makeFault(random, names, healUs),
  );
  const latencyUs = random.between(3_000, 10_000);
  return {
    seed,
    config: {
      ...DEFAULT_ENSEMBLE,
      seed,
      participants: SERVERS,
      latencyUs: { min: latencyUs, max: latencyUs + random.between(0, 5_000) },
      server: {
        ...DEFAULT_ENSEMBLE.server,
        tickTimeMs: TICK_TIME_MS,
        initLimitTicks: 5,
        syncLimitTicks: 3,
        minSessionTimeoutMs: 2 * TICK_TIME_MS,
        maxSessionTimeoutMs: 20 * TICK_TIME_MS,
        containerCheckIntervalMs: 2_000,
      },
    },
    clients,
    faults: faults.sort((a, b) => a.atUs - b.atUs),
    healUs,
  };
}

function makeFault(random: Prng, clients: readonly ParticipantId[], healUs: number): Fault {
  const atUs = random.between(START_US + 200_000, healUs - 200_000);
  const longUs = random.pick([20_000, 300_000, 1_000_000, 2_500_000]);
  const forUs = Math.min(random.between(1_000, longUs), healUs - atUs - 1);
  return { atUs, forUs, ...makeBody(random, clients) };
}

const KINDS = [
  'kill',
  'kill',
  'powerCut',
  'isolateLeader',
  'isolateLeader',
  'partition',
  'expireSession',
  'expireSession',
  'clientPause',
  'clientPause',
  'clientCut',
  'clientCut',
  'clientCut',
] as const;

function makeBody(random: Prng, clients: readonly ParticipantId[]): FaultBody {
  const servers = Array.from({ length: SERVERS }, (_, i) => serverId(i + 1));
  const kind = random.pick(KINDS);
  const target = random.pick(servers);
  const client = random.pick(clients);
  switch (kind) {
    case 'kill':
    case 'powerCut':
      return { type: kind, target };
    case 'isolateLeader':
      return { type: kind, withClients: random.chance(500) };
    case 'partition': {
      const shuffled = random.shuffle([...servers, ...clients]);
      const size = random.between(1, shuffled.length - 1);
      return { type: 'partition', groups: [shuffled.slice(0, size), shuffled.slice(size)] };
    }
    case 'expireSession':
      return { type: kind, client };
    case 'clientPause':
      return { type: 'pause', target: client };
    case 'clientCut':
      // Cut off from all: its session may expire without its knowing.
      if (random.chance(500)) return { type: 'partition', groups: [[client], servers] };
      return random.chance(500)
        ? { type: 'cut', from: client, to: target }
        : { type: 'cut', from: target, to: client };
  }
}
