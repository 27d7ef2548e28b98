/**
 * What the clients of a swarm run do all the time: everything that a client can, on few znodes, so
 * that they meet.
 */

import { type ArgTable, integer, readArgs } from '../client/args.ts';
import type { ClientContext, Command, CommandRegistry } from '../client/ClientContext.ts';
import { createPlainCommands } from '../client/commands.ts';
import { isKeeperError, KeeperError } from '../client/KeeperError.ts';
import { checkOp, createOp, deleteOp, setDataOp } from '../client/ops.ts';
import type { Watcher } from '../client/watch.ts';
import type { ZooKeeper } from '../client/ZooKeeper.ts';
import { createRecipeCommands } from '../recipes/commands.ts';
import { Lock } from '../recipes/Lock.ts';

export const LOCK_PATH = '/lock';

const churnArgs = {
  untilMs: integer(0, 1_000_000),
  paceMs: integer(1, 10_000),
} as const satisfies ArgTable;

const lockArgs = { untilMs: integer(0, 1_000_000) } as const satisfies ArgTable;

const NAMES = ['/a', '/b', '/c', '/a/x', '/a/y', '/b/x', '/b/x/z'] as const;
const PARENTS = ['/a', '/b', '/c'] as const;
const BURST_MAX = 12;
const LONG_HOLD_MS = 4000;
const noted: Watcher = () => {};

export function createWorkload(): CommandRegistry {
  return new Map<string, Command>([
    ...createPlainCommands(),
    ...createRecipeCommands(),
    ['churn', churn],
    ['lockLoop', lockLoop],
  ]);
}

/** Bursts of random operations, without waiting for each, until it is time to stop. */
const churn: Command = async (context, args) => {
  const { untilMs, paceMs } = readArgs(churnArgs, args, 'churn');
  const { random } = context;
  while (context.nowMs < untilMs) {
    const zk = context.openSession();
    const count = random.chance(300) ? random.between(2, BURST_MAX) : 1;
    const burst = Array.from({ length: count }, () => attempt(() => oneOperation(context, zk)));
    await context.within(untilMs - context.nowMs, Promise.all(burst));
    await context.sleep(random.between(1, 2 * paceMs));
  }
  return null;
};

/** Takes the lock, holds it for a while, lets it go, again and again. */
const lockLoop: Command = async (context, args) => {
  const { untilMs } = readArgs(lockArgs, args, 'lockLoop');
  const { random } = context;
  while (context.nowMs < untilMs) {
    context.openSession();
    await attempt(async () => {
      const lock = new Lock(context, LOCK_PATH);
      await lock.acquire({ timeoutMs: untilMs - context.nowMs });
      await context.sleep(random.chance(350) ? LONG_HOLD_MS : random.between(10, 400));
      await lock.release();
    });
    await context.sleep(random.between(1, 100));
  }
  return null;
};

/** What a KeeperError says is in the trace already; anything else is a bug. */
async function attempt(operation: () => Promise<unknown>): Promise<void> {
  try {
    await operation();
  } catch (error) {
    if (!(error instanceof KeeperError)) throw error;
    if (isKeeperError(error, 'MARSHALLINGERROR') || isKeeperError(error, 'UNIMPLEMENTED'))
      throw error;
  }
}

function oneOperation(context: ClientContext, zk: ZooKeeper): Promise<unknown> {
  const { random } = context;
  const path = random.pick(NAMES);
  const watcher = random.chance(500) ? noted : undefined;
  switch (random.below(16)) {
    case 0:
    case 1:
      return zk.create(path, `${context.nowMs}`);
    case 2:
      return zk.create(path, 'e', { mode: 'EPHEMERAL' });
    case 3:
      return zk.create(`${random.pick(PARENTS)}/n-`, null, { mode: 'EPHEMERAL_SEQUENTIAL' });
    case 4:
      return zk.create2(`${random.pick(PARENTS)}/p-`, null, { mode: 'PERSISTENT_SEQUENTIAL' });
    case 5:
    case 6:
    case 7:
      return zk.setData(path, `${context.nowMs} ${random.below(1000)}`);
    case 8:
    case 9:
      return zk.delete(path);
    case 10:
      return random.chance(500) ? zk.sync(path) : transaction(context, zk);
    case 11:
      return zk.exists(path, watcher);
    case 12:
    case 13:
      return zk.getData(path, watcher);
    case 14:
      return zk.getChildren(path, watcher);
    default:
      return random.chance(700)
        ? zk.getData(path, watcher)
        : zk.addWatch(path, 'PERSISTENT', noted);
  }
}

/** Two sets and a check, or a set that takes back a create: often fails, always as a whole. */
function transaction({ random, nowMs }: ClientContext, zk: ZooKeeper): Promise<unknown> {
  const [one, two] = random.shuffle(NAMES);
  if (one === undefined || two === undefined) return Promise.resolve();
  if (random.chance(500))
    return zk.multi([checkOp(one), setDataOp(two, `${nowMs}`), deleteOp(one)]);
  return zk.multi([createOp(one, null, { mode: 'EPHEMERAL' }), setDataOp(two, `m ${nowMs}`)]);
}
