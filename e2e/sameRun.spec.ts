/** Seed + configuration + actions = the run: here with a worker for each server, there without. */

import { expect, type Page, test } from '@playwright/test';
import type { Action } from '../src/conductor/actions.ts';
import { replay } from '../src/conductor/replay.ts';
import { SameThreadHost } from '../src/conductor/SameThreadHost.ts';
import { createPrograms } from '../src/hosts/programs.ts';
import { configOf, parseSettings } from '../src/lab/settings.ts';

const QUERY = '?seed=7&servers=5&clients=2';
const LINES = [
  'run 1s',
  'create /greeting hello',
  'run 200ms',
  'create /held',
  'run 1ms',
  'hold C1>1,2,3,4,5',
  'drop C1>1,2,3,4,5',
  'run 300ms',
  'release',
  'run 1s',
  'kill leader',
  'run 3s',
  'oneway 1>2',
  'lose 3 4 20',
  'restart 5',
  'run 3s',
  'powercut 2',
  'run 1s',
  'heal',
  'restart all',
  'run 5s',
];

const serverWorkers = (page: Page) =>
  page.workers().filter((worker) => worker.url().includes('server.worker'));

/** Lines that wait for an answer need time to pass: each is given until the next ones are done. */
async function play(page: Page, lines: readonly string[]): Promise<void> {
  await page.evaluate(async (all) => {
    const answers: Promise<unknown>[] = [];
    for (const line of all) {
      const answer = window.lab.exec(line);
      if (line.startsWith('create')) answers.push(answer);
      else await answer;
    }
    await Promise.all(answers);
  }, lines);
}

test('Chromium with workers and Node without do the same', async ({ page }) => {
  await page.goto(`./${QUERY}`);
  await play(page, ['pause', ...LINES]);
  const { hash, nowUs, actions } = await page.evaluate(() => {
    const { traceHash, nowUs, leader } = window.lab.state();
    if (leader === null) throw new Error('no leader in the end');
    const actions = window.lab.trace({ type: 'actionTaken' });
    return { hash: traceHash, nowUs: Number(nowUs), actions };
  });
  const stamped = actions.flatMap((event) =>
    event.type === 'actionTaken'
      ? [{ atUs: event.atUs, action: JSON.parse(event.action) as Action }]
      : [],
  );
  const types = stamped.map(({ action }) => action.type);
  expect(types).toEqual(expect.arrayContaining(['powerCut', 'loseMessage']));
  const host = new SameThreadHost(createPrograms(() => new Promise((done) => setImmediate(done))));
  const config = configOf(parseSettings(QUERY).settings);
  const again = await replay(config, stamped, nowUs, host, () => {});
  expect(again.traceHash).toBe(hash);
});

test('each server is a worker of its own, and a kill terminates it', async ({ page }) => {
  await page.goto(`./${QUERY}`);
  await play(page, ['pause', 'run 1s']);
  expect(serverWorkers(page)).toHaveLength(5);
  await play(page, ['kill 3', 'run 100ms']);
  await expect.poll(() => serverWorkers(page).length).toBe(4);
  await play(page, ['restart 3', 'run 1s']);
  await expect.poll(() => serverWorkers(page).length).toBe(5);
});
