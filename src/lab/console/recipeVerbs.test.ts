import { beforeAll, describe, expect, test } from 'vitest';
import type { Belief } from '../model.ts';
import { startTestLab, type TestLab } from '../testing/testLab.ts';

let lab: TestLab;

beforeAll(async () => {
  lab = await startTestLab({}, 4);
});

/** Those who believe that they hold something of this recipe and path. */
function holders(recipe: string, path: string): readonly string[] {
  const holds = (one: Belief) => one.recipe === recipe && one.path === path && one.holds;
  return Object.values(lab.lab.ensemble.getState().clients)
    .filter(({ beliefs }) => beliefs.some(holds))
    .map(({ id }) => id);
}

async function say(...lines: readonly string[]): Promise<readonly string[]> {
  const texts: string[] = [];
  for (const line of lines) texts.push(await lab.text(line));
  await lab.text('run 1s');
  return texts;
}

describe('who may go on', () => {
  test('rwlock', async () => {
    const said = await say('rwlock read C1 /rw/a', 'rwlock read C2 /rw/a', 'rwlock write C3 /rw/a');
    expect(said).toEqual(['C1 may read /rw/a', 'C2 may read /rw/a', 'C3 waits to write /rw/a']);
    expect(holders('readLock', '/rw/a')).toEqual(['C1', 'C2']);
    await say('rwunlock read C1 /rw/a', 'rwunlock read C2 /rw/a');
    expect(holders('writeLock', '/rw/a')).toEqual(['C3']);
    expect(await lab.text('rwunlock write C3 /rw/a')).toBe('C3 stops to write /rw/a');
  });

  test('semaphore', async () => {
    await say('semaphore C1 /sem/a 2', 'semaphore C2 /sem/a 2', 'semaphore C3 /sem/a 2', 'run 1s');
    expect(holders('semaphore', '/sem/a')).toHaveLength(2);
    const [first] = holders('semaphore', '/sem/a');
    expect(await lab.text(`semaphore release ${first} /sem/a`)).toBe(
      `${first} gives back a lease of /sem/a`,
    );
    await lab.text('run 1s');
    expect(holders('semaphore', '/sem/a')).toHaveLength(2);
  });

  test('multilock and revoke', async () => {
    await say('multilock C1 /m/a /m/b');
    expect(holders('lock', '/m/b')).toEqual(['C1']);
    await say('multiunlock C1 /m/a /m/b', 'lock C1 /m/a --revocable');
    expect(await lab.text('revoke C2 /m/a')).toBe('C2 asks the holder of /m/a to give it back');
    await lab.text('run 1s');
    expect(holders('lock', '/m/a')).toEqual([]);
    expect(await lab.text('revoke C2 /m/a')).toBe('C2 finds nobody who holds /m/a');
  });

  test('barrier and doublebarrier', async () => {
    expect(await say('barrier set C1 /barrier/a')).toEqual(['C1 shuts /barrier/a']);
    await say('barrier wait C2 /barrier/a', 'barrier remove C1 /barrier/a');
    const steps = lab.lab.ensemble.getState().clients['C2']?.steps;
    expect(steps?.['barrier /barrier/a']).toBe('pass');
    await say('doublebarrier C1 /double/a 2');
    expect(holders('doubleBarrier', '/double/a')).toEqual([]);
    await say('doublebarrier C2 /double/a 2');
    expect(holders('doubleBarrier', '/double/a')).toEqual(['C1', 'C2']);
    await say('doublebarrier leave C1 /double/a', 'doublebarrier leave C2 /double/a');
    expect(await lab.text('ls /double/a')).toBe('[]');
  });

  test('select', async () => {
    expect(await say('select C1 /select/a --term 5000', 'select C2 /select/a --term 500')).toEqual([
      'C1 leads /select/a',
      'C2 waits for /select/a, behind C1',
    ]);
    expect(holders('selector', '/select/a')).toEqual(['C1']);
    await say('deselect C1 /select/a', 'deselect C2 /select/a');
    expect(holders('selector', '/select/a')).toEqual([]);
  });
});

describe('what clients share', () => {
  test('join, members, leave', async () => {
    expect(await say('join C1 /members/web', 'join C2 /members/web --as two --data x')).toEqual([
      'C1 joins /members/web as C1',
      'C2 joins /members/web as two',
    ]);
    expect(await lab.text('members C1 /members/web')).toBe('C1 sees [C1, two]');
    await say('leave C2 /members/web');
    expect(await lab.text('members C1 /members/web')).toBe('C1 sees [C1]');
  });

  test('register, discover, unregister', async () => {
    await say(
      'register C1 /services web --address 10.0.0.1 --port 80',
      'register C2 /services web',
    );
    expect(await lab.text('discover C3 /services web')).toBe('C3 finds [C1 at 10.0.0.1:80, C2]');
    expect(await lab.text('discover C3 /services')).toBe('C3 finds [web]');
    await say('unregister C1 /services web');
    expect(await lab.text('discover C3 /services web')).toBe('C3 finds [C2]');
  });

  test('config', async () => {
    await say('config watch C2 /config/app');
    expect(await say('config set C1 /config/app v1')).toEqual(['C1 sets /config/app, version 0']);
    expect(holders('config', '/config/app')).toEqual(['C2']);
    expect(await lab.text('config set C3 /config/app v2 -v 0')).toBe(
      'C3 sets /config/app, version 1',
    );
    expect(await lab.text('config set C1 /config/app v3 -v 0')).toBe(
      'C1 changes nothing: somebody else has changed /config/app',
    );
    await say('config unwatch C2 /config/app');
    expect(holders('config', '/config/app')).toEqual([]);
  });

  test('counter, cache, keep', async () => {
    expect(await lab.text('counter add C1 /counter/a 5')).toBe('C1 makes 5 of 0');
    expect(await lab.text('counter add C2 /counter/a -7')).toBe('C2 makes -2 of 5');
    await say('cache C3 /kept', 'keep C1 /kept/a hello');
    expect(await lab.text('cache show C3 /kept')).toBe('C3 has 2\n/kept \n/kept/a hello');
    await say('delete /kept/a');
    expect(await lab.text('get /kept/a')).toBe('hello');
    expect(await lab.text('unkeep C1 /kept/a')).toBe('C1 keeps /kept/a no more');
    expect(await lab.text('cache close C3 /kept')).toBe('C3 keeps no copy of /kept');
  });

  test('queue', async () => {
    await say('queue put C1 /queue/a late --priority 5', 'queue put C1 /queue/a soon --priority 1');
    expect(await lab.text('queue take C2 /queue/a')).toBe('C2 waits for an item of /queue/a');
    await say('queue consume C3 /queue/a --work 10 --locks /queue/locks');
    expect(await lab.text('queue stop C3 /queue/a')).toBe(
      'C3 consumes /queue/a no more, after [late]',
    );
  });

  test('count, and a queue without ceremony', async () => {
    await say('count watch C1 /count/a', 'count watch C2 /count/a');
    expect(await lab.text('count set C1 /count/a 3')).toBe('C1 sets 3');
    await lab.text('run 1s');
    expect(await lab.text('count set C2 /count/a 4')).toBe('C2 sets 4');
    expect(await lab.text('count unwatch C2 /count/a')).toBe('C2 follows /count/a no more');
    expect((await lab.run('count set C2 /count/a 5')).text).toBe(
      'this client does not follow the number /count/a',
    );
    expect(await lab.text('queue offer C1 /simple one')).toBe('C1 offers one');
    expect(await lab.text('queue poll C2 /simple')).toBe('C2 waits for an element of /simple');
    await lab.text('run 1s');
    expect(await lab.text('ls /simple')).toBe('[]');
  });

  test('an option may stand before the client', async () => {
    await say('queue put --priority 2 C2 /queue/b x', 'lock --herd C2 /herd/b');
    expect(holders('herdLock', '/herd/b')).toEqual(['C2']);
  });

  test('2pc', async () => {
    expect(await say('2pc begin C1 /tx/1 C2,C3')).toEqual(['C1 asks C2, C3 for their votes']);
    expect(await say('2pc vote C2 /tx/1 commit', '2pc vote C3 /tx/1 commit')).toEqual([
      'C2 votes commit',
      'C3 votes commit',
    ]);
    expect(holders('2pc', '/tx/1')).toEqual(['C2', 'C3']);
    await say('2pc begin C1 /tx/2 C2,C3', 'client kill C1', '2pc vote C2 /tx/2 commit');
    await say('use C4', '2pc recover C4 /tx/2 --timeout 500', 'run 30s');
    expect(await lab.text('get /tx/2')).toBe('abort');
    await lab.text('use C2');
  });
});

test.each([
  ['rwlock C1 /a', 'Expected read or write, got "C1".'],
  ['rwunlock', 'Expected read or write.'],
  ['semaphore C2 /a', 'Expected a number of leases.'],
  ['semaphore C2 /a 0', 'Expected a number of leases from 1 to 1000, got "0".'],
  ['barrier', 'Expected set, remove or wait.'],
  ['barrier open C2 /a', 'Expected set, remove or wait, got "open".'],
  ['doublebarrier C2 /a', 'Expected a number of participants.'],
  ['multilock C2', 'Expected a path.'],
  ['lock C2 /a --herd --revocable', 'Expected only one of --herd and --revocable.'],
  ['join C9 /a', 'Expected a client ('],
  ['register C2 /a', 'Expected the name of a service.'],
  ['config get /a', 'Expected set, watch or unwatch, got "get".'],
  ['counter add C2 /a x', 'Expected a number to add from'],
  ['queue put C2 /a', 'Expected what to put.'],
  ['queue put C2 /a x --priority 1 --delay 1', 'Expected only one of --priority and --delay.'],
  ['2pc begin C2 /a', 'Expected sites such as C2,C3.'],
  ['2pc vote C2 /a maybe', 'Expected commit or abort, got "maybe".'],
])('%s: %s', async (line, expected) => {
  const { ok, text } = await lab.run(line);
  expect([ok, text]).toEqual([false, expect.stringContaining(expected)]);
  expect(text).toContain('Usage: ');
  expect(text).not.toContain('\n');
});

test('what does not come about is said', async () => {
  await say('lock C3 /mine', 'keep C3 /kept/mine');
  expect((await lab.run('lock C2 /mine --timeout 200')).text).toBe('C2 waits for /mine, behind C3');
  expect(await lab.text('keep C2 /kept/mine')).toBe("C2 waits: /kept/mine is somebody else's");
  expect(await lab.text('join C3 /names --as one')).toBe('C3 joins /names as one');
  expect(await lab.text('join C2 /names --as one')).toBe(
    'C2 waits: somebody else is one in /names',
  );
  await say('create /locked', 'setAcl /locked world:anyone:r');
  expect(await lab.run('elect C2 /locked')).toMatchObject({
    ok: false,
    text: expect.stringContaining('Insufficient permission'),
  });
});

test('what the recipe refuses is said in one line', async () => {
  const { ok, text } = await lab.run('unkeep C2 /nothing');
  expect([ok, text]).toEqual([false, 'this client does not keep /nothing']);
});
