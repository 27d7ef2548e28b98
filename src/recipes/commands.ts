/** Recipes as commands: a client takes part by path, and leaves by the same path. */

import type { ArgsOf, ArgTable } from '../client/args.ts';
import { ArgumentError, flag, integer, optional, readArgs, text } from '../client/args.ts';
import type { ClientContext, Command, CommandRegistry } from '../client/ClientContext.ts';
import type { JsonValue } from '../client/trace.ts';
import { requirePath } from '../client/validatePath.ts';
import { formatSessionId } from '../protocol/sessionId.ts';
import { asZxid, formatZxid } from '../protocol/zxid.ts';
import { HerdLock } from './HerdLock.ts';
import { LeaderLatch } from './LeaderLatch.ts';
import { Lock } from './Lock.ts';

/** Locks, and elections, that one client may take part in. */
const PER_CLIENT_MAX = 64;
const TIMEOUT_MAX_MS = 3_600_000;

export const recipeArgs = {
  /** Answers when the lock is held, or the time is up. `herd`: the lock that wakes everybody. */
  lock: {
    path: text,
    timeoutMs: optional(integer(0, TIMEOUT_MAX_MS)),
    herd: optional(flag),
  },
  unlock: { path: text },
  /** Answers at once; who leads is told by beliefs. `id`: what others see, else the session id. */
  elect: { path: text, id: optional(text) },
  resign: { path: text },
} as const;

export type RecipeCommandName = keyof typeof recipeArgs;
export type RecipeArgs<K extends RecipeCommandName> = ArgsOf<(typeof recipeArgs)[K]>;

export interface RecipeResults {
  /** `fence` as a hex zxid. Null if the time ran out, or the client left the line. */
  lock: { readonly znode: string; readonly fence: string } | null;
  unlock: null;
  elect: null;
  resign: null;
}

/** One registry for each client process: it keeps what the client takes part in. */
export function createRecipeCommands(): CommandRegistry {
  return new Map<string, Command>([...lockCommands(), ...electionCommands()]);
}

function command<T extends ArgTable>(
  name: string,
  table: T,
  run: (context: ClientContext, args: ArgsOf<T>) => Promise<JsonValue>,
): readonly [string, Command] {
  return [name, async (context, args) => run(context, readArgs(table, args, name))];
}

function lockCommands(): readonly (readonly [string, Command])[] {
  const locks = new Map<string, Lock | HerdLock>();
  const forgetIdle = (): void => {
    for (const [path, lock] of locks) if (lock.isIdle) locks.delete(path);
  };
  const acquire = async (
    context: ClientContext,
    { path, timeoutMs, herd }: RecipeArgs<'lock'>,
  ): Promise<RecipeResults['lock']> => {
    forgetIdle();
    const known = locks.get(path);
    if (known !== undefined) {
      const verb = known.held === null ? 'waits for' : 'holds';
      throw new ArgumentError(`this client ${verb} the lock on ${path} already`);
    }
    refuseMore(locks.size);
    const lock = herd ? new HerdLock(context, path) : new Lock(context, path);
    locks.set(path, lock);
    const holding = await lock.acquire(timeoutMs === undefined ? {} : { timeoutMs });
    return holding && { znode: holding.znode, fence: formatZxid(asZxid(holding.fence)) };
  };
  const release = async (_: ClientContext, { path }: RecipeArgs<'unlock'>): Promise<null> => {
    forgetIdle();
    const lock = locks.get(path);
    if (lock === undefined) {
      throw new ArgumentError(`this client neither holds nor waits for a lock on ${path}`);
    }
    await lock.release();
    return null;
  };
  return [command('lock', recipeArgs.lock, acquire), command('unlock', recipeArgs.unlock, release)];
}

function electionCommands(): readonly (readonly [string, Command])[] {
  const latches = new Map<string, LeaderLatch>();
  const elect = async (
    context: ClientContext,
    { path, id = formatSessionId(context.zk.sessionId) }: RecipeArgs<'elect'>,
  ): Promise<null> => {
    requirePath(path);
    if (latches.has(path)) {
      throw new ArgumentError(`this client takes part in the election on ${path} already`);
    }
    refuseMore(latches.size);
    const latch = new LeaderLatch(context, path, id);
    latches.set(path, latch);
    // What ends it is in the trace: the step that it got to, and the answer to its request.
    const forget = (): void => {
      if (latches.get(path) === latch) latches.delete(path);
    };
    latch.run().then(forget, forget);
    return null;
  };
  const resign = async (_: ClientContext, { path }: RecipeArgs<'resign'>): Promise<null> => {
    const latch = latches.get(path);
    if (latch === undefined) {
      throw new ArgumentError(`this client takes no part in an election on ${path}`);
    }
    latches.delete(path);
    await latch.close();
    return null;
  };
  return [command('elect', recipeArgs.elect, elect), command('resign', recipeArgs.resign, resign)];
}

function refuseMore(count: number): void {
  if (count >= PER_CLIENT_MAX) throw new ArgumentError(`${PER_CLIENT_MAX} at once are enough`);
}
