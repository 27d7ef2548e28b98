// npm run swarm -- --seeds N [--from M]: runs that many scenarios on all cores, with every check.
// npm run swarm -- --seed N: one of them; if it fails, also the smallest fault script that does.

import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { SameThreadHost } from '../src/conductor/SameThreadHost.ts';
import type { Fault } from '../src/swarm/Fault.ts';
import { MARKS, type Mark } from '../src/swarm/Marks.ts';
import { swarmPrograms } from '../src/swarm/programs.ts';
import { type Outcome, runScenario } from '../src/swarm/runScenario.ts';
import { makeScenario, type Scenario } from '../src/swarm/Scenario.ts';
import { shrink } from '../src/swarm/shrink.ts';

/** Over so many seeds every mark must be reached. */
const SEEDS_FOR_ALL_MARKS = 500;
const SHRINK_TRIES_MAX = 100;
/** A run of the swarm stops after so many failures: they tend to be one and the same. */
const FAILURES_MAX = 5;
const WORKERS_MAX = 8;
const PROGRESS_MS = 10_000;
/** Argument of the processes that this one starts; seeds come to them, reports go back. */
const WORKER = 'worker';

interface Report {
  readonly seed: number;
  readonly violation: Outcome['violation'];
  readonly marks: readonly Mark[];
  readonly eventCount: number;
  readonly virtualSeconds: number;
}

const drain = () =>
  new Promise<void>((resolve) => {
    setImmediate(resolve);
  });

const run = (scenario: Scenario): Promise<Outcome> =>
  runScenario(scenario, new SameThreadHost(swarmPrograms(drain)));

async function report(seed: number): Promise<Report> {
  const { violation, marks, eventCount, endUs } = await run(makeScenario(seed));
  return { seed, violation, marks: [...marks], eventCount, virtualSeconds: endUs / 1e6 };
}

async function explain(seed: number): Promise<boolean> {
  const scenario = makeScenario(seed);
  const { config, clients, faults } = scenario;
  const { violation, eventCount, endUs, traceHash, marks } = await run(scenario);
  const size = `${config.participants} voters, ${config.observers} observers`;
  console.log(`seed ${seed}: ${size}, ${clients.length} clients, ${faults.length} faults`);
  console.log(`  ${eventCount} events in ${endUs / 1e6} virtual s, trace hash ${traceHash}`);
  console.log(`  reached: ${[...marks].join(', ')}`);
  if (violation === null) {
    console.log('  all checks hold');
    return true;
  }
  console.log(`  ${violation.check}: ${violation.sentence}`);
  const failsAlike = async (some: readonly Fault[]) =>
    (await run({ ...scenario, faults: some })).violation?.check === violation.check;
  const fewest = await shrink(faults, failsAlike, SHRINK_TRIES_MAX);
  const again = await run({ ...scenario, faults: fewest });
  console.log(`  with ${fewest.length} of ${faults.length} faults: ${again.violation?.sentence}`);
  for (const fault of fewest) console.log(`    ${JSON.stringify(fault)}`);
  return false;
}

/** Calls `onReport` for each seed as it is done; it says whether to go on. */
async function runAll(
  seeds: readonly number[],
  onReport: (report: Report) => boolean,
): Promise<void> {
  const waiting = [...seeds];
  const count = Math.min(availableParallelism(), WORKERS_MAX, seeds.length);
  await Promise.all(
    Array.from({ length: count }, async () => {
      // A process, since tsx does not reach into worker threads.
      const script = fileURLToPath(import.meta.url);
      const worker = fork(script, [WORKER], { execArgv: ['--import', 'tsx'] });
      try {
        for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) {
          if (!onReport(await ask(worker, seed))) waiting.length = 0;
        }
      } finally {
        worker.disconnect();
      }
    }),
  );
}

function ask(worker: ChildProcess, seed: number): Promise<Report> {
  return new Promise((resolve, reject) => {
    const onExit = () => reject(new Error(`seed ${seed} ended its process`));
    worker.once('exit', onExit);
    worker.once('message', (message) => {
      worker.off('exit', onExit);
      resolve(message as Report);
    });
    worker.send(seed);
  });
}

async function runSwarm(count: number, from: number): Promise<boolean> {
  const seeds = Array.from({ length: count }, (_, i) => from + i);
  const reached = new Map<Mark, number>(MARKS.map((mark) => [mark, 0]));
  const failed: Report[] = [];
  const startMs = performance.now();
  let done = 0;
  let events = 0;
  let virtual = 0;
  let toldMs = startMs;
  await runAll(seeds, (one) => {
    done += 1;
    events += one.eventCount;
    virtual += one.virtualSeconds;
    for (const mark of one.marks) reached.set(mark, (reached.get(mark) ?? 0) + 1);
    if (one.violation !== null) {
      failed.push(one);
      console.log(`seed ${one.seed} FAILS ${one.violation.check}: ${one.violation.sentence}`);
    }
    if (performance.now() - toldMs > PROGRESS_MS) {
      toldMs = performance.now();
      console.log(`${done} of ${count} seeds, ${failed.length} failed`);
    }
    return failed.length < FAILURES_MAX;
  });
  for (const { seed } of failed.slice(0, 1)) await explain(seed);
  const list = [...reached].map(([mark, times]) => `${mark} ${times}`);
  console.log(`sometimes: ${list.join(', ')}`);
  const missing = MARKS.filter((mark) => reached.get(mark) === 0);
  const mustReach = done >= SEEDS_FOR_ALL_MARKS && missing.length > 0;
  if (mustReach) console.log(`never reached: ${missing.join(', ')}`);
  const elapsed = (performance.now() - startMs) / 1000;
  const rate = Math.round(events / elapsed / 1000);
  const marks = `${MARKS.length - missing.length} of ${MARKS.length} marks`;
  const time = `${Math.round(virtual)} virtual s in ${elapsed.toFixed(1)} s`;
  const speed = `${events} events, ${time}, ${rate}k events/s`;
  console.log(`${done} seeds, ${failed.length} failed, ${marks}, ${speed}`);
  return failed.length === 0 && !mustReach;
}

function wholeNumber(text: string, what: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  console.error(`${what} must be a whole number, not ${text}`);
  return process.exit(2);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      seeds: { type: 'string', default: '100' },
      from: { type: 'string', default: '1' },
    },
  });
  const { seed, seeds, from } = values;
  const isFine =
    seed === undefined
      ? await runSwarm(wholeNumber(seeds, '--seeds'), wholeNumber(from, '--from'))
      : await explain(wholeNumber(seed, '--seed'));
  process.exitCode = isFine ? 0 : 1;
}

if (process.argv[2] === WORKER) {
  process.on('message', (seed: number) => {
    void report(seed).then((one) => process.send?.(one));
  });
} else {
  await main();
}
