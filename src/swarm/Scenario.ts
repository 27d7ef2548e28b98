/** A run of the swarm, as plain data: a seed gives one scenario, and the scenario gives the run. */

import { Prng } from '../base/prng.ts';
import { DEFAULT_ENSEMBLE, type EnsembleConfig } from '../conductor/config.ts';
import { clientId, type ParticipantId, serverId } from '../network/address.ts';
import type { Fault, FaultBody } from './Fault.ts';

export interface ClientPlan {
  readonly client: ParticipantId;
  readonly startUs: number;
  readonly sessionTimeoutMs: number;
  /** Between bursts of operations, on average. */
  readonly paceMs: number;
  /** Also takes part in the lock queue, or in the election. */
  readonly recipe: 'lock' | 'elect' | null;
}

export interface Scenario {
  readonly seed: number;
  readonly config: EnsembleConfig;
  readonly clients: readonly ClientPlan[];
  /** In order of time. All are over at `healUs`. */
  readonly faults: readonly Fault[];
  readonly healUs: number;
}

const SIZES = [1, 2, 3, 3, 3, 3, 4, 5, 5, 5, 5, 7] as const;

export function makeScenario(seed: number): Scenario {
  const random = new Prng(seed).fork('scenario');
  const config = makeConfig(seed, random);
  const healUs = random.between(6, 14) * 1_000_000;
  const clients = makeClients(random, healUs, config.server.tickTimeMs);
  const faults = makeFaults(random, config, clients, healUs);
  return { seed, config, clients, faults, healUs };
}

function makeConfig(seed: number, random: Prng): EnsembleConfig {
  const participants = random.pick(SIZES);
  const min = random.between(2_000, 8_000);
  const tickTimeMs = random.between(200, 600);
  return {
    ...DEFAULT_ENSEMBLE,
    seed,
    participants,
    observers: random.pick([0, 0, 0, 1, 1, 2]),
    latencyUs: { min, max: min + random.between(0, 8_000) },
    diskLatencyUs: random.between(1_000, 15_000),
    server: {
      ...DEFAULT_ENSEMBLE.server,
      tickTimeMs,
      initLimitTicks: random.between(4, 10),
      syncLimitTicks: random.between(2, 5),
      minSessionTimeoutMs: 2 * tickTimeMs,
      maxSessionTimeoutMs: 20 * tickTimeMs,
      snapCount: random.pick([10, 30, 100, 1_000]),
      commitLogCount: random.pick([5, 20, 100, 500]),
      snapshotSizeFactor: random.fork('snapshotSizeFactor').pick([0.33, 1_000]),
      containerCheckIntervalMs: 2_000,
    },
  };
}

function makeClients(random: Prng, healUs: number, tickTimeMs: number): readonly ClientPlan[] {
  const count = random.between(2, 5);
  return Array.from({ length: count }, (_, i) => ({
    client: clientId(i + 1),
    startUs: random.below(Math.floor(healUs / 3)),
    sessionTimeoutMs: tickTimeMs * random.between(2, 12),
    paceMs: random.pick([30, 100, 300]),
    recipe: random.pick(['lock', 'lock', 'elect', null] as const),
  }));
}

function makeFaults(
  random: Prng,
  config: EnsembleConfig,
  clients: readonly ClientPlan[],
  healUs: number,
): readonly Fault[] {
  const count = random.pick([0, 2, 4, 6, 8, 12, 16]);
  const sids = config.participants + config.observers;
  const servers = Array.from({ length: sids }, (_, i) => serverId(i + 1));
  const names = clients.map(({ client }) => client);
  const faults: Fault[] = [];
  for (let i = 0; i < count; i++) {
    const atUs = random.between(100_000, healUs - 200_000);
    const body = makeFault(random, servers, names);
    const longUs = random.pick([50_000, 300_000, 1_000_000, 3_000_000]);
    // Shorter than syncLimit it would go unnoticed.
    const wantedUs =
      body.type === 'isolateLeader'
        ? random.between(1_500_000, 5_000_000)
        : random.between(1_000, longUs);
    faults.push({ atUs, forUs: Math.min(wantedUs, healUs - atUs - 1), ...body });
  }
  return faults.sort((a, b) => a.atUs - b.atUs);
}

const KINDS = [
  'kill',
  'kill',
  'powerCut',
  'powerCut',
  'pause',
  'wipe',
  'isolateLeader',
  'isolateLeader',
  'blackout',
  'partition',
  'partition',
  'cut',
  'slow',
  'lossy',
  'expireSession',
  'clientPause',
  'clientCut',
] as const;

function makeFault(
  random: Prng,
  servers: readonly ParticipantId[],
  clients: readonly ParticipantId[],
): FaultBody {
  const kind = random.pick(KINDS);
  const target = random.pick(servers);
  const client = random.pick(clients);
  const [from = target, to = client] = random.shuffle(
    servers.length > 1 ? servers : [target, client],
  );
  switch (kind) {
    case 'kill':
    case 'powerCut':
    case 'pause':
    case 'wipe':
      return { type: kind, target };
    case 'blackout': {
      const shuffled = random.shuffle(servers);
      return { type: kind, targets: shuffled.slice(0, random.between(1, servers.length)) };
    }
    case 'isolateLeader':
      return { type: kind, withClients: random.chance(700) };
    case 'partition': {
      const shuffled = random.shuffle([...servers, ...clients]);
      const size = random.between(1, shuffled.length - 1);
      return { type: 'partition', groups: [shuffled.slice(0, size), shuffled.slice(size)] };
    }
    case 'cut':
      return { type: random.fork('hold').chance(500) ? 'hold' : 'cut', from, to };
    case 'slow':
      return { type: 'slow', from, to, extraLatencyUs: random.between(10_000, 2_000_000) };
    case 'lossy':
      return { type: 'lossy', from, to, lossPercent: random.between(5, 80) };
    case 'expireSession':
      return { type: 'expireSession', client };
    case 'clientPause':
      return { type: 'pause', target: client };
    case 'clientCut':
      return random.chance(500)
        ? { type: 'cut', from: client, to: target }
        : { type: 'cut', from: target, to: client };
  }
}
