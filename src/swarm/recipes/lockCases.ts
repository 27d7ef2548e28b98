/** Locks, semaphores and elections. */

import type { ClientContext } from '../../client/ClientContext.ts';
import { HerdLock } from '../../recipes/HerdLock.ts';
import { LeaderLatch } from '../../recipes/LeaderLatch.ts';
import type { LeaderSelectorOptions } from '../../recipes/LeaderSelector.ts';
import { LeaderSelector } from '../../recipes/LeaderSelector.ts';
import { Lock } from '../../recipes/Lock.ts';
import type { Holdable } from '../../recipes/MultiLock.ts';
import { MultiLock } from '../../recipes/MultiLock.ts';
import type { Side } from '../../recipes/ReadWriteLock.ts';
import { ReadWriteLock } from '../../recipes/ReadWriteLock.ts';
import { requestRevoke } from '../../recipes/requestRevoke.ts';
import { Semaphore } from '../../recipes/Semaphore.ts';
import type { Hold } from './holds.ts';
import { atMost, holdsCheck, oneByOne } from './holds.ts';
import type { RecipeCase } from './RecipeCase.ts';
import { again, attempt, note, noteIn } from './RecipeCase.ts';

const LEASES = 2;
/** For those who came last to be through. */
const SETTLE_MS = 6000;

/** Takes it, keeps it for a while, gives it back; sometimes without patience. */
export async function useOnce(context: ClientContext, lock: Holdable): Promise<void> {
  const { random } = context;
  const patience = random.chance(300) ? { timeoutMs: random.between(1, 500) } : {};
  const holding = await lock.acquire(patience);
  if (holding === null) return;
  await context.sleep(random.between(1, 200));
  await lock.release();
}

type MakeLock = (context: ClientContext) => Holdable;

function lockCase(name: string, recipe: string, make: MakeLock): RecipeCase {
  return {
    name,
    clientCount: 3,
    work: (context, { untilMs }) => again(context, untilMs, () => useOnce(context, make(context))),
    check: () => holdsCheck([recipe], oneByOne()),
  };
}

export const lock = (make: MakeLock = (context) => new Lock(context, '/lock')): RecipeCase =>
  lockCase('lock', 'lock', make);

export const herdLock = (
  make: MakeLock = (context) => new HerdLock(context, '/herd'),
): RecipeCase => lockCase('herdLock', 'herdLock', make);

/** Takes it twice, and holds it until it has given it back twice. */
async function useTwice(context: ClientContext, lock: Holdable): Promise<void> {
  if ((await lock.acquire()) === null) return;
  await lock.acquire();
  await context.sleep(context.random.between(1, 100));
  await lock.release();
  await context.sleep(context.random.between(1, 100));
  // Nobody but the end of its session takes it away.
  if (lock.held === null && context.zk.state === 'connected') note(context, 'let go');
  await lock.release();
}

export const reentrantLock = (
  make: MakeLock = (context) => new Lock(context, '/lock'),
): RecipeCase => ({
  name: 'reentrantLock',
  clientCount: 3,
  work: (context, { untilMs }) => again(context, untilMs, () => useTwice(context, make(context))),
  check: () => {
    const holds = holdsCheck(['lock'], oneByOne());
    return {
      observe: (event, tree) =>
        noteIn(event)?.word === 'let go'
          ? `${event.who} has let go with one release of two`
          : holds.observe(event, tree),
    };
  },
});

type MakeRevocable = (context: ClientContext, onRevoke: () => void) => Holdable;

/** One keeps asking for it; whoever holds it does so until it is asked. */
export const revocableLock = (
  make: MakeRevocable = (context, onRevoke) => new Lock(context, '/lock', { onRevoke }),
): RecipeCase => ({
  name: 'revocableLock',
  clientCount: 3,
  work: (context, { index, untilMs }) =>
    index === 0
      ? askForIt(context, untilMs)
      : again(context, untilMs, async () => {
          const revocable: Holdable = make(context, () => void revocable.release());
          await revocable.acquire();
          while (revocable.held !== null) await context.sleep(20);
        }),
  check: () => holdsCheck(['lock'], oneByOne()),
});

/** Until nobody comes any more. */
async function askForIt(context: ClientContext, untilMs: number): Promise<void> {
  for (let isLeft = true; isLeft || context.nowMs < untilMs + SETTLE_MS; ) {
    await attempt(context, async () => {
      isLeft = (await requestRevoke(context.zk, '/lock')) !== null;
    });
    await context.sleep(context.random.between(50, 400));
  }
}

export const semaphore = (leases = LEASES): RecipeCase => ({
  name: 'semaphore',
  clientCount: 4,
  work: (context, { untilMs }) =>
    again(context, untilMs, () => useOnce(context, new Semaphore(context, '/sem', leases))),
  check: () => holdsCheck(['semaphore'], atMost(LEASES)),
});

export interface ReadWrite {
  acquire(side: Side): Promise<unknown>;
  release(side: Side): Promise<void>;
}

type MakeReadWrite = (context: ClientContext) => ReadWrite;

async function readOrWrite(context: ClientContext, make: MakeReadWrite): Promise<void> {
  const { random } = context;
  const rw = make(context);
  const isWriter = random.chance(400);
  const side = isWriter ? 'write' : 'read';
  await rw.acquire(side);
  await context.sleep(random.between(1, 200));
  if (isWriter && random.chance(500)) {
    await rw.acquire('read');
    await rw.release('write');
    await context.sleep(random.between(1, 200));
    await rw.release('read');
  } else {
    await rw.release(side);
  }
}

function judgeReadWrite(fresh: Hold, open: readonly Hold[]): string | null {
  const other = open.find(
    ({ who, recipe }) =>
      who !== fresh.who && (recipe === 'writeLock' || fresh.recipe === 'writeLock'),
  );
  if (other === undefined) return null;
  return `${fresh.who} has the ${fresh.recipe} while ${other.who} has the ${other.recipe}`;
}

export const readWriteLock = (
  make: MakeReadWrite = (context) => new ReadWriteLock(context, '/rw'),
): RecipeCase => ({
  name: 'readWriteLock',
  clientCount: 4,
  work: (context, { untilMs }) => again(context, untilMs, () => readOrWrite(context, make)),
  check: () => holdsCheck(['readLock', 'writeLock'], judgeReadWrite),
});

const MULTI = ['/multi/a', '/multi/b', '/multi/c'] as const;

/** All of them in one go: the second lock is never held by another than the first. */
export const multiLock = (
  acquireAll = (context: ClientContext, locks: readonly Holdable[]) => {
    const all = new MultiLock(context, locks);
    return all.acquire();
  },
): RecipeCase => ({
  name: 'multiLock',
  clientCount: 3,
  work: (context, { untilMs }) =>
    again(context, untilMs, async () => {
      const paths = MULTI.filter(() => context.random.chance(700));
      const locks = paths.map((path) => new Lock(context, path));
      const holdings = await acquireAll(context, locks);
      const missing = locks.find(({ held }) => held === null);
      const isLive = context.zk.state === 'connected';
      if (holdings !== null && missing !== undefined && isLive) {
        context.step('note', '/', JSON.stringify(['partial', missing.path]));
      }
      await context.sleep(context.random.between(1, 100));
      await new MultiLock(context, locks).release();
    }),
  check: () => {
    const holds = holdsCheck(['lock'], oneByOne());
    return {
      observe: (event, tree) => {
        const isPartial = event.type === 'step' && event.step.startsWith('["partial"');
        return isPartial ? `${event.who} has only some of them` : holds.observe(event, tree);
      },
    };
  },
});

interface Standing {
  run(): Promise<void>;
  close(): Promise<void>;
}

/** Stands for a while, leaves, stands again. */
function standingCase(
  name: string,
  recipe: string,
  make: (context: ClientContext, id: string) => Standing,
): RecipeCase {
  return {
    name,
    clientCount: 3,
    work: (context, { untilMs, name: id }) =>
      again(context, untilMs, async () => {
        const standing = make(context, id);
        const run = standing.run();
        await context.sleep(context.random.between(100, 2000));
        await standing.close();
        await run;
      }),
    check: () => holdsCheck([recipe], oneByOne()),
  };
}

export const leaderLatch = (
  make = (context: ClientContext, id: string): Standing => new LeaderLatch(context, '/latch', id),
): RecipeCase => standingCase('leaderLatch', 'latch', make);

export const leaderSelector = (
  make = (context: ClientContext, options: LeaderSelectorOptions): Standing =>
    new LeaderSelector(context, '/select', options),
): RecipeCase =>
  standingCase('leaderSelector', 'selector', (context, id) =>
    make(context, {
      id,
      requeues: true,
      takeLeadership: async ({ over }) => {
        await context.within(context.random.between(1, 300), over);
      },
    }),
  );
