// The page: how soon there is something to see, and how much work it is to draw it.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser } from '@playwright/test';
import { serve } from '../serve.mjs';
import { ROOT } from '../setup.mjs';
import { type Frames, LabBrowser, launch } from './LabBrowser.ts';
import { type Figure, quantile, spread } from './table.ts';

const FIRST_PORT = 4700;
const LOAD_SEEDS = 7;
const KILL_SEEDS = 20;
const FRAMES_MS = 5_000;
const THROTTLE = 4;
/** So that more than 60 messages are on their way at any time. */
const LOAD_CLIENTS = 4;
const ZNODES = 10_000;
const EVENTS = 200_000;

export async function* measurePage(): AsyncGenerator<Figure> {
  buildPage();
  const address = await serve(join(ROOT, 'dist'), FIRST_PORT, false);
  const browser = await launch();
  try {
    yield* firstLoad(browser, address);
    yield* waiting(browser, address);
    yield* drawing(browser, address);
    yield* large(browser, address);
  } finally {
    await browser.close();
  }
}

export function buildPage(): void {
  const vite = join(ROOT, 'node_modules/vite/bin/vite.js');
  const { status } = spawnSync(process.execPath, [vite, 'build', '--logLevel', 'error'], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error('the build failed');
}

async function* firstLoad(browser: Browser, address: string): AsyncGenerator<Figure> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const bodies = new Map<string, Promise<Buffer>>();
  let requests = 0;
  context.on('response', (response) => {
    requests += 1;
    bodies.set(response.url(), response.body());
  });
  await page.goto(address);
  await page.waitForSelector('.server-established');
  const files = await Promise.all(bodies.values());
  await context.close();
  const value = files.reduce((sum, file) => sum + gzipSync(file, { level: 9 }).length, 0) / 1000;
  const note = `${files.length} files`;
  yield { name: 'until a leader is seen, gzip', value, unit: 'kB', target: '<= 150 kB', note };
  const asked = 'each server is a worker and asks for its own';
  yield { name: 'until a leader is seen, requests', value: requests, unit: '', note: asked };
}

async function* waiting(browser: Browser, address: string): AsyncGenerator<Figure> {
  const loads: number[] = [];
  const kills: number[] = [];
  for (let seed = 1; seed <= KILL_SEEDS; seed++) {
    const lab = await LabBrowser.open(browser, `${address}?seed=${seed}`);
    const visibleMs = await lab.leaderVisibleMs();
    if (seed <= LOAD_SEEDS) loads.push(visibleMs / 1000);
    await lab.clientsConnected();
    kills.push((await lab.killToLeaderMs()) / 1000);
    await lab.close();
  }
  const note = spread(loads);
  yield {
    name: 'load to leader, median',
    value: quantile(loads, 0.5),
    unit: 's',
    target: '<= 3 s',
    note,
  };
  yield {
    name: 'kill to new leader, median',
    value: quantile(kills, 0.5),
    unit: 's',
    note: spread(kills),
  };
  yield {
    name: 'kill to new leader, 95 %',
    value: quantile(kills, 0.95),
    unit: 's',
    target: '<= 6 s',
  };
}

export function* frameFigures(
  name: string,
  frames: Frames,
  fps = '',
  busy = '',
): Generator<Figure> {
  const { perSecond, ringPerSecond, p95Ms, busyPercent } = frames;
  yield { name: `${name}: frames`, value: perSecond, unit: 'per s', target: fps };
  yield { name: `${name}: frames of the ring`, value: ringPerSecond, unit: 'per s', target: fps };
  yield { name: `${name}: 95 % of frames within`, value: p95Ms, unit: 'ms' };
  yield { name: `${name}: main thread busy`, value: busyPercent, unit: '%', target: busy };
}

/** Enough writes that messages fill the screen at the speed of the story. */
async function fillWires(lab: LabBrowser, clients: number): Promise<void> {
  for (let number = 2; number <= clients; number++) await lab.run('client add');
  await lab.run('run 2s');
  await lab.clientsConnected();
  for (let number = 1; number <= clients; number++) {
    await lab.run(`use C${number}`, `create /load-${number}`);
  }
  for (let number = 1; number <= clients; number++) {
    await lab.run(`load C${number} /load-${number} 100000 --every 10`);
  }
  await lab.run('run 500ms');
}

async function* drawing(browser: Browser, address: string): AsyncGenerator<Figure> {
  const lab = await LabBrowser.open(browser, `${address}?seed=1`);
  await lab.leaderVisibleMs();
  await lab.clientsConnected();
  await lab.run('run 3s');
  yield* frameFigures('at rest', await lab.frames(FRAMES_MS), '60', '<= 20 %');
  await fillWires(lab, LOAD_CLIENTS);
  const counts = [await lab.messagesInFlight()];
  const playing = await lab.frames(FRAMES_MS);
  counts.push(await lab.messagesInFlight());
  yield* frameFigures('under load', playing, '60', '<= 20 %');
  await lab.slowDown(THROTTLE);
  const throttled = await lab.frames(FRAMES_MS);
  counts.push(await lab.messagesInFlight());
  yield* frameFigures(`under load, processor ${THROTTLE}x slower`, throttled, '>= 50');
  await lab.slowDown(1);
  const name = 'under load: messages in flight, least';
  yield { name, value: Math.min(...counts), unit: '', target: '>= 60', note: `${counts}` };
  await lab.run('pause');
  const busy = await lab.busyPercent(FRAMES_MS);
  yield { name: 'paused: main thread busy', value: busy, unit: '%', target: '<= 2 %' };
  await lab.close();
}

/** 10,000 znodes, 24 clients, 200,000 events. */
async function* large(browser: Browser, address: string): AsyncGenerator<Figure> {
  const lab = await LabBrowser.open(browser, `${address}?seed=1`);
  await lab.leaderVisibleMs();
  await lab.run('speed 50', 'create /many');
  const batch = 500;
  for (let first = 0; first < ZNODES; first += batch) {
    const ops = Array.from({ length: batch }, (_, index) => `create /many/n${first + index}`);
    await lab.run(`multi { ${ops.join(' ; ')} }`);
  }
  for (let clients = 2; clients <= 24; clients++) await lab.run('client add');
  await lab.run('run 3s', 'speed 1');
  await lab.clientsConnected();
  for (let number = 1; number <= 24; number++) {
    await lab.run(`load C${number} /many/n${number} 100000 --every 50`);
  }
  const startMs = performance.now();
  let virtualSeconds = 0;
  for (; (await lab.eventCount()) < EVENTS; virtualSeconds++) await lab.run('run 1s');
  const seconds = (performance.now() - startMs) / 1000;
  const name = `${ZNODES} znodes, 24 clients, ${EVENTS} events`;
  const rate = `${virtualSeconds} virtual s, as fast as it can, in ${seconds.toFixed(1)} s`;
  yield* frameFigures(`${name}, under load`, await lab.frames(FRAMES_MS));
  yield {
    name: `${name}: heap of the page`,
    value: (await lab.heapBytes()) / 1e6,
    unit: 'MB',
    note: rate,
  };
  await lab.close();
}
