import { describe, expect, test } from 'vitest';
import { believers, benchWith, childrenOf, done } from './testing/recipeBench.ts';

const GROUP = { path: '/members/web' };

describe('a group', () => {
  test('shows each member who is in it, and who goes', async () => {
    const bench = await benchWith(['C1', 'C2']);
    await done(bench, 'C1', 'join', { ...GROUP, id: 'one', payload: 'v1' });
    await done(bench, 'C2', 'join', { ...GROUP, id: 'two' });
    const both = [
      { id: 'one', payload: 'v1' },
      { id: 'two', payload: '' },
    ];
    expect(await done(bench, 'C1', 'members', GROUP)).toEqual({ members: both });
    expect(await done(bench, 'C2', 'members', GROUP)).toEqual({ members: both });
    await done(bench, 'C2', 'leave', GROUP);
    expect(await done(bench, 'C1', 'members', GROUP)).toEqual({ members: both.slice(0, 1) });
    expect(bench.steps('C1')).toContain('sees 1: one');
    expect((await bench.call('C2', 'leave', GROUP)).error).toBe(
      'this client is not in the group on /members/web',
    );
  });

  test('is joined again with a new session', async () => {
    const bench = await benchWith(['C1', 'C2']);
    await done(bench, 'C1', 'join', { ...GROUP, id: 'one' });
    bench.expire(bench.sessionIdOf('C1'));
    await bench.run(20);
    expect(await childrenOf(bench, 'C2', GROUP.path)).toEqual([]);
    await bench.run(5000);
    expect(await childrenOf(bench, 'C2', GROUP.path)).toEqual(['one']);
    expect(believers(bench, 'member', ['C1'])).toEqual(['C1']);
    const beliefs = bench.traced('C1', 'belief');
    expect(beliefs.map(({ holds }) => holds)).toEqual([true, false, true]);
  });

  test('of a name that is taken: the second waits until the first has gone', async () => {
    const bench = await benchWith(['C1', 'C2']);
    await done(bench, 'C1', 'join', { ...GROUP, id: 'same' });
    await done(bench, 'C2', 'join', { ...GROUP, id: 'same' });
    expect(believers(bench, 'member', ['C1', 'C2'])).toEqual(['C1']);
    await done(bench, 'C1', 'leave', GROUP);
    expect(believers(bench, 'member', ['C1', 'C2'])).toEqual(['C2']);
  });

  test('has no member whose name is no part of a path', async () => {
    const bench = await benchWith(['C1']);
    expect((await bench.call('C1', 'join', { ...GROUP, id: 'a/b' })).error).toBe(
      'id must be part of a path, not "a/b"',
    );
  });
});

describe('a znode that is kept', () => {
  test('comes back when it is deleted, until it is kept no more', async () => {
    const bench = await benchWith(['C1', 'C2']);
    await done(bench, 'C1', 'keep', { path: '/kept/a', data: 'x' });
    await done(bench, 'C2', 'delete', { path: '/kept/a' });
    expect(await done(bench, 'C2', 'get', { path: '/kept/a' })).toMatchObject({ data: 'x' });
    await done(bench, 'C1', 'unkeep', { path: '/kept/a' });
    expect(await childrenOf(bench, 'C2', '/kept')).toEqual([]);
  });

  test('that is persistent gets its data, and outlives the session', async () => {
    const bench = await benchWith(['C1', 'C2']);
    await done(bench, 'C2', 'create', { path: '/kept', data: 'old' });
    await done(bench, 'C1', 'keep', { path: '/kept', data: 'new', mode: 'PERSISTENT' });
    bench.kill('C1');
    await bench.run(8000);
    expect(await done(bench, 'C2', 'get', { path: '/kept' })).toMatchObject({ data: 'new' });
  });

  test('that an earlier session left behind is replaced', async () => {
    const bench = await benchWith(['C1', 'C2']);
    await done(bench, 'C1', 'keep', { path: '/kept/a' });
    const before = bench.belief('C1')?.fence ?? 0;
    bench.isReachable = false;
    bench.cut('C1');
    await bench.run(8000);
    bench.isReachable = true;
    await bench.run(5000);
    expect(bench.belief('C1')?.holds).toBe(true);
    expect(bench.belief('C1')?.fence).toBeGreaterThan(before);
  });
});

describe('services', () => {
  test('are found by name as Curator writes them; strangers are left out', async () => {
    const bench = await benchWith(['C1', 'C2']);
    const args = { path: '/services', name: 'web', id: 'one', address: '10.0.0.1', port: 80 };
    await done(bench, 'C1', 'register', args);
    await done(bench, 'C1', 'create', { path: '/services/web/bad', data: '{"name":' });
    await done(bench, 'C1', 'create', { path: '/services/web/worse', data: '7' });
    const found = await done(bench, 'C2', 'discover', { path: '/services', name: 'web' });
    expect(found).toMatchObject({
      instances: [{ name: 'web', id: 'one', address: '10.0.0.1', port: 80 }],
    });
    const { data } = (await done(bench, 'C2', 'get', { path: '/services/web/one' })) as {
      data: string;
    };
    expect(Object.keys(JSON.parse(data) as object)).toEqual([
      'name',
      'id',
      'address',
      'port',
      'sslPort',
      'payload',
      'registrationTimeUTC',
      'serviceType',
      'uriSpec',
    ]);
    expect(await done(bench, 'C2', 'discover', { path: '/services' })).toEqual({ names: ['web'] });
    await done(bench, 'C1', 'unregister', { path: '/services', name: 'web' });
    const none = await done(bench, 'C2', 'discover', { path: '/services', name: 'web' });
    expect(none).toEqual({ instances: [] });
  });
});

test('who leaves while it joins leaves nothing behind', async () => {
  for (let waitMs = 0; waitMs < 24; waitMs++) {
    const bench = await benchWith(['C1', 'C2']);
    bench.tell('C1', 'join', { ...GROUP, id: 'one' });
    await bench.run(waitMs);
    bench.tell('C1', 'leave', GROUP);
    await bench.run(500);
    expect(await bench.call('C2', 'stat', { path: `${GROUP.path}/one` })).toMatchObject({
      ok: false,
    });
  }
});
