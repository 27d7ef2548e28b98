import { beforeAll, describe, expect, test } from 'vitest';
import { lockQueues } from '../queues.ts';
import { startTestLab, type TestLab } from '../testing/testLab.ts';
import { askedOf } from './Asked.ts';
import { multiLocksAt } from './multiLocks.ts';
import type { RecipeKind } from './RecipeKind.ts';
import { placeAbove, recipePlaces } from './recipePlaces.ts';
import { type RecipeView, recipeView } from './recipeView.ts';

let lab: TestLab;

beforeAll(async () => {
  lab = await startTestLab({}, 3);
  await lab.text('use C3');
});

async function say(...lines: readonly string[]): Promise<void> {
  for (const line of lines) await lab.text(line);
  await lab.text('run 1s');
}

type ViewOf<T extends RecipeView['type']> = Extract<RecipeView, { type: T }>;

function view<T extends RecipeView['type']>(type: T, kind: RecipeKind, path: string): ViewOf<T> {
  const place = recipePlaces(lab.lab).find((one) => one.path === path && one.kind === kind);
  if (place === undefined) throw new Error(`no ${kind} at ${path}`);
  const found = recipeView(lab.lab, place);
  if (found?.type !== type) throw new Error(`${path} is ${found?.type}`);
  return found as ViewOf<T>;
}

describe('copies', () => {
  const states = () =>
    view('cache', 'cache', '/copied').rows.map(({ name, version, copies }) => [
      name,
      version,
      ...copies.map(({ state }) => state),
    ]);

  test('of a tree, of children and of a znode', async () => {
    await say('create /copied top', 'create /copied/a 1', 'create /copied/a/x 1');
    await say('cache C1 /copied', 'cache C2 /copied --children', 'cache C3 /copied --node');
    expect(states()).toEqual([
      ['', 0, 'same', 'none', 'same'],
      ['/a', 0, 'same', 'same', 'none'],
      ['/a/x', 0, 'same', 'none', 'none'],
    ]);
    expect(view('cache', 'cache', '/copied')).toMatchObject({ count: 3 });
  });

  test('that a paused client has are told apart, by what they miss, keep or have of old', async () => {
    await lab.text('pause C1');
    await say('set /copied/a 2', 'delete /copied/a/x', 'create "/copied/a b" 1');
    expect(states()).toEqual([
      ['', 0, 'same', 'none', 'same'],
      ['/a', 1, 'older', 'same', 'none'],
      ['/a b', 0, 'missing', 'same', 'none'],
      ['/a/x', null, 'extra', 'none', 'none'],
    ]);
    const { caches } = view('cache', 'cache', '/copied');
    expect(caches.map(({ client, isBehind }) => [client, isBehind])).toEqual([
      ['C1', true],
      ['C2', false],
      ['C3', false],
    ]);
    await say('resume C1', 'run 1s');
    expect(view('cache', 'cache', '/copied').caches.map(({ isBehind }) => isBehind)).toEqual([
      false,
      false,
      false,
    ]);
  });

  test('that are given up are gone; those of another recipe stand beside it', async () => {
    await say('cache close C1 /copied', 'lock C2 /locks/a', 'cache C3 /locks/a');
    expect(view('cache', 'cache', '/copied').caches.map(({ client }) => client)).toEqual([
      'C2',
      'C3',
    ]);
    const places = recipePlaces(lab.lab);
    expect(placeAbove(places, '/locks/a')?.kind).toBe('lock');
    expect(placeAbove(places, '/locks/a', 'cache /locks/a')?.kind).toBe('cache');
    expect(view('cache', 'cache', '/locks/a').count).toBe(2);
  });
});

test('a znode that is kept: there, gone, and who stands by', async () => {
  await say('keep C1 /kept hello', 'run 1s', 'keep C2 /kept hello');
  const kept = view('kept', 'kept', '/kept');
  expect(kept.znode).toMatchObject({ owner: { client: 'C1' }, text: 'hello' });
  expect(kept.keepers.map(({ client, believes, differs }) => [client, believes, differs])).toEqual([
    ['C1', true, ''],
    ['C2', false, ''],
  ]);
  await lab.text('pause C1');
  await say('expire C1', 'run 1s');
  const { znode, keepers } = view('kept', 'kept', '/kept');
  expect(znode).toMatchObject({ owner: { client: 'C2' } });
  expect(keepers.map(({ differs }) => differs)).toEqual([
    'knows an older one, not what is there now',
    '',
  ]);
  await say('resume C1', 'run 8s', 'unkeep C2 /kept', 'run 1s', 'unkeep C1 /kept');
  expect(view('kept', 'kept', '/kept')).toEqual({ type: 'kept', znode: null, keepers: [] });
});

test('whom each member sees, and whom who asked for a service found', async () => {
  await say('join C1 /group', 'join C2 /group', 'register C1 /services web', 'run 1s');
  await say('discover C3 /services web', 'register C2 /services web', 'run 1s');
  const told = (kind: 'members' | 'services', path: string) =>
    view('members', kind, path).lookers.map(({ client, missed, ghosts }) => [
      client,
      missed.join(),
      ghosts.join(),
    ]);
  expect(told('members', '/group')).toEqual([
    ['C1', '', ''],
    ['C2', '', ''],
  ]);
  expect(told('services', '/services/web')).toEqual([['C3', 'C2', '']]);
  await lab.text('pause C1');
  await say('leave C2 /group', 'unregister C2 /services web', 'run 1s');
  expect(told('members', '/group')).toEqual([['C1', '', 'C2']]);
  await say('resume C1', 'run 8s', 'leave C1 /group');
});

test('queues by what they are called, and a count that clients follow', async () => {
  await say('queue offer C1 /q/simple x', 'queue put C1 /q/late x --delay 9000');
  await say('queue put C1 /q/first x --priority 3', 'queue put C1 /q/plain x');
  const kinds = ['simpleQueue', 'delayQueue', 'priorityQueue', 'queue'] as const;
  const paths = ['/q/simple', '/q/late', '/q/first', '/q/plain'];
  for (const [index, kind] of kinds.entries()) {
    const { count, items } = view('queue', kind, paths[index] ?? '');
    expect([count, items[0]?.preview]).toEqual([1, 'x']);
  }
  await say('count watch C1 /n', 'count watch C2 /n');
  await lab.text('pause C2');
  expect(await lab.text('count set C1 /n 7')).toBe('C1 sets 7');
  await lab.text('run 1s');
  const { value, clients } = view('counter', 'sharedCount', '/n');
  expect(value).toBe('7');
  expect(clients.map(({ client, differs }) => [client, differs])).toEqual([
    ['C1', ''],
    ['C2', 'the service is at 7 by now'],
  ]);
  await say('resume C2', 'run 1s', 'count unwatch C2 /n');
  expect(view('counter', 'sharedCount', '/n').clients).toHaveLength(1);
});

test('locks that are wanted together, and a holder that is asked', async () => {
  await say('lock C1 /m/b', 'run 1s', 'multilock C2 /m/a /m/b /m/c');
  const together = (path: string) =>
    multiLocksAt(askedOf(lab.lab), lockQueues(lab.lab), path).map(({ client, locks }) => [
      client,
      ...locks.map(({ state }) => state),
    ]);
  expect(together('/m/c')).toEqual([['C2', 'holds', 'waits', 'later']]);
  expect(together('/m')).toEqual([]);
  await say('revoke C3 /m/b');
  const [first, second] = lockQueues(lab.lab).find(({ path }) => path === '/m/b')?.tickets ?? [];
  expect([first?.isAsked, second?.isAsked]).toEqual([true, false]);
  await say('unlock C1 /m/b', 'run 1s');
  expect(together('/m/a')).toEqual([['C2', 'holds', 'holds', 'holds']]);
  await say('multiunlock C2 /m/a /m/b /m/c');
  expect(together('/m/a')).toEqual([]);
});

test('a restart of the ensemble, seen while it happens', async () => {
  const anew = await startTestLab({ participants: 1 }, 2);
  const { lab: watched } = anew;
  // As the page does, which asks with every change.
  const stop = watched.ensemble.subscribe(() => recipePlaces(watched));
  for (let round = 0; round < 2; round++) {
    await anew.text(`barrier set C1 /gate${round}`);
    await anew.text('run 1s');
    expect(recipePlaces(watched).map(({ path }) => path)).toEqual([`/gate${round}`]);
    watched.restart(watched.config);
    for (const line of ['client add', 'client add', 'run 2s']) await anew.text(line);
  }
  stop();
});
