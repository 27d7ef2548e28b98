import { describe, expect, test } from 'vitest';
import { believers, benchWith, childrenOf, cutAt, done } from './testing/recipeBench.ts';

const TX = { path: '/tx/1' };
const SITES = ['C2', 'C3'];
const ALL = ['C1', ...SITES, 'C4'];
const begin = { ...TX, sites: SITES };

describe('two-phase commit', () => {
  test('commits when all sites vote so', async () => {
    const bench = await benchWith(ALL);
    await done(bench, 'C1', 'txBegin', begin);
    await done(bench, 'C2', 'txVote', { ...TX, site: 'C2', vote: 'commit' });
    expect(believers(bench, '2pc', ALL)).toEqual([]);
    await done(bench, 'C3', 'txVote', { ...TX, site: 'C3', vote: 'commit' });
    expect(believers(bench, '2pc', ALL)).toEqual(SITES);
    expect(await done(bench, 'C4', 'get', TX)).toMatchObject({ data: 'commit' });
    expect(await childrenOf(bench, 'C4', TX.path)).toEqual(SITES);
  });

  test('aborts when one site says no, or says nothing in time', async () => {
    const bench = await benchWith(ALL);
    await done(bench, 'C1', 'txBegin', begin);
    await done(bench, 'C2', 'txVote', { ...TX, site: 'C2', vote: 'commit' });
    await done(bench, 'C3', 'txVote', { ...TX, site: 'C3', vote: 'abort' });
    expect(await done(bench, 'C4', 'get', TX)).toMatchObject({ data: 'abort' });
    await done(bench, 'C1', 'txBegin', { path: '/tx/2', sites: SITES, timeoutMs: 300 });
    await bench.run(500);
    expect(await done(bench, 'C4', 'get', { path: '/tx/2' })).toMatchObject({ data: 'abort' });
    expect(believers(bench, '2pc', ALL)).toEqual([]);
  });

  test('a vote counts once', async () => {
    const bench = await benchWith(ALL);
    await done(bench, 'C1', 'txBegin', begin);
    await done(bench, 'C2', 'txVote', { ...TX, site: 'C2', vote: 'commit' });
    await done(bench, 'C2', 'txVote', { ...TX, site: 'C2', vote: 'commit' });
    const other = await bench.call('C2', 'txVote', { ...TX, site: 'C2', vote: 'abort' }, 100);
    expect(other.error).toBe('C2 has voted commit already');
    const stranger = await bench.call('C4', 'txVote', { ...TX, site: 'C4', vote: 'abort' }, 100);
    expect(stranger.error).toBe('Node does not exist: /tx/1/C4');
  });

  test('is begun once, also when the answer to that was lost', async () => {
    const bench = await benchWith(ALL);
    const { wasCut } = cutAt(bench, 'C1', 'multi', 'answer');
    await done(bench, 'C1', 'txBegin', begin, 5000);
    expect(wasCut()).toBe(true);
    expect((await bench.call('C4', 'txBegin', begin, 100)).error).toMatch(/^Node already exists/);
  });
});

describe('when the coordinator dies', () => {
  test('sites that voted to commit wait; another coordinator decides for it', async () => {
    const bench = await benchWith(ALL);
    await done(bench, 'C1', 'txBegin', begin);
    bench.kill('C1');
    for (const site of SITES) await done(bench, site, 'txVote', { ...TX, site, vote: 'commit' });
    await bench.run(200);
    expect(believers(bench, '2pc', SITES)).toEqual([]);
    const recovered = await done(bench, 'C4', 'txRecover', TX, 8000);
    expect(recovered).toEqual({ verdict: 'commit' });
    expect(believers(bench, '2pc', SITES)).toEqual(SITES);
    expect(await done(bench, 'C4', 'txRecover', TX)).toEqual({ verdict: 'commit' });
  });

  test('and comes back, it cannot decide otherwise', async () => {
    const bench = await benchWith(ALL);
    await done(bench, 'C1', 'txBegin', begin);
    bench.expire(bench.sessionIdOf('C1'));
    await bench.run(50);
    const recovered = await done(bench, 'C4', 'txRecover', { ...TX, timeoutMs: 100 }, 400);
    expect(recovered).toEqual({ verdict: 'abort' });
    for (const site of SITES) await done(bench, site, 'txVote', { ...TX, site, vote: 'commit' });
    await bench.run(5000);
    expect(await done(bench, 'C4', 'get', TX)).toMatchObject({ data: 'abort' });
    expect(believers(bench, '2pc', SITES)).toEqual([]);
    expect(await done(bench, 'C2', 'txOutcome', { ...TX, site: 'C2' })).toEqual({
      verdict: 'abort',
    });
  });
});
