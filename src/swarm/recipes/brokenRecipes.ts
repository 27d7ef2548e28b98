/** Recipes with mistakes that people make, for the swarm to find. */

import { utf8Decode, utf8Encode } from '../../base/utf8.ts';
import type { ClientContext } from '../../client/ClientContext.ts';
import { KeeperError } from '../../client/KeeperError.ts';
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
import { SimpleQueue } from '../../recipes/SimpleQueue.ts';
import type { CacheScope } from '../../recipes/ZnodeCache.ts';
import { ZnodeCache } from '../../recipes/ZnodeCache.ts';
import type * as queues from './queueCases.ts';
import { attempt } from './RecipeCase.ts';
import * as values from './valueCases.ts';

/** A lock whose line is judged wrongly. */
export const misjudged =
  (path: string, recipe: string, blockerOf: (typeof PLAIN_LOCK)['blockerOf']) =>
  (context: ClientContext): Lock =>
    new Lock(context, path, { kind: { ...PLAIN_LOCK, recipe, blockerOf } });

/** Takes the place of the one before when that is gone, and does not look who else is there. */
export class HastyLock implements Holdable {
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

/** Takes the znode for its own, whoever has made it. */
export function presumptuousHerd(context: ClientContext): Holdable {
  const { zk } = context;
  const claim = new Claim(context, 'herdLock', '/herd');
  return {
    get held() {
      return claim.held;
    },
    get isIdle() {
      return claim.held === null;
    },
    acquire: async () => {
      await createNamed(zk, '/herd', '');
      return holdZnode(zk, claim, '/herd');
    },
    release: async () => {
      claim.drop();
      await deleteForCertain(zk, '/herd');
    },
  };
}

/** Lets go at the first release, however often it was acquired. */
export function looseLock(context: ClientContext): Holdable {
  const lock = new Lock(context, '/lock');
  return {
    get held() {
      return lock.held;
    },
    get isIdle() {
      return lock.isIdle;
    },
    acquire: (options) => lock.acquire(options),
    release: async () => {
      do await lock.release();
      while (lock.held !== null);
    },
  };
}

/** Stays until it is closed, as a latch or a selector does. */
export const hastyStanding =
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
export const putTwice = (context: ClientContext): queues.AnyQueue => ({
  put: async (text) => {
    const { zk } = context;
    await createNamed(zk, '/queue', null, 'CONTAINER');
    const mode = 'PERSISTENT_SEQUENTIAL';
    await retryOnLoss(() => zk.create('/queue/queue-', encodeItems([utf8Encode(text)]), { mode }));
  },
  take: async () => {},
});

/** Takes without asking whether the delete was its own. */
export const takeTwice =
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

/** The same with a queue without ceremony. */
export const pollTwice = (context: ClientContext): queues.AnyQueue => ({
  put: (text) => new SimpleQueue(context, '/queue').offer(text),
  take: async (onTaken) => {
    const { zk } = context;
    const first = await new SimpleQueue(context, '/queue').peek();
    if (first === null) return;
    await orNull(() => retryOnLoss(() => zk.delete(`/queue/${first.name}`)));
    onTaken(utf8Decode(first.data ?? new Uint8Array()));
  },
});

export const addBlindly = () => async (context: ClientContext, delta: bigint) => {
  const { zk } = context;
  await createNamed(zk, '/counter', encodeInt64(0n), 'PERSISTENT');
  const { data } = await retryOnLoss(() => zk.getData('/counter'));
  await retryOnLoss(() => zk.setData('/counter', encodeInt64((decodeInt64(data) ?? 0n) + delta)));
  return true;
};

/** Reads all once and then hears of changes; does not ask what it missed while it was cut off. */
export const forgetfulCache =
  (scope: CacheScope) =>
  (context: ClientContext): values.AnyCache => {
    const known = new Map<string, Uint8Array | null>();
    let end = (): void => {};
    const read = async (path: string): Promise<void> => {
      const found = await orNull(() => context.zk.getData(path));
      if (!values.isInScope(scope, path)) return;
      if (found === null) known.delete(path);
      else known.set(path, found.data);
    };
    return {
      run: async () => {
        const { zk } = context;
        await attempt(context, async () => {
          await zk.addWatch('/cached', 'PERSISTENT_RECURSIVE', ({ path, type }) => {
            if (type !== 'None') read(path).catch(() => {});
          });
          for (const path of (await orNull(() => listTree(zk, '/cached'))) ?? []) await read(path);
        });
        await new Promise<void>((resolve) => {
          end = resolve;
        });
      },
      close: async () => end(),
      all: () =>
        [...known]
          .map(([path, data]) => ({ path, data }))
          .sort((a, b) => (a.path < b.path ? -1 : 1)),
    };
  };

/** Joins once, and not again with another session. */
export function onceMember(context: ClientContext, id: string) {
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

export const createOnce = (context: ClientContext, path: string): Promise<void> =>
  createNamed(context.zk, path, '');
