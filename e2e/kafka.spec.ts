/** Kafka in a browser: brokers in the clients' worker, seen, broken and mended by buttons. */

import { expect, type LabPage, test } from './LabPage.ts';

const brokers = (lab: LabPage) =>
  lab.page.getByRole('region', { name: 'Kafka brokers' }).getByRole('listitem');

async function start(lab: LabPage): Promise<void> {
  await lab.openQuickly('?seed=1&servers=3&clients=1');
  await lab.page.getByRole('tab', { name: 'Kafka' }).click();
  await lab.page.getByRole('button', { name: 'Start three brokers' }).click();
  await lab.run('run 4s');
  await expect(brokers(lab)).toHaveCount(3);
  await expect(lab.page.getByText('3 of 3 brokers registered')).toBeVisible();
}

test('brokers, a topic, records, and a controller lost', async ({ lab }) => {
  await start(lab);
  await lab.page.getByRole('button', { name: /^kafka topic create orders/ }).click();
  const rows = lab.page.getByRole('region', { name: 'Partitions of orders' }).getByRole('row');
  await expect(rows).toHaveCount(4);
  await lab.run('kafka produce orders hello');
  await expect(brokers(lab).filter({ hasText: 'controller, epoch 1' })).toHaveCount(1);
  await lab.page.getByRole('button', { name: 'kill broker 1' }).click();
  await expect(brokers(lab).filter({ hasText: 'controller, epoch 2' })).toHaveCount(1);
  await expect(rows.nth(1).getByRole('cell').first()).toHaveText(/^2/);
  const read = await lab.exec('kafka consume orders');
  expect(read).toMatchObject({ ok: true, text: '0:0  hello' });
  await lab.page.getByRole('button', { name: 'restart broker 1' }).click();
  await expect(lab.page.getByText('3 of 3 brokers registered')).toBeVisible();
});

test('a scene shows where it is seen', async ({ lab }) => {
  await lab.openQuickly();
  await lab.page.getByRole('button', { name: /^Kafka starts/ }).click();
  await expect(brokers(lab)).toHaveCount(3);
  await expect(lab.caption).toContainText('Three brokers, one controller in epoch 1');
});

test('what writes a topic is stopped by a button', async ({ lab }) => {
  await start(lab);
  await lab.run('kafka topic create orders', 'run 2s');
  await lab.page.getByRole('button', { name: 'produce 5 a second' }).click();
  await lab.page.getByRole('button', { name: 'stop producing' }).click();
  await expect(lab.page.getByRole('button', { name: 'produce 5 a second' })).toBeVisible();
});

test('by keyboard on a phone, and axe finds nothing', async ({ lab }) => {
  await lab.page.setViewportSize({ width: 390, height: 844 });
  await start(lab);
  await lab.run('kafka topic create orders --partitions 2 --replicas 2', 'run 2s');
  await lab.page.getByRole('button', { name: 'orders-1', exact: true }).focus();
  await lab.page.keyboard.press('Enter');
  await lab.page.getByRole('tab', { name: 'Inspect' }).click();
  await expect(lab.page.getByText('"leader_epoch":0').first()).toBeVisible();
  await lab.page.getByRole('tab', { name: 'Kafka' }).click();
  expect(await lab.axe()).toEqual([]);
});

test('fifty partitions on five brokers', async ({ lab }) => {
  await lab.openQuickly('?seed=1&servers=3&clients=1');
  await lab.run('kafka start 5', 'run 4s');
  await lab.run('kafka topic create orders --partitions 50 --replicas 3', 'run 2s');
  await lab.run('kafka produce orders --rate 20', 'run 1s');
  await lab.page.getByRole('tab', { name: 'Kafka' }).click();
  const all = '5 of 5 brokers registered, 50 partitions.';
  await expect(lab.page.getByText(all)).toBeVisible();
  const rows = lab.page.getByRole('region', { name: 'Partitions of orders' }).getByRole('row');
  await expect(rows).toHaveCount(51);
  await expect(rows.nth(1).getByRole('cell').last()).not.toHaveText('0');
});
