import { beforeAll, describe, expect, test } from 'vitest';
import { startTestLab, type TestLab } from '../testing/testLab.ts';
import type { RecipeKind } from './RecipeKind.ts';
import { newestPlace, placeAbove, recipePlaces } from './recipePlaces.ts';
import { type RecipeView, recipeView } from './recipeView.ts';

let lab: TestLab;

beforeAll(async () => {
  lab = await startTestLab({}, 4);
});

async function say(...lines: readonly string[]): Promise<void> {
  for (const line of lines) await lab.text(line);
  await lab.text('run 1s');
}

type ViewOf<T extends RecipeView['type']> = Extract<RecipeView, { type: T }>;

function view<T extends RecipeView['type']>(type: T, path: string): ViewOf<T> {
  const place = recipePlaces(lab.lab).find((one) => one.path === path);
  if (place === undefined) throw new Error(`no recipe at ${path}`);
  const found = recipeView(lab.lab, place);
  if (found?.type !== type) throw new Error(`${path} is ${found?.type}`);
  return found as ViewOf<T>;
}

const kindAt = (path: string): RecipeKind | undefined =>
  recipePlaces(lab.lab).find((place) => place.path === path)?.kind;

describe('who may go on', () => {
  test('readers hold together, and the writer waits for them', async () => {
    await say('rwlock read C1 /rw/a', 'run 1s', 'rwlock read C2 /rw/a', 'run 1s');
    await say('rwlock write C3 /rw/a', 'run 1s', 'rwlock read C4 /rw/a');
    const { places } = view('rwlock', '/rw/a');
    expect(places.map(({ owner, side, holds }) => [owner.client, side, holds])).toEqual([
      ['C1', 'read', true],
      ['C2', 'read', true],
      ['C3', 'write', false],
      ['C4', 'read', false],
    ]);
    expect(places.map(({ believes }) => believes)).toEqual([true, true, false, false]);
    expect(places.map(({ differs }) => differs).join('')).toBe('');
    expect(places[0]?.fence).toBeLessThan(places[2]?.fence ?? 0);
    await say('rwunlock read C1 /rw/a', 'rwunlock read C2 /rw/a');
    expect(view('rwlock', '/rw/a').places.map(({ holds }) => holds)).toEqual([true, false]);
    // Who writes may read as well; whoever comes later waits.
    await say('rwlock read C3 /rw/a');
    const beside = view('rwlock', '/rw/a').places.filter(({ holds }) => holds);
    expect(beside.map(({ owner, side }) => [owner.client, side])).toContainEqual(['C3', 'read']);
    expect(beside).toHaveLength(2);
  });

  test('a semaphore has as many slots as its clients say', async () => {
    for (const id of ['C1', 'C2', 'C3', 'C4']) await say(`semaphore ${id} /sem/a 2`);
    const { leases, holders, waiting } = view('semaphore', '/sem/a');
    expect(leases).toBe(2);
    expect(holders.map(({ owner, believes }) => [owner.client, believes])).toEqual([
      ['C1', true],
      ['C2', true],
    ]);
    expect(waiting.map(({ owner, holds }) => [owner.client, holds])).toEqual([
      ['C3', false],
      ['C4', false],
    ]);
    expect(kindAt('/sem/a/locks')).toBeUndefined();
  });

  test('a herd watches the one who holds', async () => {
    await say('lock C1 /herd/a --herd', 'run 1s', 'lock C2 /herd/a --herd');
    await say('lock C3 /herd/a --herd');
    const { holder, waiting } = view('herdLock', '/herd/a');
    expect(holder?.owner.client).toBe('C1');
    expect(waiting.map(({ client, isWatching }) => [client, isWatching])).toEqual([
      ['C2', true],
      ['C3', true],
    ]);
  });

  test('a gate is shut while its znode is there, and who has not heard is told apart', async () => {
    await say('barrier set C1 /gate', 'barrier wait C2 /gate', 'barrier wait C3 /gate');
    expect(view('barrier', '/gate')).toMatchObject({
      isShut: true,
      clients: [{ client: 'C2', phase: 'waits' }, { client: 'C3' }],
    });
    await lab.text('pause C3');
    await say('barrier remove C1 /gate');
    expect(view('barrier', '/gate')).toMatchObject({
      isShut: false,
      clients: [
        { client: 'C2', phase: 'passed', differs: '' },
        { client: 'C3', phase: 'waits', differs: 'does not know yet that it is open' },
      ],
    });
    await say('resume C3');
    expect(view('barrier', '/gate').clients.map(({ phase }) => phase)).toEqual([
      'passed',
      'passed',
    ]);
  });

  test('a double barrier fills, begins, and empties', async () => {
    await say('doublebarrier C1 /double/a 2');
    expect(view('doubleBarrier', '/double/a')).toMatchObject({
      count: 2,
      isReady: false,
      members: [{ owner: { client: 'C1' }, phase: 'waits', differs: '' }],
    });
    await say('doublebarrier C2 /double/a 2');
    const { isReady, members } = view('doubleBarrier', '/double/a');
    expect(isReady).toBe(true);
    expect(members.map(({ phase, differs }) => [phase, differs])).toEqual([
      ['inside', ''],
      ['inside', ''],
    ]);
    await say('doublebarrier leave C1 /double/a');
    const left = view('doubleBarrier', '/double/a');
    const inPhase = left.members.filter(({ phase }) => phase === 'leaves').length;
    expect(inPhase + left.leaving.length).toBe(1);
    await say('doublebarrier leave C2 /double/a');
    expect(kindAt('/double/a') && view('doubleBarrier', '/double/a').members).toEqual([]);
  });
});

describe('what clients share', () => {
  test('a queue in the order in which it is taken', async () => {
    await say('queue put C1 /jobs low --priority 9', 'queue put C1 /jobs high --priority -1');
    const { count, items } = view('queue', '/jobs');
    expect(count).toBe(2);
    expect(items.map(({ preview, priority }) => [preview, priority])).toEqual([
      ['high', -1],
      ['low', 9],
    ]);
    await say('queue consume C2 /jobs --work 5000 --locks /jobs-locks', 'run 1s');
    const busy = view('queue', '/jobs');
    expect(busy.consumers.map(({ client }) => client)).toEqual(['C2']);
    expect(busy.items.map(({ worker }) => worker?.client ?? null)).toEqual(['C2', null]);
    expect(kindAt('/jobs-locks')).toBeUndefined();
    await say('queue put C1 /later x --delay 60000');
    const due = view('queue', '/later').items[0]?.dueUs ?? 0;
    expect(due).toBeGreaterThan(lab.lab.ensemble.getState().nowUs);
  });

  test('a dead member stays until its session expires', async () => {
    await say('join C1 /group --data hello', 'join C4 /group', 'run 1s');
    const { members } = view('members', '/group');
    expect(members.map(({ id, payload, differs }) => [id, payload, differs])).toEqual([
      ['C1', 'hello', ''],
      ['C4', '', ''],
    ]);
    await say('kill C4');
    const dead = view('members', '/group').members[1];
    expect(dead?.owner).toMatchObject({ client: 'C4', condition: 'gone' });
    expect(dead?.differs).toBe('gone, and in the group until its session expires');
    await say('run 20s');
    expect(view('members', '/group').members.map(({ id }) => id)).toEqual(['C1']);
  });

  test('who runs an old version of a configuration', async () => {
    await say('config watch C1 /config/app', 'config watch C2 /config/app');
    await say('config set C1 /config/app v1', 'run 1s');
    expect(view('config', '/config/app').followers.map(({ differs }) => differs)).toEqual(['', '']);
    await lab.text('pause C2');
    await say('config set C1 /config/app v2', 'run 1s');
    const { current, followers } = view('config', '/config/app');
    expect(current).toMatchObject({ version: 1, text: 'v2' });
    expect(followers.map(({ client, version, isStale }) => [client, version, isStale])).toEqual([
      ['C1', 1, false],
      ['C2', 0, true],
    ]);
    expect(followers[1]?.differs).toBe('paused, and has not heard of version 1 yet');
    await say('resume C2');
  });

  test('a counter and who knows it', async () => {
    await say('counter add C1 /count 5', 'counter add C2 /count 2');
    const { value, clients } = view('counter', '/count');
    expect(value).toBe('7');
    expect(clients.map(({ client, differs }) => [client, differs])).toEqual([
      ['C1', 'the service is at 7 by now'],
      ['C2', ''],
    ]);
  });

  test('votes, and a coordinator that dies before it has decided', async () => {
    await lab.text('client add');
    await say('run 1s');
    const ids = Object.keys(lab.lab.ensemble.getState().clients);
    const coordinator = ids.at(-1) ?? '';
    await say(`2pc begin ${coordinator} /tx C1,C2`, '2pc vote C1 /tx commit');
    const open = view('twoPhase', '/tx');
    expect(open).toMatchObject({ verdict: null, coordinator: { client: coordinator } });
    expect(open.sites.map(({ site, vote }) => [site, vote])).toEqual([
      ['C1', 'commit'],
      ['C2', null],
    ]);
    await say(`kill ${coordinator}`);
    const orphan = view('twoPhase', '/tx');
    expect(orphan.coordinator?.condition).toBe('gone');
    expect(orphan.sites[0]?.differs).toBe('must wait: it promised to commit, and nobody decides');
    await say('run 20s', '2pc vote C2 /tx commit', '2pc recover C3 /tx', 'run 1s');
    const done = view('twoPhase', '/tx');
    expect(done).toMatchObject({ verdict: 'commit', coordinator: null });
    expect(done.sites.map(({ outcome, differs }) => [outcome, differs])).toEqual([
      ['commit', ''],
      ['commit', ''],
    ]);
  });
});

describe('where they are', () => {
  test('the newest, and the one above a znode', async () => {
    await say('elect C1 /vote', 'select C2 /turns --term 60000');
    const places = recipePlaces(lab.lab);
    expect(newestPlace(places)).toMatchObject({ path: '/turns', kind: 'selection' });
    expect(kindAt('/vote')).toBe('election');
    expect(placeAbove(places, '/tx/C1')?.kind).toBe('twoPhase');
    expect(placeAbove(places, '/rw')).toBeNull();
    expect(recipePlaces(lab.lab)).toBe(places);
  });

  test('the same view while nothing changes, and an answer for foreign znodes', async () => {
    await say('create /jobs/stranger x');
    const before = view('queue', '/jobs');
    expect(before.foreignCount).toBe(1);
    await say('create /elsewhere x');
    expect(view('queue', '/jobs')).toBe(before);
    const place = recipePlaces(lab.lab).find(({ kind }) => kind === 'election');
    expect(place && recipeView(lab.lab, place)).toBeNull();
  });
});
