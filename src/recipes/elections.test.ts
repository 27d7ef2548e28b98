import { expect, test } from 'vitest';
import { believers, benchWith, childrenOf, done } from './testing/recipeBench.ts';

const PATH = '/select';
const ALL = ['C1', 'C2', 'C3'];

test('leadership goes round: each leads for its term and stands again', async () => {
  const bench = await benchWith(ALL);
  for (const client of ALL) {
    await done(bench, client, 'select', { path: PATH, id: client, termMs: 100 });
  }
  const led = new Set<string>();
  for (let i = 0; i < 12; i++) {
    await bench.run(50);
    const leaders = believers(bench, 'selector', ALL);
    expect(leaders.length).toBeLessThanOrEqual(1);
    for (const leader of leaders) led.add(leader);
  }
  expect([...led].sort()).toEqual(ALL);
  expect(await childrenOf(bench, 'C1', PATH)).toHaveLength(3);
});

test('a leader without a connection leads no more, and stands again when it is back', async () => {
  const bench = await benchWith(ALL);
  for (const client of ['C1', 'C2']) await done(bench, client, 'select', { path: PATH });
  expect(believers(bench, 'selector', ALL)).toEqual(['C1']);
  bench.cut('C1');
  await bench.run(1);
  expect(believers(bench, 'selector', ALL)).toEqual([]);
  await bench.run(5000);
  expect(believers(bench, 'selector', ALL)).toEqual(['C2']);
  await done(bench, 'C2', 'deselect', { path: PATH });
  expect(believers(bench, 'selector', ALL)).toEqual(['C1']);
});

test('after its session has expired it stands again with another', async () => {
  const bench = await benchWith(ALL);
  await done(bench, 'C1', 'select', { path: PATH });
  bench.expire(bench.sessionIdOf('C1'));
  await bench.run(5000);
  expect(believers(bench, 'selector', ALL)).toEqual(['C1']);
  await done(bench, 'C1', 'deselect', { path: PATH });
  expect(await childrenOf(bench, 'C1', PATH)).toEqual([]);
  expect((await bench.call('C1', 'deselect', { path: PATH })).error).toBe(
    'this client takes no part in a selection on /select',
  );
});

test('a leader gives up leadership when it is asked to', async () => {
  const bench = await benchWith(ALL);
  for (const client of ['C1', 'C2']) await done(bench, client, 'select', { path: PATH });
  await done(bench, 'C3', 'revoke', { path: PATH });
  await bench.run(50);
  expect(believers(bench, 'selector', ALL)).toEqual(['C2']);
});
