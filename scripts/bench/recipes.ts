// Coordination at its largest: what a crowd costs to watch.

import { join } from 'node:path';
import type { Browser } from '@playwright/test';
import { serve } from '../serve.mjs';
import { ROOT } from '../setup.mjs';
import { LabBrowser, launch } from './LabBrowser.ts';
import { buildPage, frameFigures } from './page.ts';
import type { Figure } from './table.ts';

const FIRST_PORT = 4750;
const FRAMES_MS = 5_000;
const CONTENDERS = 100;
const ITEMS = 1_000;
/** Commands of one client that may be under way are 64. */
const BATCH = 50;

export async function* measureRecipes(): AsyncGenerator<Figure> {
  buildPage();
  const address = await serve(join(ROOT, 'dist'), FIRST_PORT, false);
  const browser = await launch();
  try {
    yield* contenders(browser, address);
    yield* items(browser, address);
    yield* partitions(browser, address);
  } finally {
    await browser.close();
  }
}

async function open(browser: Browser, address: string): Promise<LabBrowser> {
  const lab = await LabBrowser.open(browser, `${address}?seed=1&servers=3`);
  await lab.leaderVisibleMs();
  await lab.run('run 2s');
  await lab.clientsConnected();
  return lab;
}

async function* contenders(browser: Browser, address: string): AsyncGenerator<Figure> {
  const lab = await open(browser, address);
  for (let number = 2; number <= CONTENDERS; number++) await lab.run('client add');
  await lab.run('run 5s');
  await lab.clientsConnected();
  for (let number = 1; number <= CONTENDERS; number++) await lab.run(`lock C${number} /locks/a`);
  await lab.run('run 20s');
  await lab.page.getByRole('tab', { name: 'Recipes' }).click();
  const first = await lab.page.evaluate(() => {
    const holders = JSON.stringify(window.lab.state()['lockQueues']);
    const queues: { tickets: { client: string }[] }[] = JSON.parse(holders);
    return queues[0]?.tickets[0]?.client;
  });
  await lab.run(`unlock ${first} /locks/a`);
  yield* frameFigures(`${CONTENDERS} contenders, one lets go`, await lab.frames(FRAMES_MS), '60');
  await lab.close();
}

async function* items(browser: Browser, address: string): AsyncGenerator<Figure> {
  const lab = await open(browser, address);
  for (let start = 0; start < ITEMS; start += BATCH) {
    await lab.runTogether(
      Array.from({ length: BATCH }, (_, index) => `queue put C1 /queue/a item-${start + index}`),
    );
  }
  await lab.page.getByRole('tab', { name: 'Recipes' }).click();
  await lab.run('queue consume C1 /queue/a --work 20');
  yield* frameFigures(`${ITEMS} items, consumed`, await lab.frames(FRAMES_MS), '60');
  await lab.close();
}

async function* partitions(browser: Browser, address: string): AsyncGenerator<Figure> {
  const lab = await open(browser, address);
  await lab.run('kafka start 5', 'run 10s');
  await lab.run('kafka topic create orders --partitions 50 --replicas 3', 'run 20s');
  await lab.page.getByRole('tab', { name: 'Kafka' }).click();
  await lab.run('kafka produce orders --rate 10');
  yield* frameFigures('50 partitions on 5 brokers', await lab.frames(FRAMES_MS), '60');
  await lab.close();
}
