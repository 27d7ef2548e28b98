/**
 * The page as the tests drive it. A test waits for what the lab says, never for a time; whatever
 * the browser complains about fails it.
 */

import { test as base, expect as baseExpect, type Locator, type Page } from '@playwright/test';
import axe from 'axe-core';
import type { JsonValue } from '../src/client/trace.ts';

declare global {
  interface Window {
    readonly axe: typeof axe;
  }
}

export interface ServerState {
  readonly id: string;
  readonly role: 'participant' | 'observer';
  readonly alive: boolean;
  readonly process: 'up' | 'paused' | 'down' | 'off' | 'crashed';
  readonly state: 'LOOKING' | 'FOLLOWING' | 'LEADING' | 'OBSERVING';
  readonly phase: string;
  readonly leader: number | null;
  readonly currentEpoch: number;
  readonly lastZxid: string;
  readonly lastCommitted: string;
  readonly digest: string;
}

export interface Ticket {
  readonly znode: string;
  readonly client: string | null;
  readonly holds: boolean;
  readonly fence: number;
}

/** What the tests read of `window.lab.state()`. */
export interface LabState {
  readonly nowUs: number;
  readonly seed: number;
  readonly playing: boolean;
  readonly speed: number;
  readonly leader: string | null;
  readonly quorum: readonly number[];
  readonly servers: readonly ServerState[];
  readonly clients: readonly {
    id: string;
    state: string;
    server: string | null;
    beliefs: readonly { holds: boolean }[];
  }[];
  readonly sessions: readonly { sessionId: string; client: string | null; state: string }[];
  readonly lockQueues: readonly { path: string; tickets: readonly Ticket[] }[];
  readonly links: readonly {
    from: string;
    to: string;
    cut: boolean;
    extraLatencyUs: number;
    lossPercent: number;
  }[];
  readonly invariants: readonly { id: string; state: string; witness: string }[];
  readonly eventCount: number;
  readonly traceHash: string;
}

/** Of an address that does not tell their number. */
const CLIENTS_AT_FIRST = 1;
const WAIT_MS = 40_000;
const POLL_MS = 60;

/** Patient: the machine may be busy with something else. */
export const expect = baseExpect.configure({ timeout: WAIT_MS });

export class LabPage {
  readonly page: Page;
  /** What went wrong in the page, whoever noticed. */
  readonly problems: string[] = [];

  constructor(page: Page) {
    this.page = page;
    page.on('pageerror', (error) => this.problems.push(error.message));
    page.on('console', (message) => {
      const isProblem = message.type() === 'error' || message.type() === 'warning';
      if (isProblem) this.problems.push(message.text());
    });
    page.on('response', (response) => {
      if (response.status() >= 400) this.problems.push(`${response.status()} ${response.url()}`);
    });
  }

  async open(query = '?seed=1'): Promise<void> {
    await this.page.goto(`./${query}`);
    await expect(this.page.getByRole('heading', { level: 1, name: 'Ensemble' })).toBeVisible();
  }

  /** Opens it without the guide, at a speed that nobody could follow, and waits for a leader. */
  async openQuickly(query = '?seed=1'): Promise<void> {
    await this.forgoGuide();
    await this.open(query);
    // No frame is waited for: a busy machine draws few.
    await this.run('speed 20', 'run 3s');
    await this.untilLeader();
    // The first clients come after the first leader; until then there is none that could be asked.
    const asked = new URLSearchParams(query).get('clients') ?? `${CLIENTS_AT_FIRST}`;
    const connected = ({ clients }: LabState) =>
      clients.filter(({ state }) => state === 'connected').length;
    await this.until((state) => connected(state) >= Number(asked), true);
  }

  /** As somebody who has seen the first minute before. */
  async forgoGuide(): Promise<void> {
    await this.page.addInitScript(() =>
      localStorage.setItem('ensemble', JSON.stringify({ firstMinuteDone: true })),
    );
  }

  exec(line: string): Promise<{ ok: boolean; text: string; data: JsonValue }> {
    return this.page.evaluate((text) => window.lab.exec(text), line);
  }

  /** Runs lines that must succeed. */
  async run(...lines: readonly string[]): Promise<void> {
    for (const line of lines) expect(await this.exec(line), line).toMatchObject({ ok: true });
  }

  async state(): Promise<LabState> {
    const text = await this.page.evaluate(() => JSON.stringify(window.lab.state()));
    const state: LabState = JSON.parse(text);
    return state;
  }

  /** Waits until what is read of the state equals what is expected. */
  async until<T>(read: (state: LabState) => T, expected: T): Promise<void> {
    const intervals = [POLL_MS];
    await expect.poll(async () => read(await this.state()), { intervals }).toEqual(expected);
  }

  /** Waits for an established leader, another than `not`; its id. */
  async untilLeader(not: string | null = null): Promise<string> {
    await this.until(({ leader }) => leader !== null && leader !== not, true);
    return (await this.state()).leader ?? '';
  }

  async server(id: string): Promise<ServerState> {
    const server = (await this.state()).servers.find((one) => one.id === id);
    if (server === undefined) throw new Error(`no server ${id}`);
    return server;
  }

  node(id: string): Locator {
    return this.page.locator(
      id.startsWith('C') ? `[data-client="${id}"]` : `[data-server="${id}"]`,
    );
  }

  /** Where a person would click: the middle of its shape. Its parts may move, as the hint does. */
  /** Steps until so many messages of a kind are on their way. */
  async stepUntilSent(kind: string, count: number): Promise<void> {
    const onTheWay = () =>
      this.page.evaluate((wanted) => {
        const text = JSON.stringify(window.lab.state()['messages']);
        const messages: { kind: string }[] = JSON.parse(text);
        return messages.filter((message) => message.kind === wanted).length;
      }, kind);
    for (let steps = 0; (await onTheWay()) < count; steps++) {
      expect(steps).toBeLessThan(400);
      await this.run('step');
    }
  }

  async middleOf(id: string): Promise<{ x: number; y: number }> {
    const shape = this.node(id).locator('.server-body, .client-body');
    const box = await shape.boundingBox();
    if (box === null) throw new Error(`${id} is not on the screen`);
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  }

  get prompt(): Locator {
    return this.page.getByRole('textbox', { name: /^Console/ });
  }

  get output(): Locator {
    return this.page.getByRole('log', { name: 'Console output' });
  }

  get caption(): Locator {
    return this.page.locator('.guide-caption');
  }

  /** What axe finds wrong, one line each; `within`: a selector, left out for the whole page. */
  async axe(within = 'html'): Promise<string[]> {
    if (!(await this.page.evaluate(() => 'axe' in window))) {
      await this.page.addScriptTag({ content: axe.source });
    }
    return this.page.evaluate(async (context) => {
      const { violations } = await window.axe.run(context);
      const where = (nodes: (typeof violations)[number]['nodes']) =>
        nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join('\n');
      return violations.map(({ id, nodes }) => `${id}: ${where(nodes)}`);
    }, within);
  }
}

export const test = base.extend<{ lab: LabPage }>({
  lab: async ({ page }, use) => {
    const lab = new LabPage(page);
    await use(lab);
    expect(lab.problems).toEqual([]);
  },
});
