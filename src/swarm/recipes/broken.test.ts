/** For each recipe a variant with a mistake that people make; the swarm must find every one. */

import { expect, test } from 'vitest';
import { utf8Decode, utf8Encode } from '../../base/utf8.ts';
import type { ClientContext } from '../../client/ClientContext.ts';
import { isKeeperError, KeeperError } from '../../client/KeeperError.ts';
import { listTree } from '../../client/trees.ts';
import { watchOnce } from '../../client/watch.ts';
import { nameOf } from '../../protocol/paths.ts';
import { decodeInt64, encodeInt64 } from '../../recipes/bigEndian.ts';
import type { AcquireOptions, Holding } from '../../recipes/Claim.ts';
import { Claim } from '../../recipes/Claim.ts';
import { holdZnode } from '../../recipes/holdZnode.ts';
import { Lock } from '../../recipes/Lock.ts';
import { PLAIN_LOCK } from '../../recipes/LockKind.ts';
import type { Holdable } from '../../recipes/MultiLock.ts';
import { Patience } from '../../recipes/Patience.ts';
import {
  createNamed,
  createProtected,
  deleteForCertain,
  sortedBySequence,
} from '../../recipes/ProtectedNode.ts';
import { decodeItems, encodeItems } from '../../recipes/queueItems.ts';
import { inOrder } from '../../recipes/queueNames.ts';
import { orNull, retryOnLoss } from '../../recipes/retry.ts';
import type { SharedCount } from '../../recipes/SharedCount.ts';
import { verdictIn } from '../../recipes/twoPhase.ts';
import { ZnodeCache } from '../../recipes/ZnodeCache.ts';
import * as groups from './groupCases.ts';
import * as locks from './lockCases.ts';
import * as queues from './queueCases.ts';
import type { RecipeCase } from './RecipeCase.ts';
import { attempt } from './RecipeCase.ts';
import { recipeScenario } from './recipeScenario.ts';
import { runRecipe } from './runRecipe.ts';
import { twoPhaseCommit } from './twoPhaseCases.ts';
import * as values from './valueCases.ts';

const SEEDS_MAX = 40;

const drain = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A lock whose line is judged wrongly. */
const misjudged =
  (path: string, recipe: string, blockerOf: (typeof PLAIN_LOCK)['blockerOf']) =>
  (context: ClientContext): Lock =>
    new Lock(context, path, { kind: { ...PLAIN_LOCK, recipe, blockerOf } });

/** Takes the place of the one before when that is gone, and does not look who else is there. */
class HastyLock implements Holdable {
  private readonly context: ClientContext;
  private readonly claim: Claim;
  private readonly path: string;
  private patience: Patience | null = null;

  constructor(context: ClientContext, recipe: string, path: string) {
    this.context = context;
    this.claim = new Claim(context, recipe, path);
    this.path = path;
  }

  get held(): Holding | null {
    return this.claim.held;
  }

  get isIdle(): boolean {
    return this.held === null;
  }

  async acquire({ timeoutMs }: AcquireOptions = {}): Promise<Holding | null> {
    const { zk } = this.context;
    const patience = new Patience(this.context, timeoutMs);
    this.patience = patience;
    const options = { parent: this.path, basename: 'lock-', data: '' };
    const own = await createProtected(this.context, zk, options, () => {});
    const { children } = await retryOnLoss(() => zk.getChildren(this.path));
    const line = sortedBySequence(children, 'lock-');
    const before = line[line.indexOf(own.slice(this.path.length + 1)) - 1];
    const watched = `${this.path}/${before}`;
    const gone = watchOnce();
    const isFirst = before === undefined;
    const found = isFirst
      ? null
      : await orNull(() => retryOnLoss(() => zk.getData(watched, gone.watcher)));
    if (found !== null) await patience.wait(gone);
    if (!patience.isOver) return holdZnode(zk, this.claim, own);
    await deleteForCertain(zk, own);
    return null;
  }

  async release(): Promise<void> {
    this.patience?.giveUp();
    const { zk } = this.context;
    const holding = this.claim.drop();
    if (holding !== null) await deleteForCertain(zk, holding.znode);
  }
}

/** Stays until it is closed, as a latch or a selector does. */
const hastyStanding =
  (recipe: string, path: string) =>
  (context: ClientContext): { run(): Promise<void>; close(): Promise<void> } => {
    const lock = new HastyLock(context, recipe, path);
    const run = async (): Promise<void> => {
      try {
        await lock.acquire();
      } catch (error) {
        if (!(error instanceof KeeperError)) throw error;
      }
    };
    return { run, close: () => lock.release() };
  };

/** Puts again after a lost answer. */
const putTwice = (context: ClientContext): queues.AnyQueue => ({
  put: async (text) => {
    const { zk } = context;
    await createNamed(zk, '/queue', null, 'CONTAINER');
    const mode = 'PERSISTENT_SEQUENTIAL';
    await retryOnLoss(() => zk.create('/queue/queue-', encodeItems([utf8Encode(text)]), { mode }));
  },
  take: async () => {},
});

/** Takes without asking whether the delete was its own. */
const takeTwice =
  (works: boolean) =>
  (context: ClientContext): queues.AnyQueue => ({
    put: async (text) => {
      const { zk } = context;
      await createNamed(zk, '/queue', null, 'CONTAINER');
      const mode = 'PERSISTENT_SEQUENTIAL';
      await zk.create('/queue/queue-', encodeItems([utf8Encode(text)]), { mode });
    },
    take: async (onTaken) => {
      const { zk } = context;
      const listed = await orNull(() => zk.getChildren('/queue'));
      const [first] = inOrder(listed?.children ?? []);
      if (first === undefined) return;
      const path = `/queue/${first.name}`;
      const found = await orNull(() => zk.getData(path));
      await orNull(() => retryOnLoss(() => zk.delete(path)));
      // A worker that dies with what it has taken away already.
      if (!works && context.random.chance(300)) return;
      for (const item of decodeItems(found?.data ?? null) ?? []) onTaken(utf8Decode(item));
    },
  });

const addBlindly = () => async (context: ClientContext, delta: bigint) => {
  const { zk } = context;
  await createNamed(zk, '/counter', encodeInt64(0n), 'PERSISTENT');
  const { data } = await retryOnLoss(() => zk.getData('/counter'));
  await retryOnLoss(() => zk.setData('/counter', encodeInt64((decodeInt64(data) ?? 0n) + delta)));
  return true;
};

/** Reads all once and then hears of changes; does not ask what it missed while it was cut off. */
function forgetfulCache(context: ClientContext): values.AnyCache {
  const known = new Map<string, Uint8Array | null>();
  let end = (): void => {};
  const read = async (path: string): Promise<void> => {
    const found = await orNull(() => context.zk.getData(path));
    if (found === null) known.delete(path);
    else known.set(path, found.data);
  };
  return {
    run: async () => {
      const { zk } = context;
      await attempt(context, async () => {
        await zk.addWatch('/cached', 'PERSISTENT_RECURSIVE', ({ path, type }) => {
          if (type !== 'NodeChildrenChanged' && type !== 'None') read(path).catch(() => {});
        });
        for (const path of (await orNull(() => listTree(zk, '/cached'))) ?? []) await read(path);
      });
      await new Promise<void>((resolve) => {
        end = resolve;
      });
    },
    close: async () => end(),
    all: () =>
      [...known].map(([path, data]) => ({ path, data })).sort((a, b) => (a.path < b.path ? -1 : 1)),
  };
}

/** Joins once, and not again with another session. */
function onceMember(context: ClientContext, id: string) {
  const cache = new ZnodeCache(context, '/group', 'children');
  const own = `/group/${id}`;
  return {
    run: async () => {
      await attempt(context, () => createNamed(context.zk, own, ''));
      await cache.run();
    },
    close: async () => {
      await deleteForCertain(context.zk, own);
      await cache.close();
    },
    get members() {
      return cache.all().map(({ path }) => ({ id: nameOf(path) }));
    },
  };
}

const createOnce = (context: ClientContext, path: string): Promise<void> =>
  createNamed(context.zk, path, '');

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
  ['a cache that does not read anew', /there is/, values.cache(forgetfulCache)],
  [
    'a persistent znode that is created once',
    /is not there in the end/,
    groups.persistentNode(createOnce),
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
