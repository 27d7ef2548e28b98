/** Locks and semaphores as commands. */

import { ArgumentError, flag, integer, listOf, oneOf, optional, text } from '../client/args.ts';
import type { ClientContext } from '../client/ClientContext.ts';
import type { HoldingJson } from './commandTable.ts';
import {
  type CommandEntry,
  command,
  holdingJson,
  Parts,
  timeoutMs,
  waitFor,
} from './commandTable.ts';
import { HerdLock } from './HerdLock.ts';
import { Lock } from './Lock.ts';
import { MultiLock } from './MultiLock.ts';
import { ReadWriteLock } from './ReadWriteLock.ts';
import { requestRevoke } from './requestRevoke.ts';
import { Semaphore } from './Semaphore.ts';

const LEASES_MAX = 1000;
const LOCKS_MAX = 16;

const side = oneOf(['read', 'write']);

export const lockArgs = {
  /**
   * Answers when the lock is held, or the time is up; who holds it, holds it once more. `herd`: the
   * lock that wakes everybody. `revocable`: gives it back when asked to.
   */
  lock: { path: text, timeoutMs, herd: optional(flag), revocable: optional(flag) },
  unlock: { path: text },
  /** Asks whoever holds the lock to give it back. */
  revoke: { path: text },
  rwlock: { path: text, side, timeoutMs },
  rwunlock: { path: text, side },
  /** One of `leases`. */
  semaphore: { path: text, leases: integer(1, LEASES_MAX), timeoutMs },
  semaphoreRelease: { path: text },
  /** All of them or none; in sorted order, so that two who want the same do not deadlock. */
  multilock: { paths: listOf(text, LOCKS_MAX), timeoutMs },
  multiunlock: { paths: listOf(text, LOCKS_MAX) },
} as const;

/** Null if the time ran out, or the client left the line. */
export interface LockResults {
  lock: HoldingJson | null;
  /** How often it is still held. */
  unlock: { readonly holdCount: number };
  /** The znode of the holder; null if nobody holds it. */
  revoke: { readonly znode: string } | null;
  rwlock: HoldingJson | null;
  rwunlock: null;
  semaphore: HoldingJson | null;
  semaphoreRelease: null;
  multilock: readonly HoldingJson[] | null;
  multiunlock: null;
}

export function lockCommands(): readonly CommandEntry[] {
  return [...plainCommands(), ...readWriteCommands(), ...semaphoreCommands(), ...multiCommands()];
}

function plainCommands(): readonly CommandEntry[] {
  const locks = new Parts<Lock | HerdLock>(({ isIdle }) => isIdle);
  return [
    command('lock', lockArgs.lock, async (context, args): Promise<LockResults['lock']> => {
      const { path, herd, revocable } = args;
      const known = locks.get(path);
      const isAgain = known instanceof Lock && known.held !== null && herd !== true;
      const verb = known?.held === null ? 'waits for' : 'holds';
      const lock = isAgain
        ? known
        : locks.add(path, `${verb} the lock on ${path}`, () =>
            herd ? new HerdLock(context, path) : plainLock(context, path, revocable === true),
          );
      const holding = await lock.acquire(waitFor(args));
      return holding && holdingJson(holding);
    }),
    command('unlock', lockArgs.unlock, async (_, { path }): Promise<LockResults['unlock']> => {
      const lock = locks.need(path, `neither holds nor waits for a lock on ${path}`);
      await lock.release();
      return { holdCount: lock instanceof Lock ? lock.holdCount : 0 };
    }),
    command('revoke', lockArgs.revoke, async ({ zk }, { path }): Promise<LockResults['revoke']> => {
      const znode = await requestRevoke(zk, path);
      return znode === null ? null : { znode };
    }),
  ];
}

/** A revocable one is given back when somebody asks, however often it was acquired. */
function plainLock(context: ClientContext, path: string, isRevocable: boolean): Lock {
  const lock: Lock = new Lock(
    context,
    path,
    isRevocable ? { onRevoke: () => void lock.releaseAll() } : {},
  );
  return lock;
}

function readWriteCommands(): readonly CommandEntry[] {
  const locks = new Parts<ReadWriteLock>(({ isIdle }) => isIdle);
  return [
    command('rwlock', lockArgs.rwlock, async (context, args): Promise<LockResults['rwlock']> => {
      const { path, side: wanted } = args;
      const lock = locks.get(path) ?? locks.add(path, '', () => new ReadWriteLock(context, path));
      if (lock.waitsFor(wanted)) {
        throw new ArgumentError(`this client waits to ${wanted} ${path} already`);
      }
      const holding = await lock.acquire(wanted, waitFor(args));
      return holding && holdingJson(holding);
    }),
    command('rwunlock', lockArgs.rwunlock, async (_, { path, side: given }): Promise<null> => {
      const lack = `neither holds nor waits for the ${given} lock on ${path}`;
      const lock = locks.need(path, lack);
      if (lock.held(given) === null && !lock.waitsFor(given)) {
        throw new ArgumentError(`this client ${lack}`);
      }
      await lock.release(given);
      return null;
    }),
  ];
}

function semaphoreCommands(): readonly CommandEntry[] {
  const semaphores = new Parts<Semaphore>(({ isIdle }) => isIdle);
  return [
    command(
      'semaphore',
      lockArgs.semaphore,
      async (context, args): Promise<LockResults['semaphore']> => {
        const { path, leases } = args;
        const doing = `holds or waits for a lease of ${path}`;
        const semaphore = semaphores.add(path, doing, () => new Semaphore(context, path, leases));
        const holding = await semaphore.acquire(waitFor(args));
        return holding && holdingJson(holding);
      },
    ),
    command('semaphoreRelease', lockArgs.semaphoreRelease, async (_, { path }): Promise<null> => {
      await semaphores.need(path, `neither holds nor waits for a lease of ${path}`).release();
      return null;
    }),
  ];
}

function multiCommands(): readonly CommandEntry[] {
  const locks = new Parts<MultiLock>(({ isIdle }) => isIdle);
  const keyOf = (paths: readonly string[]): string => [...new Set(paths)].sort().join(' ');
  return [
    command(
      'multilock',
      lockArgs.multilock,
      async (context, args): Promise<LockResults['multilock']> => {
        const paths = [...new Set(args.paths)].sort();
        if (paths.length === 0) throw new ArgumentError('multilock: paths must not be empty');
        const doing = `holds or waits for ${paths.join(' and ')}`;
        const lock = locks.add(keyOf(paths), doing, () => {
          return new MultiLock(
            context,
            paths.map((path) => new Lock(context, path)),
          );
        });
        const holdings = await lock.acquire(waitFor(args));
        return holdings?.map(holdingJson) ?? null;
      },
    ),
    command('multiunlock', lockArgs.multiunlock, async (_, { paths }): Promise<null> => {
      const lack = `neither holds nor waits for ${paths.join(' and ')}`;
      await locks.need(keyOf(paths), lack).release();
      return null;
    }),
  ];
}
