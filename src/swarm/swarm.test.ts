/** A few runs of the swarm: enough to see that it works; `npm run swarm` is the real thing. */

import { describe, expect, test } from 'vitest';
import { SameThreadHost } from '../conductor/SameThreadHost.ts';
import type { Fault } from './Fault.ts';
import { PINNED } from './pinnedSeeds.ts';
import { swarmPrograms } from './programs.ts';
import { runScenario } from './runScenario.ts';
import { makeScenario, type Scenario } from './Scenario.ts';
import { shrink } from './shrink.ts';
import { leaderCutOff, withFaults } from './testing/scenarios.ts';

const TIMEOUT_MS = 60_000;

const drain = () => new Promise<void>((resolve) => setImmediate(resolve));
const run = (scenario: Scenario) => runScenario(scenario, new SameThreadHost(swarmPrograms(drain)));

describe('a run', { timeout: TIMEOUT_MS }, () => {
  test('passes, and is the same when it is run again', async () => {
    const one = await run(makeScenario(2));
    expect(one.violation).toBeNull();
    expect(await run(makeScenario(2))).toEqual(one);
  });

  test('has an old leader forget what nobody else has', async () => {
    const marks = new Set<string>();
    for (let seed = 1; seed <= 10 && !marks.has('TRUNC'); seed++) {
      const outcome = await run(leaderCutOff(seed));
      expect(outcome.violation).toBeNull();
      for (const mark of outcome.marks) marks.add(mark);
    }
    expect(marks).toContain('TRUNC');
  });
});

describe('what once failed', { timeout: TIMEOUT_MS }, () => {
  test.each(PINNED)('$why', async ({ seed, participants, faults }) => {
    expect((await run(withFaults(seed, participants, faults))).violation).toBeNull();
  });
});

describe('shrink', () => {
  const fault = (atUs: number): Fault => ({ atUs, forUs: 1, type: 'pause', target: 'S1' });
  const script = Array.from({ length: 13 }, (_, i) => fault(i));
  const needs = (times: readonly number[]) => async (some: readonly Fault[]) =>
    times.every((time) => some.some(({ atUs }) => atUs === time));

  test('keeps exactly the faults that it takes', async () => {
    const fewest = await shrink(script, needs([3, 11]), 100);
    expect(fewest.map(({ atUs }) => atUs)).toEqual([3, 11]);
    expect(await shrink(script, needs([]), 100)).toEqual([]);
  });

  test('stops after so many tries', async () => {
    let tries = 0;
    await shrink(script, async () => ++tries < 0, 5);
    expect(tries).toBe(5);
  });
});
