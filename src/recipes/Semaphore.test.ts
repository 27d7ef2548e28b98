import { expect, test } from 'vitest';
import { believers, benchWith, childrenOf, done } from './testing/recipeBench.ts';

const PATH = '/sem/a';
const TWO = { path: PATH, leases: 2 };
const ALL = ['C1', 'C2', 'C3', 'C4'];

test('as many hold a lease as there are; the next gets the first that is given back', async () => {
  const bench = await benchWith(ALL);
  for (const client of ALL) {
    bench.tell(client, 'semaphore', TWO);
    await bench.run(50);
  }
  expect(believers(bench, 'semaphore', ALL)).toEqual(['C1', 'C2']);
  await done(bench, 'C2', 'semaphoreRelease', { path: PATH });
  expect(believers(bench, 'semaphore', ALL)).toEqual(['C1', 'C3']);
  await done(bench, 'C1', 'semaphoreRelease', { path: PATH });
  expect(believers(bench, 'semaphore', ALL)).toEqual(['C3', 'C4']);
  const names = await childrenOf(bench, 'C1', `${PATH}/leases`);
  expect(names).toHaveLength(2);
  expect(names[0]).toMatch(/^_c_[0-9a-f-]{36}-lease-\d{10}$/);
  expect(await childrenOf(bench, 'C1', `${PATH}/locks`)).toEqual([]);
});

test('who gives up, in line for the lock or for a lease, leaves nothing behind', async () => {
  const bench = await benchWith(ALL);
  await done(bench, 'C1', 'semaphore', { path: PATH, leases: 1 });
  const late = await done(bench, 'C2', 'semaphore', { path: PATH, leases: 1, timeoutMs: 200 }, 500);
  expect(late).toBe(null);
  bench.tell('C3', 'semaphore', { path: PATH, leases: 1 });
  bench.tell('C4', 'semaphore', { path: PATH, leases: 1 });
  await bench.run(50);
  await done(bench, 'C4', 'semaphoreRelease', { path: PATH });
  await done(bench, 'C3', 'semaphoreRelease', { path: PATH });
  expect(await childrenOf(bench, 'C1', `${PATH}/leases`)).toHaveLength(1);
  expect(await childrenOf(bench, 'C1', `${PATH}/locks`)).toEqual([]);
});

test('a lease ends with its session', async () => {
  const bench = await benchWith(ALL);
  await done(bench, 'C1', 'semaphore', { path: PATH, leases: 1 });
  bench.tell('C2', 'semaphore', { path: PATH, leases: 1 });
  await bench.run(50);
  bench.expire(bench.sessionIdOf('C1'));
  await bench.run(100);
  expect(believers(bench, 'semaphore', ALL)).toEqual(['C2']);
});
