import { expect, test } from 'vitest';
import { believers, benchWith, childrenOf, done } from './testing/recipeBench.ts';

const PATHS = ['/l/b', '/l/a'];

test('all or none: who cannot have one gives the others back', async () => {
  const bench = await benchWith(['C1', 'C2']);
  await done(bench, 'C1', 'lock', { path: '/l/b' });
  const args = { paths: PATHS, timeoutMs: 200 };
  expect(await done(bench, 'C2', 'multilock', args, 500)).toBe(null);
  expect(await childrenOf(bench, 'C1', '/l/a')).toEqual([]);
  await done(bench, 'C1', 'unlock', { path: '/l/b' });
  expect(await done(bench, 'C2', 'multilock', { paths: PATHS })).toHaveLength(2);
  expect(believers(bench, 'lock', ['C1', 'C2'])).toEqual(['C2']);
  await done(bench, 'C2', 'multiunlock', { paths: ['/l/a', '/l/b'] });
  expect(await childrenOf(bench, 'C1', '/l/a')).toEqual([]);
  expect(await childrenOf(bench, 'C1', '/l/b')).toEqual([]);
});

test('who waits may leave', async () => {
  const bench = await benchWith(['C1', 'C2']);
  await done(bench, 'C1', 'lock', { path: '/l/b' });
  const waiting = bench.tell('C2', 'multilock', { paths: PATHS });
  await bench.run(50);
  await done(bench, 'C2', 'multiunlock', { paths: PATHS });
  expect(bench.result('C2', waiting)).toMatchObject({ ok: true, data: null });
  expect(await childrenOf(bench, 'C1', '/l/a')).toEqual([]);
});
