/** Three clients, one lock, and exactly one woken at a time. */

import { expect, type LabPage, test } from './LabPage.ts';

const PATH = '/locks/a';

const queueOf = (state: Awaited<ReturnType<LabPage['state']>>) =>
  state.lockQueues.find(({ path }) => path === PATH)?.tickets ?? [];

const clientsOf = (state: Awaited<ReturnType<LabPage['state']>>) =>
  queueOf(state).map(({ client }) => client);

/** Watches at tickets that fired since a time, and who was told. */
async function wokenSince(lab: LabPage, fromUs: number): Promise<string[]> {
  const events = await lab.page.evaluate(
    (since) => window.lab.trace({ type: 'watchDelivered', fromUs: since }),
    fromUs,
  );
  return events
    .filter((event) => event.type === 'watchDelivered' && event.path.startsWith(PATH))
    .map(({ who }) => who);
}

async function race(lab: LabPage): Promise<void> {
  await lab.openQuickly('?seed=1&clients=3');
  await lab.run(`lock C1 ${PATH}`, `lock C2 ${PATH}`, `lock C3 ${PATH}`, 'run 1s');
  await lab.until((state) => queueOf(state).length, 3);
  await lab.until(believers, clientsOf(await lab.state()).slice(0, 1));
}

/** Who thinks that it holds the lock. */
const believers = (state: Awaited<ReturnType<LabPage['state']>>) =>
  state.clients.filter((client) => client.beliefs.some(({ holds }) => holds)).map(({ id }) => id);

test('three queue, and unlocking wakes the next and nobody else', async ({ lab }) => {
  await race(lab);
  const queue = lab.page.getByRole('region', { name: `Queue at ${PATH}` });
  const tickets = queue.getByRole('listitem');
  await expect(tickets).toHaveCount(3);
  await expect(tickets.first()).toContainText('holds');
  await expect(tickets.first()).toContainText(/fence 1-\d+/);
  await expect(tickets.nth(1)).toContainText('waits');

  const [first, second, third] = clientsOf(await lab.state());
  const { nowUs } = await lab.state();
  await lab.run(`unlock ${first}`);
  await lab.until(believers, [second]);
  await expect(tickets).toHaveCount(2);
  await expect(lab.page.getByText('woken 1 of 2')).toBeVisible();
  // The holder watches its own ticket, to learn when somebody takes it away.
  const others = (await wokenSince(lab, nowUs)).filter((who) => who !== first);
  expect(others).toEqual([second]);
  expect(clientsOf(await lab.state())).toEqual([second, third]);
});

test('fencing numbers only rise', async ({ lab }) => {
  await race(lab);
  const fences: number[] = [];
  for (let left = 3; left > 0; left--) {
    const [holder] = queueOf(await lab.state());
    fences.push(holder?.fence ?? 0);
    await lab.run(`unlock ${holder?.client}`);
    await lab.until((state) => queueOf(state).length, left - 1);
  }
  expect(fences).toEqual([...fences].sort((a, b) => a - b));
  expect(new Set(fences).size).toBe(3);
});

test('a holder that dies gives way when its session expires', async ({ lab }) => {
  await race(lab);
  const [first, second, third] = clientsOf(await lab.state());
  const { nowUs } = await lab.state();
  await lab.run(`kill ${first}`);
  await lab.until(clientsOf, [second, third]);
  await lab.until(believers, [second]);
  const expired = await lab.page.evaluate(
    (since) => window.lab.trace({ type: 'sessionExpired', fromUs: since }),
    nowUs,
  );
  expect(expired).toHaveLength(1);
});

test('a waiter that leaves keeps the order of the others', async ({ lab }) => {
  await race(lab);
  const [first, second, third] = clientsOf(await lab.state());
  await lab.run(`unlock ${second}`);
  await lab.until(clientsOf, [first, third]);
  await lab.run(`unlock ${first}`);
  await lab.until(believers, [third]);
});

test('the scene "Locks race" plays to its end', async ({ lab }) => {
  await lab.openQuickly();
  await lab.page.getByRole('button', { name: /^Locks race/ }).click();
  await expect(lab.caption).toContainText('All three want the lock');
  await expect(lab.caption).toContainText('Two tickets are left');
  expect(queueOf(await lab.state())).toHaveLength(2);
  await lab.page.getByRole('button', { name: 'What next?' }).click();
  await expect(lab.page.getByRole('button', { name: /^Split the network/ })).toBeVisible();
});
