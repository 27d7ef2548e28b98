import { expect, test } from 'vitest';
import { believers, benchWith, childrenOf, cutAt, done } from './testing/recipeBench.ts';

const PATH = '/rw/a';
const READ = { path: PATH, side: 'read' };
const WRITE = { path: PATH, side: 'write' };

test('readers share; a writer waits for them, and later readers wait for the writer', async () => {
  const bench = await benchWith(['C1', 'C2', 'C3', 'C4']);
  const all = ['C1', 'C2', 'C3', 'C4'];
  await done(bench, 'C1', 'rwlock', READ);
  await done(bench, 'C2', 'rwlock', READ);
  bench.tell('C3', 'rwlock', WRITE);
  await bench.run(50);
  bench.tell('C4', 'rwlock', READ);
  await bench.run(50);
  expect(believers(bench, 'readLock', all)).toEqual(['C1', 'C2']);
  await done(bench, 'C1', 'rwunlock', READ);
  expect(believers(bench, 'writeLock', all)).toEqual([]);
  await done(bench, 'C2', 'rwunlock', READ);
  expect(believers(bench, 'writeLock', all)).toEqual(['C3']);
  expect(believers(bench, 'readLock', all)).toEqual([]);
  await done(bench, 'C3', 'rwunlock', WRITE);
  expect(believers(bench, 'readLock', all)).toEqual(['C4']);
});

test('znodes are named as Curator names them; a release wakes only whom it must', async () => {
  const bench = await benchWith(['C1', 'C2', 'C3']);
  await done(bench, 'C1', 'rwlock', WRITE);
  bench.tell('C2', 'rwlock', READ);
  bench.tell('C3', 'rwlock', READ);
  await bench.run(50);
  const names = (await childrenOf(bench, 'C1', PATH)).map((name) => name.slice(40, -10));
  expect(names.toSorted()).toEqual(['__READ__', '__READ__', '__WRIT__']);
  await done(bench, 'C2', 'rwunlock', READ);
  expect(bench.traced('C3', 'watchDelivered')).toEqual([]);
});

test('a writer may read as well, and goes on reading with the same fence', async () => {
  const bench = await benchWith(['C1', 'C2', 'C3']);
  const written = (await done(bench, 'C1', 'rwlock', WRITE)) as { fence: string; znode: string };
  bench.tell('C2', 'rwlock', WRITE);
  await bench.run(50);
  bench.tell('C3', 'rwlock', READ);
  await bench.run(50);
  const read = (await done(bench, 'C1', 'rwlock', READ)) as { fence: string; znode: string };
  expect(read.fence).toBe(written.fence);
  expect(read.znode.slice(-10)).toBe(written.znode.slice(-10));
  await done(bench, 'C1', 'rwunlock', WRITE);
  expect(believers(bench, 'writeLock', ['C1', 'C2'])).toEqual([]);
  expect(believers(bench, 'readLock', ['C1', 'C3'])).toEqual(['C1']);
  await done(bench, 'C1', 'rwunlock', READ);
  expect(believers(bench, 'writeLock', ['C2'])).toEqual(['C2']);
});

test('a reader that asks to write is told why not', async () => {
  const bench = await benchWith(['C1']);
  await done(bench, 'C1', 'rwlock', READ);
  expect((await bench.call('C1', 'rwlock', WRITE)).error).toBe(
    'who reads /rw/a cannot write it too: it would wait for itself',
  );
  expect((await bench.call('C1', 'rwunlock', WRITE)).error).toBe(
    'this client neither holds nor waits for the write lock on /rw/a',
  );
});

test('the lost answer to its create leaves no second znode', async () => {
  const bench = await benchWith(['C1', 'C2']);
  await done(bench, 'C2', 'create', { path: '/rw' });
  await done(bench, 'C2', 'create', { path: PATH });
  const { wasCut } = cutAt(bench, 'C1', 'create /rw', 'answer');
  bench.tell('C1', 'rwlock', WRITE);
  await bench.run(5000);
  expect(wasCut()).toBe(true);
  expect(believers(bench, 'writeLock', ['C1'])).toEqual(['C1']);
  expect(await childrenOf(bench, 'C2', PATH)).toHaveLength(1);
});
