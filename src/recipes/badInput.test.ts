/** What cannot be is answered by one clear sentence, and harms nobody else. */

import { describe, expect, test } from 'vitest';
import type { JsonValue } from '../client/trace.ts';
import { believers, benchWith, childrenOf, done } from './testing/recipeBench.ts';

/** An ephemeral: a file among directories, below which nothing can be. */
const FILE = '/file';

/** Those that answer when it is done. */
const ANSWERED: readonly (readonly [string, { readonly [key: string]: JsonValue }])[] = [
  ['lock', { path: FILE }],
  ['lock', { path: `${FILE}/herd`, herd: true }],
  ['rwlock', { path: FILE, side: 'read' }],
  ['semaphore', { path: FILE, leases: 2 }],
  ['multilock', { paths: ['/fine', FILE] }],
  ['barrierSet', { path: `${FILE}/gate` }],
  ['doubleBarrierEnter', { path: FILE, count: 2 }],
  ['queuePut', { path: FILE, data: 'x' }],
  ['queueOffer', { path: FILE, data: 'x' }],
  ['counterAdd', { path: `${FILE}/counter`, delta: 1 }],
  ['configSet', { path: `${FILE}/config`, data: 'x' }],
  ['txBegin', { path: `${FILE}/tx`, sites: ['C2'] }],
];

/** Those that go on by themselves: their last step says why they ended as well. */
const STARTED: readonly (readonly [string, { readonly [key: string]: JsonValue }])[] = [
  ['elect', { path: FILE }],
  ['select', { path: FILE }],
  ['join', { path: FILE }],
  ['register', { path: FILE, name: 'web' }],
  ['keep', { path: `${FILE}/kept` }],
  ['countWatch', { path: `${FILE}/count` }],
];

describe('a path that is a file', () => {
  test('is refused by every recipe, and a lock elsewhere stays as it is', async () => {
    const bench = await benchWith(['C1', 'C2']);
    await done(bench, 'C2', 'create', { path: FILE, data: 'text', mode: 'EPHEMERAL' });
    await done(bench, 'C2', 'lock', { path: '/fine' });
    await done(bench, 'C2', 'unlock', { path: '/fine' });
    await done(bench, 'C2', 'lock', { path: '/locks/a' });
    for (const [command, args] of ANSWERED) {
      const { ok, error } = await bench.call('C1', command, args, 500);
      expect([command, ok, error]).toEqual([command, false, expect.stringMatching(/^Ephemerals/)]);
      expect(error.split('\n')).toHaveLength(1);
    }
    for (const [command, args] of STARTED) {
      const why = 'Ephemerals cannot have children: /file';
      // It is over the first time: there is nothing to leave.
      for (const time of ['once', 'again']) {
        const { ok, error } = await bench.call('C1', command, args, 500);
        expect([command, time, ok, error]).toEqual([
          command,
          time,
          false,
          expect.stringContaining(why),
        ]);
      }
      expect([command, bench.steps('C1').at(-1)]).toEqual([
        command,
        expect.stringContaining(`failed: ${why}`),
      ]);
    }
    expect(await done(bench, 'C1', 'get', { path: FILE })).toMatchObject({ data: 'text' });
    expect(await childrenOf(bench, 'C1', '/fine')).toEqual([]);
    expect(believers(bench, 'lock', ['C1', 'C2'])).toEqual(['C2']);
  });

  test('with data is a directory like others', async () => {
    const bench = await benchWith(['C1']);
    await done(bench, 'C1', 'create', { path: '/data', data: 'text' });
    expect(await done(bench, 'C1', 'lock', { path: '/data' })).toMatchObject({
      znode: expect.stringMatching(/^\/data\/_c_/),
    });
  });
});
