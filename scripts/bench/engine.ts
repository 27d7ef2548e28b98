// The simulator in one thread: trace events per second of processor time, under load.

import { setImmediate } from 'node:timers';
import { liveChecks } from '../../src/checks/allChecks.ts';
import type { Action } from '../../src/conductor/actions.ts';
import { Conductor } from '../../src/conductor/Conductor.ts';
import { DEFAULT_ENSEMBLE } from '../../src/conductor/config.ts';
import { SameThreadHost } from '../../src/conductor/SameThreadHost.ts';
import { createPrograms } from '../../src/hosts/programs.ts';
import type { TraceEvent } from '../../src/trace/TraceEvent.ts';
import { type Figure, quantile, spread } from './table.ts';

const CLIENTS = 4;
const WARM_UP_US = 3_000_000;
/** Virtual time, long enough for some hundred thousand events. */
const MEASURED_US = 10_000_000;
const RUNS = 3;

const drain = () =>
  new Promise<void>((resolve) => {
    setImmediate(resolve);
  });

interface Load {
  readonly intervalMs: number;
  /** Called with all that happens. */
  readonly onTrace: (events: readonly TraceEvent[]) => void;
}

/** Events per second of an ensemble of five that writes all the time. */
async function eventsPerSecond(seed: number, { intervalMs, onTrace }: Load): Promise<number> {
  let count = 0;
  const host = new SameThreadHost(createPrograms(drain));
  const conductor = new Conductor({ ...DEFAULT_ENSEMBLE, seed }, host, (events) => {
    count += events.length;
    onTrace(events);
  });
  for (const action of setUp(intervalMs)) await conductor.perform(action);
  await conductor.advanceTo(WARM_UP_US);
  const measuredUs = (MEASURED_US * intervalMs) / 10;
  const before = count;
  const start = process.cpuUsage();
  await conductor.advanceTo(WARM_UP_US + measuredUs);
  const { user, system } = process.cpuUsage(start);
  const seconds = (user + system) / 1e6;
  conductor.dispose();
  return (count - before) / seconds;
}

function* setUp(intervalMs: number): Generator<Action> {
  for (let number = 1; number <= CLIENTS; number++) {
    const client = `C${number}`;
    yield { type: 'addClient', client, servers: [], sessionTimeoutMs: 6_000, chroot: '' };
    const command = { type: 'command', client } as const;
    const path = `/load-${number}`;
    yield { ...command, command: number, name: 'create', args: { path } };
    const args = { path, count: 1_000_000, intervalMs };
    yield { ...command, command: CLIENTS + number, name: 'load', args };
  }
}

export async function* measureEngine(): AsyncGenerator<Figure> {
  const checked = () => {
    const checks = liveChecks();
    return (events: readonly TraceEvent[]) => {
      for (const event of events) for (const check of checks) check.observe(event);
    };
  };
  const loads = [
    { name: 'engine, 400 writes/s, no checks', intervalMs: 10, onTrace: () => () => {} },
    { name: 'engine, 400 writes/s, all checks', intervalMs: 10, onTrace: checked },
    { name: 'engine, 4,000 writes/s, no checks', intervalMs: 1, onTrace: () => () => {} },
    { name: 'engine, 4,000 writes/s, all checks', intervalMs: 1, onTrace: checked },
  ];
  for (const { name, intervalMs, onTrace } of loads) {
    const rates: number[] = [];
    for (let seed = 1; seed <= RUNS; seed++) {
      rates.push(await eventsPerSecond(seed, { intervalMs, onTrace: onTrace() }));
    }
    const value = quantile(rates, 0.5);
    yield { name, value, unit: 'events/s', target: '>= 100,000', note: spread(rates) };
  }
}
