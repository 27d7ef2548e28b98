import { beforeAll, describe, expect, test } from 'vitest';
import { ClientBench } from './testing/ClientBench.ts';
import type { JsonValue } from './trace.ts';

let bench: ClientBench;
beforeAll(async () => {
  bench = await ClientBench.start();
  await bench.add('C1');
  await bench.call('C1', 'create', { path: '/app' });
  await bench.add('C2', { chroot: '/app' });
});

/** The result; the error if there is one. */
async function run(name: string, args: JsonValue = {}, client = 'C1'): Promise<JsonValue> {
  const { ok, error, data } = await bench.call(client, name, args, 200);
  return ok ? data : error;
}

describe('znodes', () => {
  test('are made in each mode', async () => {
    const modes = ['PERSISTENT', 'EPHEMERAL', 'PERSISTENT_SEQUENTIAL', 'CONTAINER'];
    const made = [];
    for (const mode of modes) made.push(await run('create', { path: `/m-${mode}-`, mode }));
    expect(made).toEqual([
      { path: '/m-PERSISTENT-' },
      { path: '/m-EPHEMERAL-' },
      { path: expect.stringMatching(/^\/m-PERSISTENT_SEQUENTIAL-\d{10}$/) },
      { path: '/m-CONTAINER-' },
    ]);
    const mode = 'PERSISTENT_WITH_TTL';
    expect(await run('create2', { path: '/ttl', mode, ttlMs: 5000 })).toMatchObject({
      path: '/ttl',
      stat: { version: 0, ephemeralOwner: '0x0' },
    });
    expect(await run('create', { path: '/x', mode })).toBe(
      'ttlMs goes with the modes that end in _WITH_TTL, and only with them',
    );
  });

  test('no data, empty data and bytes that are no text are told apart', async () => {
    await run('create', { path: '/none' });
    await run('create', { path: '/empty', data: '' });
    expect(await run('get', { path: '/none' })).toMatchObject({ data: null });
    expect(await run('get', { path: '/empty' })).toMatchObject({ data: '' });
  });

  test('are set and deleted only in the version asked for', async () => {
    await run('create', { path: '/v', data: '0' });
    expect(await run('set', { path: '/v', data: '1', version: 0 })).toMatchObject({
      stat: { version: 1, dataLength: 1 },
    });
    expect(await run('set', { path: '/v', data: '2', version: 0 })).toBe(
      'version No is not valid : /v',
    );
    expect(await run('delete', { path: '/v', version: 0 })).toBe('version No is not valid : /v');
    expect(await run('delete', { path: '/v', version: 1 })).toBe(null);
    expect(await run('delete', { path: '/v' })).toBe('Node does not exist: /v');
  });

  test('trees are listed parents first, and deleted whole', async () => {
    for (const path of ['/t', '/t/b', '/t/a', '/t/a/c']) await run('create', { path });
    expect(await run('ls', { path: '/t' })).toMatchObject({ children: ['a', 'b'] });
    expect(await run('ls', { path: '/t', recursive: true })).toMatchObject({
      children: ['/t', '/t/a', '/t/a/c', '/t/b'],
    });
    expect(await run('getAllChildrenNumber', { path: '/t' })).toEqual({ count: 3 });
    expect(await run('delete', { path: '/t' })).toBe('Node not empty: /t');
    expect(await run('deleteall', { path: '/t' })).toEqual({ deleted: 4 });
    expect(await run('stat', { path: '/t' })).toBe('Node does not exist: /t');
  });

  test('multi does all or nothing and names the culprit', async () => {
    const create = { op: 'create', path: '/multi', data: 'x' };
    const check = { op: 'check', path: '/multi', version: 7 };
    expect(await run('multi', { ops: [create, check] })).toBe('version No is not valid : /multi');
    const set = { op: 'set', path: '/multi', data: 'y' };
    expect(await run('multi', { ops: [create, set] })).toMatchObject({
      results: [
        { op: 'create', path: '/multi' },
        { op: 'setData', stat: { version: 1 } },
      ],
    });
  });

  test('paths are checked before anything is sent', async () => {
    const sent = bench.traced('C1', 'operationSent').length;
    expect(await run('get', { path: 'a' })).toBe('Path must start with / character');
    expect(await run('get', { path: '/a//b' })).toBe(
      'Invalid path string "/a//b" caused by empty node name specified',
    );
    expect(bench.traced('C1', 'operationSent')).toHaveLength(sent);
  });
});

test('arguments are checked: missing, unknown, of the wrong type', async () => {
  expect(await run('get', {})).toBe('get: path is missing');
  expect(await run('get', { path: '/', wacht: true })).toBe(
    'get: no argument wacht; there are path, watch',
  );
  expect(await run('set', { path: '/', version: 'one' })).toMatch(
    /^set: version must be a whole number, -1 to \d+, not "one"$/,
  );
  expect(await run('create', { path: '/x', mode: 'FOREVER' })).toMatch(/^create: mode must be one/);
  expect(await run('get', ['/'])).toBe('get: arguments must be an object');
});

test('a chroot is put before paths, and taken off again', async () => {
  expect(await run('create', { path: '/x', data: 'here' }, 'C2')).toEqual({ path: '/x' });
  expect(await run('get', { path: '/app/x' })).toMatchObject({ data: 'here' });
  expect(await run('ls', { path: '/' }, 'C2')).toMatchObject({ children: ['x'] });
  expect(await run('get', { path: '/nope' }, 'C2')).toBe('Node does not exist: /nope');
  expect(bench.traced('C2', 'operationDone').at(-1)?.path).toBe('/app/nope');
  const ops = [{ op: 'create', path: '/y' }];
  expect(await run('multi', { ops }, 'C2')).toEqual({ results: [{ op: 'create', path: '/y' }] });
});

test('identities and access control', async () => {
  expect(await run('addauth', { scheme: 'digest', auth: 'bob:secret' })).toBe(null);
  expect(await run('whoami')).toMatchObject({
    identities: expect.arrayContaining([{ scheme: 'digest', user: 'bob' }]),
  });
  await run('create', { path: '/bobs', acl: 'auth::cdrwa' });
  expect(await run('getAcl', { path: '/bobs' })).toMatchObject({
    acl: [{ scheme: 'digest', id: 'bob:fyVmFCwVbTJYrznoSu1koqYEYF0=', perms: 'cdrwa' }],
  });
  await bench.add('C3');
  expect(await run('get', { path: '/bobs' }, 'C3')).toBe('Insufficient permission : /bobs');
  expect(await run('setAcl', { path: '/bobs', acl: 'world:anyone:r' })).toMatchObject({
    stat: { aversion: 1 },
  });
  expect(await run('get', { path: '/bobs' }, 'C3')).toMatchObject({ data: null });
  expect(await run('setAcl', { path: '/bobs', acl: 'world' })).toBe(
    'world does not have the form scheme:id:perm',
  );
});

test('standing watches tell of everything below until they are removed', async () => {
  await run('create', { path: '/w' });
  await run('addWatch', { path: '/w' });
  await run('create', { path: '/w/a' });
  await run('set', { path: '/w/a', data: '1' });
  expect(await run('removewatches', { path: '/w' })).toBe(null);
  await run('delete', { path: '/w/a' });
  const events = bench.traced('C1', 'watchDelivered').filter(({ path }) => path.startsWith('/w'));
  expect(events.map(({ event, path }) => `${event} ${path}`)).toEqual([
    'NodeCreated /w/a',
    'NodeDataChanged /w/a',
    'PersistentWatchRemoved /w',
  ]);
  expect(await run('removewatches', { path: '/w' })).toBe(
    'KeeperErrorCode = No such watcher for /w',
  );
});

test('quotas are set, kept beside each other, listed and taken away', async () => {
  await run('create', { path: '/q' });
  expect(await run('setquota', { path: '/q', count: 5 })).toBe(null);
  expect(await run('setquota', { path: '/q', countHard: 6 })).toBe(null);
  expect(await run('listquota', { path: '/q' })).toMatchObject({
    limits: { count: 5, bytes: -1, countHard: 6, bytesHard: -1 },
    usage: { count: 1 },
  });
  await run('create', { path: '/q/a' });
  expect(await run('setquota', { path: '/q/a', count: 5 })).toBe(
    '/q/a has a parent /q which has a quota',
  );
  await run('delquota', { path: '/q', which: 'count' });
  expect(await run('listquota', { path: '/q' })).toMatchObject({
    limits: { count: -1, countHard: 6 },
  });
  expect(await run('delquota', { path: '/q' })).toBe(null);
  expect(await run('listquota', { path: '/q' })).toBe(null);
});

test('a load sets a znode at its pace until it is stopped', async () => {
  await run('create', { path: '/load' });
  expect(await run('load', { path: '/load', count: 1000, intervalMs: 10 })).toBe(null);
  expect(await run('load', { path: '/load', count: 1, intervalMs: 1 })).toBe(
    'there is a load on /load already',
  );
  await bench.run(100);
  const stopped = await run('stopload', { path: '/load' });
  const { done } = stopped as { done: number };
  expect(done).toBeGreaterThan(20);
  expect(done).toBeLessThan(60);
  await bench.run(100);
  const { stat } = (await run('stat', { path: '/load' })) as { stat: { version: number } };
  expect(stat.version).toBeLessThanOrEqual(done + 1);
});

test('ephemerals of this session are listed by prefix', async () => {
  await run('create', { path: '/eph', mode: 'EPHEMERAL' });
  expect(await run('getEphemerals', { path: '/eph' })).toEqual({ paths: ['/eph'] });
  expect(await run('sync', { path: '/' })).toBe(null);
});
