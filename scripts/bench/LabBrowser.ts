// The built page in a real Chromium, and what the browser says of its work.

import { type Browser, type CDPSession, chromium, type Page, type Worker } from '@playwright/test';
import type { LabApi } from '../../src/lab/LabApi.ts';
import { ensureBrowser } from '../browser.mjs';

declare global {
  interface Window {
    lab: LabApi;
  }
}

const ARGS = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--enable-precise-memory-info',
];

/** Somebody who has seen the first minute. */
const KEPT = JSON.stringify({ firstMinuteDone: true });

export async function launch(): Promise<Browser> {
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const executablePath = (await ensureBrowser()) ?? '';
  return chromium.launch({ executablePath, args: [...ARGS, ...sandbox] });
}

export interface Frames {
  readonly perSecond: number;
  /** The same in the worker that draws what moves on the ring. */
  readonly ringPerSecond: number;
  /** 95 of 100 frames came within this after the one before. */
  readonly p95Ms: number;
  /** Processor time of the main thread, in percent of the time that passed. */
  readonly busyPercent: number;
}

export class LabBrowser {
  readonly page: Page;
  private readonly cdp: CDPSession;

  private constructor(page: Page, cdp: CDPSession) {
    this.page = page;
    this.cdp = cdp;
  }

  /** A page of its own, as large as a laptop's. */
  static async open(browser: Browser, address: string): Promise<LabBrowser> {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    await page.addInitScript((kept) => localStorage.setItem('ensemble', kept), KEPT);
    const lab = new LabBrowser(page, await context.newCDPSession(page));
    await lab.cdp.send('Performance.enable');
    await page.goto(address);
    return lab;
  }

  close(): Promise<void> {
    return this.page.context().close();
  }

  /** Milliseconds from the start of the navigation until a leader is on the screen. */
  async leaderVisibleMs(): Promise<number> {
    const handle = await this.page.waitForFunction(
      () => (document.querySelector('.server-established') === null ? 0 : performance.now()),
      null,
      { polling: 'raf' },
    );
    return handle.jsonValue();
  }

  /** Milliseconds from the kill of the leader until another is on the screen. */
  killToLeaderMs(): Promise<number> {
    // No functions inside: tsx would mark them with a helper that the page does not have.
    return this.page.evaluate(async () => {
      const killed = document.querySelector('.server-established')?.getAttribute('data-server');
      const startMs = performance.now();
      await window.lab.exec('kill leader');
      for (;;) {
        const leader = document.querySelector('.server-established')?.getAttribute('data-server');
        if (leader !== undefined && leader !== killed) return performance.now() - startMs;
        await new Promise((resolve) => requestAnimationFrame(resolve));
      }
    });
  }

  /** Until every client has its session. */
  async clientsConnected(): Promise<void> {
    await this.page.waitForFunction(
      () => {
        const text = JSON.stringify(window.lab.state()['clients']);
        const clients: { state: string }[] = JSON.parse(text);
        return clients.every(({ state }) => state === 'connected');
      },
      null,
      { polling: 100 },
    );
  }

  async run(...lines: readonly string[]): Promise<void> {
    for (const line of lines) {
      const { ok, text } = await this.page.evaluate((one) => window.lab.exec(one), line);
      if (!ok) throw new Error(`${line}: ${text}`);
    }
  }

  /** Lines that do not wait for each other, and virtual time until all are answered. */
  async runTogether(lines: readonly string[]): Promise<void> {
    await this.page.evaluate(async (all) => {
      let open = all.length;
      for (const line of all) {
        void window.lab.exec(line).then(() => {
          open -= 1;
        });
      }
      while (open > 0) await window.lab.exec('run 200ms');
    }, lines);
  }

  messagesInFlight(): Promise<number> {
    return this.page.evaluate(() => {
      const messages = window.lab.state()['messages'];
      return Array.isArray(messages) ? messages.length : 0;
    });
  }

  eventCount(): Promise<number> {
    return this.page.evaluate(() => Number(window.lab.state()['eventCount']));
  }

  async heapBytes(): Promise<number> {
    await this.cdp.send('HeapProfiler.collectGarbage');
    const { usedSize } = await this.cdp.send('Runtime.getHeapUsage');
    return usedSize;
  }

  /** 1 is as it is. */
  async slowDown(rate: number): Promise<void> {
    await this.cdp.send('Emulation.setCPUThrottlingRate', { rate });
  }

  async frames(durationMs: number): Promise<Frames> {
    const busy = this.busyPercent(durationMs);
    const [times, ringTimes] = await Promise.all([
      this.page.evaluate(frameTimes, durationMs),
      this.ringWorker().evaluate(frameTimes, durationMs),
    ]);
    const gaps = gapsOf(times).sort((a, b) => a - b);
    const p95Ms = gaps[Math.floor(gaps.length * 0.95)] ?? Number.NaN;
    return {
      perSecond: perSecond(gaps),
      ringPerSecond: perSecond(gapsOf(ringTimes)),
      p95Ms,
      busyPercent: await busy,
    };
  }

  /** Processor time of the main thread, in percent of the time that passes. */
  async busyPercent(durationMs: number): Promise<number> {
    const before = await this.processorSeconds();
    await new Promise((resolve) => setTimeout(resolve, durationMs));
    const after = await this.processorSeconds();
    return ((after.tasks - before.tasks) / (after.now - before.now)) * 100;
  }

  private ringWorker(): Worker {
    const worker = this.page.workers().find((one) => one.url().includes('ring.worker'));
    if (worker === undefined) throw new Error('nobody draws the ring');
    return worker;
  }

  private async processorSeconds(): Promise<{ tasks: number; now: number }> {
    const { metrics } = await this.cdp.send('Performance.getMetrics');
    const read = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? 0;
    return { tasks: read('ThreadTime'), now: read('Timestamp') };
  }
}

/** Runs in the browser: when each frame came, for so long. */
async function frameTimes(durationMs: number): Promise<number[]> {
  const times: number[] = [];
  const startMs = performance.now();
  while (performance.now() - startMs < durationMs) {
    times.push(await new Promise<number>((resolve) => requestAnimationFrame(resolve)));
  }
  return times;
}

const gapsOf = (times: readonly number[]): number[] =>
  times.slice(1).map((time, index) => time - (times[index] ?? time));

const perSecond = (gaps: readonly number[]): number =>
  (gaps.length * 1000) / gaps.reduce((sum, gap) => sum + gap, 0);
