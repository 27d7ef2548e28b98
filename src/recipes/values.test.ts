import { describe, expect, test } from 'vitest';
import { believers, benchWith, childrenOf, cutAt, done } from './testing/recipeBench.ts';

const CONFIG = { path: '/config/app' };
const COUNTER = { path: '/counter/a' };

describe('configuration', () => {
  test('is written only over the version that was seen', async () => {
    const bench = await benchWith(['C1', 'C2']);
    expect(await done(bench, 'C1', 'configGet', CONFIG)).toBe(null);
    const set = (client: string, data: string, version?: number) =>
      done(bench, client, 'configSet', {
        ...CONFIG,
        data,
        ...(version !== undefined && { version }),
      });
    expect(await set('C1', 'v1')).toEqual({ version: 0 });
    expect(await set('C1', 'again', -1)).toEqual({ version: null });
    expect(await set('C2', 'v2', 0)).toEqual({ version: 1 });
    expect(await set('C1', 'stale', 0)).toEqual({ version: null });
    expect(await done(bench, 'C1', 'configGet', CONFIG)).toEqual({ text: 'v2', version: 1 });
  });

  test('reaches those who follow it, who tell which version they run', async () => {
    const bench = await benchWith(['C1', 'C2']);
    await done(bench, 'C2', 'configWatch', CONFIG);
    expect(believers(bench, 'config', ['C2'])).toEqual([]);
    await done(bench, 'C1', 'configSet', { ...CONFIG, data: 'v1' });
    const first = bench.belief('C2');
    await done(bench, 'C1', 'configSet', { ...CONFIG, data: 'v2' });
    expect(bench.belief('C2')?.fence).toBeGreaterThan(first?.fence ?? 0);
    expect(bench.steps('C2')).toEqual(expect.arrayContaining(['run version 0', 'run version 1']));
    await done(bench, 'C2', 'configUnwatch', CONFIG);
    expect(believers(bench, 'config', ['C2'])).toEqual([]);
  });

  test('that changed meanwhile is caught up with after a lost connection', async () => {
    const bench = await benchWith(['C1', 'C2']);
    await done(bench, 'C1', 'configSet', { ...CONFIG, data: 'v1' });
    await done(bench, 'C2', 'configWatch', CONFIG);
    const before = bench.belief('C2')?.fence ?? 0;
    bench.cut('C2');
    await done(bench, 'C1', 'configSet', { ...CONFIG, data: 'v2' });
    await bench.run(4000);
    expect(bench.belief('C2')?.fence).toBeGreaterThan(before);
    bench.expire(bench.sessionIdOf('C2'));
    await done(bench, 'C1', 'configSet', { ...CONFIG, data: 'v3' });
    await bench.run(5000);
    expect(bench.steps('C2')).toContain('run version 2');
  });

  test.each(['request', 'answer'] as const)('is set once though the %s was lost', async (at) => {
    const bench = await benchWith(['C1', 'C2']);
    await done(bench, 'C2', 'configSet', { ...CONFIG, data: 'v1' });
    const { wasCut } = cutAt(bench, 'C1', 'setData', at);
    const set = await done(bench, 'C1', 'configSet', { ...CONFIG, data: 'v2' }, 5000);
    expect([wasCut(), set]).toEqual([true, { version: 1 }]);
  });
});

describe('a counter', () => {
  test('adds up, whoever adds', async () => {
    const bench = await benchWith(['C1', 'C2', 'C3']);
    const added = await done(bench, 'C1', 'counterAdd', { ...COUNTER, delta: 5 });
    expect(added).toEqual({ succeeded: true, pre: '0', post: '5' });
    const all = ['C1', 'C2', 'C3', 'C1', 'C2', 'C3'].map((client) => ({
      client,
      command: bench.tell(client, 'counterAdd', { ...COUNTER, delta: -2 }),
    }));
    await bench.run(3000);
    for (const { client, command } of all) {
      expect(bench.result(client, command)?.data).toMatchObject({ succeeded: true });
    }
    expect(await done(bench, 'C1', 'counterGet', COUNTER)).toEqual({ value: '-7' });
    expect(await childrenOf(bench, 'C1', COUNTER.path)).toEqual([]);
  });

  test.each(['request', 'answer'] as const)(
    'is added to once though the %s was lost',
    async (at) => {
      const bench = await benchWith(['C1', 'C2']);
      await done(bench, 'C2', 'counterAdd', { ...COUNTER, delta: 1 });
      const { wasCut } = cutAt(bench, 'C1', 'multi', at);
      const added = await done(bench, 'C1', 'counterAdd', { ...COUNTER, delta: 5 }, 5000);
      expect([wasCut(), added]).toEqual([true, { succeeded: true, pre: '1', post: '6' }]);
      expect(await done(bench, 'C2', 'counterGet', COUNTER)).toEqual({ value: '6' });
    },
  );

  test('of a znode that holds something else is refused', async () => {
    const bench = await benchWith(['C1']);
    await done(bench, 'C1', 'create', { path: '/text', data: 'hello' });
    const { error } = await bench.call('C1', 'counterAdd', { path: '/text', delta: 1 }, 100);
    expect(error).toBe('/text holds no number of eight bytes');
  });
});

test('a shared number is set only by who has seen the last one', async () => {
  const bench = await benchWith(['C1', 'C2']);
  const path = '/shared';
  for (const client of ['C1', 'C2']) await done(bench, client, 'countWatch', { path });
  expect(await done(bench, 'C1', 'countSet', { path, count: -7 })).toEqual({
    succeeded: true,
    count: -7,
  });
  expect(await done(bench, 'C2', 'countSet', { path, count: 8 })).toMatchObject({
    succeeded: true,
  });
  await done(bench, 'C1', 'countUnwatch', { path });
  expect((await bench.call('C1', 'countSet', { path, count: 1 })).error).toBe(
    'this client does not follow the number /shared',
  );
});

describe('a cache', () => {
  const show = async (bench: Awaited<ReturnType<typeof benchWith>>): Promise<readonly string[]> => {
    const { znodes } = (await done(bench, 'C1', 'cacheShow', { path: '/c' })) as {
      znodes: readonly { path: string; data: string }[];
    };
    return znodes.map(({ path, data }) => `${path} ${data}`);
  };

  test.each([
    ['node', ['/c 1']],
    ['children', ['/c/x 2']],
    ['tree', ['/c 1', '/c/x 2', '/c/x/y 3']],
  ] as const)('of scope %s holds what is in scope', async (scope, expected) => {
    const bench = await benchWith(['C1', 'C2']);
    for (const [path, data] of [
      ['/c', '0'],
      ['/c/x', '2'],
      ['/c/gone', ''],
    ] as const) {
      await done(bench, 'C2', 'create', { path, data });
    }
    await done(bench, 'C1', 'cache', { path: '/c', scope });
    await done(bench, 'C2', 'create', { path: '/c/x/y', data: '3' });
    await done(bench, 'C2', 'create', { path: '/other', data: '' });
    await done(bench, 'C2', 'set', { path: '/c', data: '1' });
    await done(bench, 'C2', 'delete', { path: '/c/gone' });
    expect(await show(bench)).toEqual(expected);
  });

  test('reads all anew after a lost connection, and after an expired session', async () => {
    const bench = await benchWith(['C1', 'C2']);
    await done(bench, 'C2', 'create', { path: '/c', data: '0' });
    await done(bench, 'C2', 'create', { path: '/c/old', data: '' });
    await done(bench, 'C1', 'cache', { path: '/c' });
    bench.cut('C1');
    await done(bench, 'C2', 'delete', { path: '/c/old' });
    await done(bench, 'C2', 'create', { path: '/c/new', data: '1' });
    await bench.run(4000);
    expect(await show(bench)).toEqual(['/c 0', '/c/new 1']);
    bench.expire(bench.sessionIdOf('C1'));
    await done(bench, 'C2', 'set', { path: '/c/new', data: '2' });
    await bench.run(5000);
    expect(await show(bench)).toEqual(['/c 0', '/c/new 2']);
  });

  test('that is closed takes its watch away', async () => {
    const bench = await benchWith(['C1', 'C2']);
    await done(bench, 'C1', 'cache', { path: '/c' });
    await done(bench, 'C1', 'uncache', { path: '/c' });
    await done(bench, 'C2', 'create', { path: '/c' });
    const events = bench.traced('C1', 'watchDelivered').map(({ event }) => event);
    expect(events).toEqual(['PersistentWatchRemoved']);
  });
});
