/** Nothing is faked: each server is a worker, killing it ends that worker, a dot is one message. */

import type { Page, Worker } from '@playwright/test';
import { isBackground } from '../src/lab/playback.ts';
import type { TraceEvent } from '../src/trace/TraceEvent.ts';
import { expect, test } from './LabPage.ts';

const serverWorkers = (page: Page): Worker[] =>
  page.workers().filter((worker) => worker.url().includes('server.worker'));

test('every server is a worker of its own', async ({ lab }) => {
  await lab.openQuickly('?seed=1&servers=5');
  const { page } = lab;
  expect(serverWorkers(page)).toHaveLength(5);
  // One more for the clients, and one that draws.
  expect(page.workers()).toHaveLength(7);
  for (const worker of page.workers()) {
    expect(await worker.evaluate(() => self.constructor.name)).toBe('DedicatedWorkerGlobalScope');
  }

  const closed: Worker[] = [];
  for (const worker of serverWorkers(page)) worker.on('close', () => closed.push(worker));
  const before = new Set(serverWorkers(page));
  await lab.run('kill 2');
  await expect.poll(() => closed.length).toBe(1);
  expect(serverWorkers(page)).toHaveLength(4);
  const [ended] = closed;
  await expect(ended?.evaluate(() => 1)).rejects.toThrow();

  await lab.run('restart 2');
  await expect.poll(() => serverWorkers(page).length).toBe(5);
  const born = serverWorkers(page).filter((worker) => !before.has(worker));
  expect(born).toHaveLength(1);

  await lab.run('ensemble 3 --seed 2');
  await expect.poll(() => serverWorkers(page).length).toBe(3);
});

test('a worker that is ended by force takes only its server along', async ({ lab }) => {
  await lab.openQuickly('?seed=3');
  const leader = await lab.untilLeader();
  await lab.run(`powercut ${leader}`);
  await expect.poll(() => serverWorkers(lab.page).length).toBe(4);
  await lab.untilLeader(leader);
  await lab.run('create /after');
});

/** Messages that are on the wire: sent, neither delivered nor lost. */
function inFlight(events: readonly TraceEvent[]): Map<string, TraceEvent> {
  const flying = new Map<string, TraceEvent>();
  for (const event of events) {
    if (event.type === 'messageSent') flying.set(`${event.who}/${event.id}`, event);
    if (event.type === 'messageDelivered') flying.delete(`${event.from}/${event.id}`);
    if (event.type === 'messageLost') flying.delete(`${event.who}/${event.id}`);
  }
  return flying;
}

/** How many messages the ring's worker draws in its next frame. */
async function drawnInNextFrame(page: Page, cause: () => Promise<void>): Promise<number> {
  const painter = page.workers().find((worker) => worker.url().includes('ring.worker'));
  if (painter === undefined) throw new Error('nobody draws the ring');
  const drawn = painter.evaluate(() => {
    const { prototype } = OffscreenCanvasRenderingContext2D;
    const { clearRect, drawImage } = prototype;
    let count = 0;
    return new Promise<number>((resolve) => {
      prototype.drawImage = function (this: OffscreenCanvasRenderingContext2D, ...args: unknown[]) {
        count += 1;
        Reflect.apply(drawImage, this, args);
      };
      prototype.clearRect = function (...args) {
        clearRect.apply(this, args);
        prototype.clearRect = clearRect;
        setTimeout(() => {
          prototype.drawImage = drawImage;
          resolve(count);
        });
      };
    });
  });
  await cause();
  return drawn;
}

test('a dot is one message in one port', async ({ lab }) => {
  await lab.openQuickly('?seed=1');
  const { page } = lab;
  const leader = await lab.untilLeader();
  await lab.run('pause');
  await page.evaluate(() => void window.lab.exec('create /dot'));
  await lab.stepUntilSent('PROPOSAL', 4);
  const events = await page.evaluate(() => window.lab.trace({ limit: 200_000 }));
  const flying = inFlight(events);
  const shown = await page.evaluate(() => JSON.stringify(window.lab.state()['messages']));
  const messages: { key: string; from: string; to: string; kind: string }[] = JSON.parse(shown);
  expect(messages.map(({ key }) => key).sort()).toEqual([...flying.keys()].sort());
  const dots = messages.filter(({ kind }) => !isBackground(kind));
  expect(await drawnInNextFrame(page, () => page.keyboard.press('m'))).toBe(dots.length);

  // Where the picture shows it, a click finds that very message.
  const one = messages.find(({ kind }) => kind === 'PROPOSAL');
  expect(one?.from).toBe(leader);
  for (let part = 1; part < 20; part++) {
    const from = await lab.middleOf(one?.from ?? '');
    const to = await lab.middleOf(one?.to ?? '');
    const at = {
      x: from.x + ((to.x - from.x) * part) / 20,
      y: from.y + ((to.y - from.y) * part) / 20,
    };
    // The menu of a server that was hit would cover the way.
    await page.keyboard.press('Escape');
    await page.mouse.click(at.x, at.y);
    if (await page.getByRole('region', { name: 'Inspect' }).getByText('PROPOSAL').isVisible())
      break;
  }
  const inspect = page.getByRole('region', { name: 'Inspect' });
  await expect(inspect).toContainText('PROPOSAL');
  await expect(inspect.getByRole('button', { name: leader, exact: true })).toBeVisible();
});

test('the messages on their way can be walked through by a key', async ({ lab }) => {
  await lab.openQuickly('?seed=1');
  await lab.run('pause');
  await lab.page.evaluate(() => void window.lab.exec('create /walked'));
  await lab.stepUntilSent('PROPOSAL', 4);
  await lab.page.getByRole('heading', { level: 1 }).click();
  const seen = new Set<string>();
  for (let press = 0; press < 4; press++) {
    await lab.page.keyboard.press('m');
    const inspector = lab.page.locator('.inspector');
    await expect(inspector.getByRole('heading')).toHaveText('PROPOSAL');
    await expect.poll(async () => seen.has(await inspector.innerText())).toBe(false);
    seen.add(await inspector.innerText());
  }
});
