import { describe, expect, test } from 'vitest';
import { ClientBench } from '../client/testing/ClientBench.ts';

const LATCH = { path: '/election' };

async function benchWith(...clients: readonly string[]): Promise<ClientBench> {
  const bench = await ClientBench.start();
  for (const client of clients) {
    await bench.add(client, { sessionTimeoutMs: 4000 });
    await bench.call(client, 'elect', { ...LATCH, id: client });
  }
  return bench;
}

const leaders = (bench: ClientBench, ...clients: readonly string[]): readonly string[] =>
  clients.filter((client) => bench.belief(client)?.holds);

test('the first leads, under its own name, in a znode named as Curator names it', async () => {
  const bench = await benchWith('C1', 'C2');
  expect(leaders(bench, 'C1', 'C2')).toEqual(['C1']);
  const { znode, recipe } = bench.belief('C1') ?? { znode: '', recipe: '' };
  expect(recipe).toBe('latch');
  expect(znode).toMatch(/^\/election\/_c_[0-9a-f-]{36}-latch-\d{10}$/);
  expect(await bench.call('C2', 'get', { path: znode })).toMatchObject({ data: { data: 'C1' } });
});

test('when it resigns the next leads, with a higher fence; nobody else is woken', async () => {
  const bench = await benchWith('C1', 'C2', 'C3');
  const before = bench.belief('C1')?.fence ?? 0;
  expect(await bench.call('C1', 'resign', LATCH)).toMatchObject({ ok: true });
  expect(leaders(bench, 'C1', 'C2', 'C3')).toEqual(['C2']);
  expect(bench.belief('C2')?.fence).toBeGreaterThan(before);
  expect(bench.traced('C3', 'watchDelivered')).toEqual([]);
  expect((await bench.call('C1', 'resign', LATCH)).error).toBe(
    'this client takes no part in an election on /election',
  );
});

describe('a leader that loses its connection', () => {
  test('does not lead at once, and leads again when it is back in time', async () => {
    const bench = await benchWith('C1', 'C2');
    bench.cut('C1');
    await bench.run(1);
    expect(leaders(bench, 'C1', 'C2')).toEqual([]);
    await bench.run(2500);
    expect(leaders(bench, 'C1', 'C2')).toEqual(['C1']);
    const beliefs = bench.traced('C1', 'belief');
    expect(beliefs.map(({ holds }) => holds)).toEqual([true, false, true]);
    expect(new Set(beliefs.map(({ fence }) => fence)).size).toBe(1);
  });

  test('for longer than its session gives way, and joins anew behind the others', async () => {
    const bench = await benchWith('C1', 'C2');
    bench.isReachable = false;
    bench.cut('C1');
    await bench.run(8000);
    expect(leaders(bench, 'C1', 'C2')).toEqual(['C2']);
    bench.isReachable = true;
    await bench.run(5000);
    expect(leaders(bench, 'C1', 'C2')).toEqual(['C2']);
    await bench.call('C2', 'resign', LATCH);
    expect(leaders(bench, 'C1', 'C2')).toEqual(['C1']);
  });
});

test('a leader whose znode is deleted by hand joins anew', async () => {
  const bench = await benchWith('C1', 'C2');
  await bench.call('C2', 'delete', { path: bench.belief('C1')?.znode ?? '' });
  expect(leaders(bench, 'C1', 'C2')).toEqual(['C2']);
  await bench.call('C2', 'resign', LATCH);
  expect(leaders(bench, 'C1', 'C2')).toEqual(['C1']);
});

test('resigning in the middle of joining leaves no znode behind', async () => {
  const bench = await benchWith('C1');
  await bench.add('C2');
  bench.tell('C2', 'elect', LATCH);
  bench.tell('C2', 'resign', LATCH);
  await bench.run(100);
  const { data } = await bench.call('C1', 'ls', LATCH);
  expect((data as { children: readonly string[] }).children).toHaveLength(1);
});

test('who closes its session leaves the election, and opens no other', async () => {
  const bench = await benchWith('C1', 'C2');
  await bench.call('C1', 'close');
  await bench.run(5000);
  expect(bench.traced('C1', 'clientStateChanged').at(-1)?.state).toBe('closed');
  expect(leaders(bench, 'C1', 'C2')).toEqual(['C2']);
});
