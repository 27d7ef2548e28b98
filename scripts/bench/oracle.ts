/**
 * Side by side with a real Apache ZooKeeper on the same cores, round by round in turn: three
 * servers each, files without fsync on both sides, the load generator in a process of its own.
 */

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findRelease, isInstalled, NOT_INSTALLED, type Release } from '../../oracle/releases.mjs';
import { ROOT } from '../setup.mjs';
import { LoadConnection } from './LoadConnection.ts';
import {
  type Contestant,
  connectString,
  type Memory,
  startOurs,
  startReal,
  untilServing,
} from './oracleEnsembles.ts';
import type { LoadResult } from './oracleLoad.ts';
import { type Figure, quantile, spread } from './table.ts';

/** Of each load, after one that warms up, and of fail-over. */
const ROUNDS = 5;
const ZNODES = 100_000;
const LOADS = [
  { mode: 'set', target: '>= 1' },
  { mode: 'get', target: '>= 2' },
] as const;
const RETRY_MS = 2;
const ATTEMPT_MS = 5_000;
const MB = 1 << 20;

interface Both<T> {
  readonly ours: T;
  readonly real: T;
}

/** `minor`: 3.8 or 3.9. */
export async function* measureOracle(minor: string): AsyncGenerator<Figure> {
  const release = findRelease(minor);
  if (release === undefined) {
    console.error(isInstalled() ? `oracle skipped: no ${minor} here` : `oracle ${NOT_INSTALLED}`);
    return;
  }
  yield* withBoth(release, async function* (both) {
    for (const load of LOADS) yield* rates(both, load);
    yield* failOver(both);
  });
  // Of servers that have done nothing else.
  yield* withBoth(release, memory);
}

async function* withBoth(
  release: Release,
  measure: (both: Both<Contestant>) => AsyncGenerator<Figure>,
): AsyncGenerator<Figure> {
  const real = await startReal(release);
  const ours = await startOurs();
  try {
    const both = { ours, real };
    await inTurn(both, untilServing);
    yield* measure(both);
  } finally {
    await Promise.all([ours.stop(), real.stop()]);
  }
}

async function inTurn<T>(
  { ours, real }: Both<Contestant>,
  measure: (contestant: Contestant) => Promise<T>,
): Promise<Both<T>> {
  return { ours: await measure(ours), real: await measure(real) };
}

async function* rates(
  both: Both<Contestant>,
  { mode, target }: (typeof LOADS)[number],
): AsyncGenerator<Figure> {
  const rounds: Both<LoadResult>[] = [];
  await inTurn(both, (it) => load<LoadResult>(it, mode));
  for (let round = 0; round < ROUNDS; round++) {
    rounds.push(await inTurn(both, (it) => load<LoadResult>(it, mode)));
  }
  const perSecond = pick(rounds, (it) => it.operationsPerSecond);
  yield* compared({ name: mode, unit: '/s', target }, perSecond);
  const name = `${mode}, answer`;
  const median = pick(rounds, (it) => it.medianMs);
  yield* compared({ name, unit: 'ms' }, median);
  const cpu = pick(rounds, (it) => it.cpuUs ?? Number.NaN);
  if (cpu.ours.some(Number.isNaN)) return;
  yield* compared({ name: `${mode}, processor`, unit: 'us' }, cpu);
}

async function* memory(both: Both<Contestant>): AsyncGenerator<Figure> {
  const before = await inTurn(both, (it) => it.memory());
  await inTurn(both, (it) => load(it, 'fill', '--znodes', `${ZNODES}`));
  const after = await inTurn(both, (it) => it.memory());
  const name = `${ZNODES.toLocaleString('en-US')} znodes on 3 servers`;
  const megabytes = (memories: Both<Memory>, pickBytes: (memory: Memory) => number | null) => ({
    ours: [(pickBytes(memories.ours) ?? Number.NaN) / MB],
    real: [(pickBytes(memories.real) ?? Number.NaN) / MB],
  });
  const target = '<= 1';
  const resident = megabytes(after, (it) => it.residentBytes);
  yield* compared({ name: `${name}, RSS`, unit: 'MB', target }, resident);
  if (after.real.liveBytes === null) return;
  const [empty, full] = [before, after].map((it) => megabytes(it, ({ liveBytes }) => liveBytes));
  const grown = {
    ours: [(full?.ours[0] ?? 0) - (empty?.ours[0] ?? 0)],
    real: [(full?.real[0] ?? 0) - (empty?.real[0] ?? 0)],
  };
  const heap = `${name}, heap they add`;
  yield* compared({ name: heap, unit: 'MB', target }, grown);
}

async function* failOver(both: Both<Contestant>): AsyncGenerator<Figure> {
  const rounds: Both<number>[] = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push(await inTurn(both, failOverMs));
  const name = 'fail-over, leader killed to next write';
  const values = pick(rounds, (it) => it);
  yield* compared({ name, unit: 'ms', target: '<= 0.5' }, values);
}

interface Compared {
  readonly name: string;
  readonly unit: string;
  /** Of the ratio of ours to the real one's. */
  readonly target?: string;
}

/** Both medians, and their ratio. */
function* compared(
  { name, unit, target }: Compared,
  { ours, real }: Both<readonly number[]>,
): Generator<Figure> {
  const [own, other] = [quantile(ours, 0.5), quantile(real, 0.5)];
  yield { name: `${name}, ours`, value: own, unit, note: noteOf(ours) };
  yield { name: `${name}, Apache`, value: other, unit, note: noteOf(real) };
  yield {
    name: `${name}, ours / Apache`,
    value: own / other,
    unit: 'times',
    ...(target === undefined ? {} : { target }),
  };
}

const noteOf = (values: readonly number[]): string => (values.length > 1 ? spread(values) : '');

function pick<T>(
  rounds: readonly Both<T>[],
  value: (result: T) => number,
): Both<readonly number[]> {
  return {
    ours: rounds.map(({ ours }) => value(ours)),
    real: rounds.map(({ real }) => value(real)),
  };
}

/** Runs the load generator and parses what it prints. */
async function load<T>(contestant: Contestant, mode: string, ...options: string[]): Promise<T> {
  const program = join(ROOT, 'scripts/bench/oracleLoad.ts');
  const pids = contestant.pids().join(',');
  const args = [mode, '--connect', connectString(contestant), '--pids', pids, ...options];
  const node = ['--import', 'tsx', program, ...args];
  const { stdout } = await promisify(execFile)(process.execPath, node, { cwd: ROOT });
  return JSON.parse(stdout) as T;
}

/** From the leader's death to the acknowledgement of a write that was asked for after it. */
async function failOverMs(contestant: Contestant): Promise<number> {
  const leader = await untilServing(contestant);
  const survivors = contestant.ports.filter((_, server) => server !== leader);
  const startMs = performance.now();
  await contestant.kill(leader);
  const race = { isOver: false };
  await Promise.race(survivors.map((port) => untilWritten(port, race)));
  const endMs = performance.now();
  race.isOver = true;
  await contestant.restart(leader);
  await untilServing(contestant);
  return endMs - startMs;
}

async function untilWritten(port: number, race: { readonly isOver: boolean }): Promise<void> {
  while (!race.isOver) {
    try {
      return await within(ATTEMPT_MS, write(port));
    } catch {
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

async function write(port: number): Promise<void> {
  const connection = await LoadConnection.open(`127.0.0.1:${port}`);
  const data = new Uint8Array(0);
  const err = await connection.ask({ type: 'setData', path: '/bench', data, version: -1 });
  connection.close();
  if (err !== 0) throw new Error(`${err}`);
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(reject, ms, new Error('late'));
  });
  return await Promise.race([work, late]).finally(() => clearTimeout(timer));
}
