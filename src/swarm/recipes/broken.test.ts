/** For each recipe a variant with a mistake that people make; the swarm must find every one. */

import { expect, test } from 'vitest';
import { isKeeperError } from '../../client/KeeperError.ts';
import { watchOnce } from '../../client/watch.ts';
import type { Holding } from '../../recipes/Claim.ts';
import { Lock } from '../../recipes/Lock.ts';
import { PLAIN_LOCK } from '../../recipes/LockKind.ts';
import { createNamed } from '../../recipes/ProtectedNode.ts';
import { retryOnLoss } from '../../recipes/retry.ts';
import type { SharedCount } from '../../recipes/SharedCount.ts';
import { verdictIn } from '../../recipes/twoPhase.ts';
import {
  addBlindly,
  createOnce,
  forgetfulCache,
  HastyLock,
  hastyStanding,
  looseLock,
  misjudged,
  onceMember,
  pollTwice,
  presumptuousHerd,
  putTwice,
  takeTwice,
} from './brokenRecipes.ts';
import * as groups from './groupCases.ts';
import * as locks from './lockCases.ts';
import * as queues from './queueCases.ts';
import type { RecipeCase } from './RecipeCase.ts';
import { RECIPE_CASES } from './recipeCases.ts';
import { recipeScenario } from './recipeScenario.ts';
import { runRecipe } from './runRecipe.ts';
import { twoPhaseCommit } from './twoPhaseCases.ts';
import * as values from './valueCases.ts';

const SEEDS_MAX = 40;

const drain = () => new Promise<void>((resolve) => setImmediate(resolve));

const BROKEN: readonly (readonly [string, RegExp, RecipeCase])[] = [
  [
    'a lock that passes the one before',
    /hold \/lock together/,
    locks.lock(misjudged('/lock', 'lock', (line, i) => line[i - 2] ?? null)),
  ],
  [
    'a lock that does not look again',
    /hold \/lock together/,
    locks.lock((context) => new HastyLock(context, 'lock', '/lock')),
  ],
  [
    'a herd lock that takes the znode for its own',
    /hold \/herd together/,
    locks.herdLock(presumptuousHerd),
  ],
  ['a lock that forgets how often', /let go with one release/, locks.reentrantLock(looseLock)],
  [
    'a revocable lock whose holder does not listen',
    /healed, and yet not done/,
    locks.revocableLock((context) => new Lock(context, '/lock')),
  ],
  [
    'a revocable lock that is taken when it has been asked for',
    /hold \/lock together/,
    locks.revocableLock((context, onRevoke) => {
      const kind = { ...PLAIN_LOCK, blockerOf: () => null };
      return new Lock(context, '/lock', { kind, onRevoke });
    }),
  ],
  ['a semaphore with one lease too many', /hold \/sem together/, locks.semaphore(3)],
  [
    'a read-write lock whose readers wait for nobody',
    /has the (read|write)Lock while/,
    locks.readWriteLock((context) => {
      const read = { recipe: 'readLock', basename: '__READ__', blockerOf: () => null };
      const write = { ...PLAIN_LOCK, recipe: 'writeLock', basename: '__WRIT__' };
      const marks = ['__READ__', '__WRIT__'];
      const both = {
        read: new Lock(context, '/rw', { kind: { ...PLAIN_LOCK, ...read, marks } }),
        write: new Lock(context, '/rw', { kind: { ...write, marks } }),
      };
      return {
        acquire: (side) => both[side].acquire(),
        release: (side) => both[side].release(),
      };
    }),
  ],
  [
    'a multi-lock that is content with some',
    /has only some of them/,
    locks.multiLock(async (_, all) => {
      const taken: Holding[] = [];
      for (const one of all) {
        const holding = await one.acquire({ timeoutMs: 20 });
        if (holding !== null) taken.push(holding);
      }
      return taken;
    }),
  ],
  [
    'a latch that does not look again',
    /hold \/latch together/,
    locks.leaderLatch(hastyStanding('latch', '/latch')),
  ],
  [
    'a selector that does not look again',
    /hold \/select together/,
    locks.leaderSelector(hastyStanding('selector', '/select')),
  ],
  [
    'a barrier that takes a lost connection for an open gate',
    /passes, though it is shut/,
    groups.barrier(async ({ zk }) => {
      try {
        const gone = watchOnce();
        while ((await zk.exists('/barrier', gone.watcher)) !== null) await gone.fired;
      } catch (error) {
        if (!isKeeperError(error, 'CONNECTIONLOSS')) throw error;
      }
    }),
  ],
  ['a double barrier that one may enter alone', /enters alone/, groups.doubleBarrier(1)],
  [
    'a queue that puts again after a lost answer',
    /in the queue twice|put again/,
    queues.queue(putTwice),
  ],
  ['a queue that does not ask who was first', /a second time/, queues.queue(takeTwice(true))],
  ['a simple queue that does not ask who was first', /a second time/, queues.simple(pollTwice)],
  ['a queue that forgets what a worker had', /are lost/, queues.queueWithLocks(takeTwice(false))],
  ['a priority queue upside down', /was taken after/, queues.priorityQueue((rank) => -rank)],
  ['a delay queue that is early', /was taken at/, queues.delayQueue(3000)],
  ['a counter that writes over others', /the sum goes|added twice/, values.counter(addBlindly)],
  [
    'a shared count that is set blindly',
    /the number goes/,
    values.sharedCount((count: SharedCount) => count.set((count.value?.count ?? 0) + 1)),
  ],
  [
    'a configuration that is set without asking',
    /saw version/,
    values.configuration(async (context, text) => {
      const { zk } = context;
      await createNamed(zk, '/config', '', 'PERSISTENT');
      const { stat } = await zk.getData('/config');
      const set = await retryOnLoss(() => zk.setData('/config', text));
      return { seen: stat.version, version: set.version };
    }),
  ],
  ...(['node', 'children', 'tree'] as const).map(
    (scope) =>
      [
        `a ${scope} cache that does not read anew`,
        /there is/,
        values.cache(scope, forgetfulCache(scope)),
      ] as const,
  ),
  [
    'a persistent znode that is created once',
    /is not there in the end/,
    groups.persistentNode(createOnce),
  ],
  [
    'an instance that registers once',
    /finds|is not there in the end/,
    groups.service((context, id) => {
      const json = JSON.stringify({ name: 'web', id });
      return createNamed(context.zk, `/services/web/${id}`, json);
    }),
  ],
  ['a member that joins once', /sees .* in the end/, groups.groupMember(onceMember)],
  [
    'a coordinator that decides anew',
    /has (abort|commit) for/,
    twoPhaseCommit(async ({ zk }, path) => {
      const { data } = await zk.getData(path);
      if (verdictIn(data) === 'abort') return 'abort';
      await zk.setData(path, 'abort');
      return 'abort';
    }),
  ],
];

test.each(BROKEN)('%s is found', async (_, expected, recipe) => {
  let found: string | null = null;
  for (let seed = 1; seed <= SEEDS_MAX && found === null; seed++) {
    found = await runRecipe(recipeScenario(seed, recipe.clientCount), recipe, drain);
  }
  expect(found).toMatch(expected);
});

test('no recipe is without one', () => {
  const broken = new Set(BROKEN.map(([, , { name }]) => name));
  expect(RECIPE_CASES.filter(({ name }) => !broken.has(name))).toEqual([]);
});
