/** Recipes: what a client program does over several operations. Its steps show in the views. */

import type { ParticipantId } from '../../network/address.ts';
import type { Lab } from '../Lab.ts';
import { type LockQueue, lockQueues } from '../queues.ts';
import { toInteger } from './Arguments.ts';
import { nextPath } from './ask.ts';
import { type Command, done, type ExecResult, failed, Mistake } from './command.ts';
import { DATA_RECIPES } from './recipeCommandsData.ts';
import { LOCK_RECIPES } from './recipeCommandsLocks.ts';
import {
  ask,
  askOrWait,
  completeClient,
  completeOr,
  inLine,
  leadsOrWaits,
  readLine,
  timeoutOf,
} from './recipeLine.ts';

const COUNT = { min: 1, max: 100_000 };
const INTERVAL_MS = { min: 1, max: 60_000 };
const LOAD = { count: 100, intervalMs: 100 };

async function lock(lab: Lab, words: readonly string[]): Promise<ExecResult> {
  const flags = ['--herd', '--revocable'];
  const { client, args } = readLine(lab, words, { flags, valued: ['--timeout'] });
  args.exclude(...flags);
  const timeout = timeoutOf(args);
  const herd = args.has('--herd');
  const revocable = args.has('--revocable');
  const path = nextPath(args);
  args.end();
  const request = { path, herd, ...(revocable && { revocable }), ...timeout };
  return askOrWait(lab, client, 'lock', request, {
    paths: [path],
    waits: () => inLine(lab, client, path),
    has: () => `holds ${path}`,
  });
}

async function elect(lab: Lab, words: readonly string[]): Promise<ExecResult> {
  const { client, args } = readLine(lab, words);
  const path = nextPath(args);
  args.end();
  return ask(lab, client, 'elect', { path }, () => leadsOrWaits(lab, client, path));
}

/** Leaves a queue; the path may be left out by who is in one. */
function leave(name: 'unlock' | 'resign', kind: LockQueue['kind'], said: string): Command['run'] {
  return async (lab, words) => {
    const { client, args } = readLine(lab, words);
    const path = args.isAtEnd ? onlyPath(lab, client, kind) : nextPath(args);
    args.end();
    const result = await lab.command(client, name, { path });
    if (!result.ok) return failed(result.error);
    return done(`${client} ${said} ${path}`, { client, path });
  };
}

/** The one queue that the client is in, as the client calls it. */
function onlyPath(lab: Lab, client: ParticipantId, kind: LockQueue['kind']): string {
  const paths = lockQueues(lab)
    .filter((queue) => queue.kind === kind && queue.tickets.some((one) => one.client === client))
    .map(({ path }) => path.slice(lab.chrootOf(client).length));
  const [path, ...others] = paths;
  if (path === undefined) throw new Mistake(`Expected a path: ${client} is in no ${kind}.`);
  if (others.length > 0) {
    throw new Mistake(`Expected a path: ${client} is in ${paths.join(' and ')}.`);
  }
  return path;
}

async function load(lab: Lab, words: readonly string[]): Promise<ExecResult> {
  if (words[0] === 'stop') return stopLoad(lab, words.slice(1));
  const { client, args } = readLine(lab, words, { valued: ['--every'] });
  const path = nextPath(args);
  const count = toInteger(args.optional() ?? `${LOAD.count}`, 'a number of writes', COUNT);
  const intervalMs = args.integerOption('--every', INTERVAL_MS) ?? LOAD.intervalMs;
  args.end();
  const taken = await lab.tell(client, 'load', { path, count, intervalMs });
  if (!taken.ok) return failed(taken.error);
  const text = `${client} writes ${path} ${count} times, every ${intervalMs} ms`;
  return done(text, { client, path, count, intervalMs });
}

async function stopLoad(lab: Lab, words: readonly string[]): Promise<ExecResult> {
  const { client, args } = readLine(lab, words);
  const path = nextPath(args);
  args.end();
  const result = await lab.command(client, 'stopload', { path });
  return result.ok ? done(`${client} stops writing ${path}`, result.data) : failed(result.error);
}

export const RECIPE_COMMANDS: readonly Command[] = [
  {
    name: 'lock',
    group: 'recipes',
    usage: 'lock [client] path [--timeout ms] [--herd|--revocable]',
    summary: 'Queues for a lock; with --herd everybody watches the holder.',
    run: lock,
    complete: completeClient,
  },
  {
    name: 'unlock',
    group: 'recipes',
    usage: 'unlock [client] [path]',
    summary: 'Gives a lock back, or stops waiting for it.',
    run: leave('unlock', 'lock', 'gives back'),
    complete: completeClient,
  },
  {
    name: 'elect',
    group: 'recipes',
    usage: 'elect [client] path',
    summary: 'Stands for election; the first in the queue leads.',
    run: elect,
    complete: completeClient,
  },
  {
    name: 'resign',
    group: 'recipes',
    usage: 'resign [client] [path]',
    summary: 'Leaves an election, whether it leads or not.',
    run: leave('resign', 'election', 'resigns from'),
    complete: completeClient,
  },
  ...LOCK_RECIPES,
  ...DATA_RECIPES,
  {
    name: 'load',
    group: 'recipes',
    usage: 'load [client] path [count] [--every ms] | load stop [client] path',
    summary: 'Writes a znode again and again, to have something to watch.',
    run: load,
    complete: completeOr('stop'),
  },
];
