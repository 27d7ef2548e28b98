/** Locks, semaphores, barriers and elections: who may go on, and who waits. */

import { type Arguments, toInteger } from './Arguments.ts';
import { nextPath } from './ask.ts';
import type { Command } from './command.ts';
import { Mistake } from './command.ts';
import {
  ask,
  askOrWait,
  completeAfter,
  completeClient,
  completeOr,
  leadsOrWaits,
  onPath,
  readLine,
  subcommands,
  tell,
  timeoutOf,
} from './recipeLine.ts';

const COUNT = { min: 1, max: 1000 };
const TERM_MS = { min: 0, max: 3_600_000 };
const TIMED = { valued: ['--timeout'] };

function sideOf(word: string | undefined): 'read' | 'write' {
  if (word === undefined) throw new Mistake('Expected read or write.');
  if (word === 'read' || word === 'write') return word;
  throw new Mistake(`Expected read or write, got "${word}".`);
}

const nextCount = (args: Arguments, what: string): number =>
  toInteger(args.next(what), what, COUNT);

/** `rwlock read C1 /rw/a`: the side stands before the client. */
const rwlock: Command['run'] = (lab, [first, ...words]) => {
  const side = sideOf(first);
  const { client, args } = readLine(lab, words, TIMED);
  const path = nextPath(args);
  const request = { path, side, ...timeoutOf(args) };
  args.end();
  return askOrWait(lab, client, 'rwlock', request, {
    paths: [path],
    waits: () => `waits to ${side} ${path}`,
    has: () => `may ${side} ${path}`,
  });
};

const rwunlock: Command['run'] = (lab, [first, ...words]) => {
  const side = sideOf(first);
  const { client, args } = readLine(lab, words);
  const path = nextPath(args);
  args.end();
  return ask(lab, client, 'rwunlock', { path, side }, () => `stops to ${side} ${path}`);
};

const revoke: Command['run'] = onPath('revoke', (path, asked) =>
  asked === null ? `finds nobody who holds ${path}` : `asks the holder of ${path} to give it back`,
);

const multilock: Command['run'] = (lab, words) => {
  const { client, args } = readLine(lab, words, TIMED);
  const timeout = timeoutOf(args);
  const paths = [nextPath(args)];
  for (let word = args.optional(); word !== null; word = args.optional()) paths.push(word);
  const all = paths.join(' and ');
  return askOrWait(
    lab,
    client,
    'multilock',
    { paths, ...timeout },
    {
      paths,
      waits: () => `waits for ${all}`,
      has: () => `holds ${all}`,
    },
  );
};

const multiunlock: Command['run'] = (lab, words) => {
  const { client, args } = readLine(lab, words);
  const paths = [nextPath(args), ...args.rest()];
  return ask(lab, client, 'multiunlock', { paths }, () => `gives back ${paths.join(' and ')}`);
};

const takeLease: Command['run'] = (lab, words) => {
  const { client, args } = readLine(lab, words, TIMED);
  const path = nextPath(args);
  const leases = nextCount(args, 'a number of leases');
  const request = { path, leases, ...timeoutOf(args) };
  args.end();
  return askOrWait(lab, client, 'semaphore', request, {
    paths: [path, `${path}/locks`],
    waits: () => `waits for one of ${leases} leases of ${path}`,
    has: () => `has one of ${leases} leases of ${path}`,
  });
};

const releaseLease: Command['run'] = onPath(
  'semaphoreRelease',
  (path) => `gives back a lease of ${path}`,
);

const semaphore: Command['run'] = (lab, [first, ...rest]) =>
  first === 'release'
    ? releaseLease(lab, rest)
    : takeLease(lab, first === undefined ? [] : [first, ...rest]);

const barrier = subcommands({
  set: onPath('barrierSet', (path) => `shuts ${path}`),
  remove: onPath('barrierRemove', (path) => `opens ${path}`),
  wait: (lab, words) => {
    const { client, args } = readLine(lab, words, TIMED);
    const path = nextPath(args);
    const request = { path, ...timeoutOf(args) };
    args.end();
    return tell(lab, client, 'barrierWait', request, `waits at ${path}`);
  },
});

const enter: Command['run'] = (lab, words) => {
  const { client, args } = readLine(lab, words, TIMED);
  const path = nextPath(args);
  const count = nextCount(args, 'a number of participants');
  const request = { path, count, ...timeoutOf(args) };
  args.end();
  const text = `enters ${path} when ${count} are there`;
  return tell(lab, client, 'doubleBarrierEnter', request, text);
};

const leaveBarrier: Command['run'] = (lab, words) => {
  const { client, args } = readLine(lab, words);
  const path = nextPath(args);
  args.end();
  return tell(lab, client, 'doubleBarrierLeave', { path }, `leaves ${path} when all do`);
};

const doublebarrier: Command['run'] = (lab, [first, ...rest]) =>
  first === 'leave'
    ? leaveBarrier(lab, rest)
    : enter(lab, first === undefined ? [] : [first, ...rest]);

const select: Command['run'] = (lab, words) => {
  const { client, args } = readLine(lab, words, { valued: ['--term'] });
  const path = nextPath(args);
  const termMs = args.integerOption('--term', TERM_MS);
  args.end();
  const request = { path, ...(termMs !== null && { termMs }) };
  return ask(lab, client, 'select', request, () => leadsOrWaits(lab, client, path));
};

const deselect: Command['run'] = onPath('deselect', (path) => `stands no more for ${path}`);

export const LOCK_RECIPES: readonly Command[] = [
  {
    name: 'revoke',
    group: 'recipes',
    usage: 'revoke [client] path',
    summary: 'Asks whoever holds a lock to give it back; one taken with --revocable is given.',
    run: revoke,
    complete: completeClient,
  },
  {
    name: 'rwlock',
    group: 'recipes',
    usage: 'rwlock read|write [client] path [--timeout ms]',
    summary: 'Queues for a lock that many may hold to read, or one to write.',
    run: rwlock,
    complete: completeAfter('read', 'write'),
  },
  {
    name: 'rwunlock',
    group: 'recipes',
    usage: 'rwunlock read|write [client] path',
    summary: 'Gives back a read or a write lock, or stops waiting for it.',
    run: rwunlock,
    complete: completeAfter('read', 'write'),
  },
  {
    name: 'multilock',
    group: 'recipes',
    usage: 'multilock [client] path path ... [--timeout ms]',
    summary: 'Takes several locks, all or none.',
    run: multilock,
    complete: completeClient,
  },
  {
    name: 'multiunlock',
    group: 'recipes',
    usage: 'multiunlock [client] path path ...',
    summary: 'Gives back what multilock took.',
    run: multiunlock,
    complete: completeClient,
  },
  {
    name: 'semaphore',
    group: 'recipes',
    usage: 'semaphore [client] path leases [--timeout ms] | semaphore release [client] path',
    summary: 'Queues for one of so many leases, or gives it back.',
    run: semaphore,
    complete: completeOr('release'),
  },
  {
    name: 'barrier',
    group: 'recipes',
    usage: 'barrier set|remove [client] path | barrier wait [client] path [--timeout ms]',
    summary: 'Shuts a gate for all, opens it, or waits at it.',
    run: barrier,
    complete: completeAfter('set', 'remove', 'wait'),
  },
  {
    name: 'doublebarrier',
    group: 'recipes',
    usage: 'doublebarrier [client] path count [--timeout ms] | doublebarrier leave [client] path',
    summary: 'Begins when so many are there, and ends when all leave.',
    run: doublebarrier,
    complete: completeOr('leave'),
  },
  {
    name: 'select',
    group: 'recipes',
    usage: 'select [client] path [--term ms]',
    summary: 'Stands for leadership that goes round: after each term it stands again.',
    run: select,
    complete: completeClient,
  },
  {
    name: 'deselect',
    group: 'recipes',
    usage: 'deselect [client] path',
    summary: 'Stands no more, whether it leads or not.',
    run: deselect,
    complete: completeClient,
  },
];
