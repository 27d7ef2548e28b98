import { describe, expect, test } from 'vitest';
import { ClientBench } from '../client/testing/ClientBench.ts';

const LOCK = { path: '/locks/one' };
const ZNODE = /^\/locks\/one\/_c_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}-lock-\d{10}$/;

async function benchWith(...clients: readonly string[]): Promise<ClientBench> {
  const bench = await ClientBench.start();
  for (const client of clients) await bench.add(client, { sessionTimeoutMs: 4000 });
  return bench;
}

async function children(bench: ClientBench, client: string): Promise<readonly string[]> {
  const { data } = await bench.call(client, 'ls', LOCK);
  return (data as { children: readonly string[] }).children;
}

describe('without faults', () => {
  test('the first holds a znode named as Curator names it, in a container', async () => {
    const bench = await benchWith('C1');
    const { ok, data } = await bench.call('C1', 'lock', LOCK);
    expect([ok, data]).toEqual([
      true,
      { znode: expect.stringMatching(ZNODE), fence: expect.stringMatching(/^0x/) },
    ]);
    const { czxid, ephemeralOwner } = await statOf(bench, (data as { znode: string }).znode);
    expect((data as { fence: string }).fence).toBe(czxid);
    expect(ephemeralOwner).toBe(bench.sessionIdOf('C1'));
    expect(bench.belief('C1')).toMatchObject({ recipe: 'lock', path: LOCK.path, holds: true });
  });

  test('the others follow in order, each with a higher fence, and one at a time', async () => {
    const bench = await benchWith('C1', 'C2', 'C3');
    const held: number[] = [];
    const commands: number[] = [];
    for (const client of ['C1', 'C2', 'C3']) {
      commands.push(bench.tell(client, 'lock', LOCK));
      await bench.run(50);
    }
    for (const [i, client] of ['C1', 'C2', 'C3'].entries()) {
      const holders = ['C1', 'C2', 'C3'].filter((one) => bench.belief(one)?.holds);
      expect(holders).toEqual([client]);
      expect(bench.result(client, commands[i] ?? 0)?.ok).toBe(true);
      held.push(bench.belief(client)?.fence ?? 0);
      expect(await bench.call(client, 'unlock', LOCK)).toMatchObject({ ok: true });
      expect(bench.belief(client)?.holds).toBe(false);
    }
    expect(held).toEqual([...held].sort((a, b) => a - b));
    expect(new Set(held).size).toBe(3);
    expect(await children(bench, 'C1')).toEqual([]);
  });

  test('a release wakes the next in line and nobody else', async () => {
    const bench = await benchWith('C1', 'C2', 'C3', 'C4');
    for (const client of ['C1', 'C2', 'C3', 'C4']) {
      bench.tell(client, 'lock', LOCK);
      await bench.run(50);
    }
    await bench.call('C1', 'unlock', LOCK);
    const woken = ['C2', 'C3', 'C4'].map((client) => bench.traced(client, 'watchDelivered').length);
    expect(woken).toEqual([1, 0, 0]);
  });

  test('somebody in the middle may leave; those behind keep their order', async () => {
    const bench = await benchWith('C1', 'C2', 'C3');
    const commands: number[] = [];
    for (const client of ['C1', 'C2', 'C3']) {
      commands.push(bench.tell(client, 'lock', LOCK));
      await bench.run(50);
    }
    await bench.call('C2', 'unlock', LOCK);
    expect(bench.result('C2', commands[1] ?? 0)).toMatchObject({ ok: true, data: null });
    expect(bench.belief('C3')).toBe(undefined);
    await bench.call('C1', 'unlock', LOCK);
    expect(bench.belief('C3')?.holds).toBe(true);
    expect(bench.belief('C2')).toBe(undefined);
  });

  test('who runs out of time leaves no znode behind', async () => {
    const bench = await benchWith('C1', 'C2');
    await bench.call('C1', 'lock', LOCK);
    const late = await bench.call('C2', 'lock', { ...LOCK, timeoutMs: 300 }, 400);
    expect(late).toMatchObject({ ok: true, data: null });
    expect(await children(bench, 'C1')).toHaveLength(1);
  });

  test('the command says what is wrong', async () => {
    const bench = await benchWith('C1', 'C2');
    await bench.call('C1', 'lock', LOCK);
    bench.tell('C2', 'lock', LOCK);
    await bench.run(50);
    expect((await bench.call('C2', 'lock', LOCK)).error).toBe(
      'this client waits for the lock on /locks/one already',
    );
    await bench.call('C2', 'unlock', LOCK);
    expect((await bench.call('C2', 'unlock', LOCK)).error).toBe(
      'this client neither holds nor waits for a lock on /locks/one',
    );
    expect((await bench.call('C2', 'lock', { path: '/locks//' })).ok).toBe(false);
  });
});

test('who holds it may acquire it again, and lets go with as many releases', async () => {
  const bench = await benchWith('C1', 'C2');
  const first = await bench.call('C1', 'lock', LOCK);
  const second = await bench.call('C1', 'lock', LOCK);
  expect(second.data).toEqual(first.data);
  expect(await children(bench, 'C1')).toHaveLength(1);
  bench.tell('C2', 'lock', LOCK);
  await bench.run(50);
  expect((await bench.call('C1', 'unlock', LOCK)).data).toEqual({ holdCount: 1 });
  expect([bench.belief('C1')?.holds, bench.belief('C2')?.holds]).toEqual([true, undefined]);
  expect((await bench.call('C1', 'unlock', LOCK)).data).toEqual({ holdCount: 0 });
  expect([bench.belief('C1')?.holds, bench.belief('C2')?.holds]).toEqual([false, true]);
});

describe('revoking', () => {
  test('asks the holder, who gives it back if it said so', async () => {
    const bench = await benchWith('C1', 'C2');
    await bench.call('C1', 'lock', { ...LOCK, revocable: true });
    const { data } = await bench.call('C2', 'revoke', LOCK);
    expect((data as { znode: string }).znode).toMatch(ZNODE);
    await bench.run(50);
    expect(bench.belief('C1')?.holds).toBe(false);
    expect(bench.steps('C1')).toContain('asked to give it back');
    expect(await children(bench, 'C2')).toEqual([]);
    expect((await bench.call('C2', 'revoke', LOCK)).data).toBe(null);
  });

  test('is heard by a holder that acquired it more than once', async () => {
    const bench = await benchWith('C1', 'C2');
    for (let i = 0; i < 3; i++) await bench.call('C1', 'lock', { ...LOCK, revocable: true });
    await bench.call('C2', 'revoke', LOCK);
    await bench.run(50);
    expect(bench.belief('C1')?.holds).toBe(false);
    expect(await children(bench, 'C2')).toEqual([]);
  });

  test('does nothing to a holder that said nothing', async () => {
    const bench = await benchWith('C1', 'C2');
    await bench.call('C1', 'lock', LOCK);
    const { data } = await bench.call('C2', 'revoke', LOCK);
    const { znode } = data as { znode: string };
    await bench.run(50);
    expect(bench.belief('C1')?.holds).toBe(true);
    const read = await bench.call('C2', 'get', { path: znode });
    expect(read.data).toMatchObject({ data: '__REVOKE__' });
  });

  test('a revocable holder that loses its znode is told too', async () => {
    const bench = await benchWith('C1', 'C2');
    const { data } = await bench.call('C1', 'lock', { ...LOCK, revocable: true });
    const { znode } = data as { znode: string };
    await bench.call('C2', 'set', { path: znode, data: 'hello' });
    expect(bench.belief('C1')?.holds).toBe(true);
    await bench.call('C2', 'delete', { path: znode });
    expect(bench.belief('C1')?.holds).toBe(false);
  });
});

describe('when the connection is lost', () => {
  test('before the answer to create: it finds its own znode and makes no second one', async () => {
    const bench = await benchWith('C1', 'C2');
    await cutFirstCreate(bench, 'client');
    bench.tell('C1', 'lock', LOCK);
    await bench.run(5000);
    expect(bench.belief('C1')?.holds).toBe(true);
    expect(bench.steps('C1')).toContain('look for own znode');
    expect(await children(bench, 'C2')).toHaveLength(1);
  });

  test('before create has arrived: it creates again', async () => {
    const bench = await benchWith('C1', 'C2');
    await cutFirstCreate(bench, 'server');
    bench.tell('C1', 'lock', LOCK);
    await bench.run(5000);
    expect(bench.belief('C1')?.holds).toBe(true);
    expect(bench.steps('C1')).toContain('look for own znode');
    expect(await children(bench, 'C2')).toHaveLength(1);
  });

  test('while waiting: it keeps its place, and the watch is set again', async () => {
    const bench = await benchWith('C1', 'C2');
    await bench.call('C1', 'lock', LOCK);
    bench.tell('C2', 'lock', LOCK);
    await bench.run(50);
    bench.cut('C2');
    await bench.call('C1', 'unlock', LOCK);
    await bench.run(3000);
    expect(bench.belief('C2')?.holds).toBe(true);
  });

  test('while releasing: it makes sure that the znode is gone', async () => {
    const bench = await benchWith('C1', 'C2');
    await bench.call('C1', 'lock', LOCK);
    let isCut = false;
    bench.wire = ({ client, to }) => {
      if (isCut || client !== 'C1' || to !== 'server') return 'pass';
      isCut = true;
      return 'cut';
    };
    const released = await bench.call('C1', 'unlock', LOCK, 5000);
    expect([isCut, released.ok]).toEqual([true, true]);
    expect(await children(bench, 'C2')).toEqual([]);
  });
});

describe('when it is lost', () => {
  test('with its session: the next holds, and the old holder learns on its return', async () => {
    const bench = await benchWith('C1', 'C2');
    await bench.call('C1', 'lock', LOCK);
    bench.tell('C2', 'lock', LOCK);
    await bench.run(50);
    bench.isReachable = false;
    bench.cut('C1');
    await bench.run(8000);
    // The believer does not know yet: that is what the fence is for.
    expect([bench.belief('C1')?.holds, bench.belief('C2')?.holds]).toEqual([true, true]);
    expect(bench.belief('C2')?.fence).toBeGreaterThan(bench.belief('C1')?.fence ?? 0);
    bench.isReachable = true;
    await bench.run(4000);
    expect([bench.belief('C1')?.holds, bench.belief('C2')?.holds]).toEqual([false, true]);
    expect(bench.steps('C1').at(-1)).toBe('lost');
    expect((await bench.call('C1', 'unlock', LOCK)).ok).toBe(false);
  });

  test('with the session of somebody who waits: the command fails', async () => {
    const bench = await benchWith('C1', 'C2');
    await bench.call('C1', 'lock', LOCK);
    const command = bench.tell('C2', 'lock', LOCK);
    await bench.run(50);
    bench.expire(bench.sessionIdOf('C2'));
    await bench.run(4000);
    expect(bench.result('C2', command)).toMatchObject({
      ok: false,
      error: expect.stringMatching(/^KeeperErrorCode = Session expired/),
    });
  });

  test('and is taken again with a new one', async () => {
    const bench = await benchWith('C1');
    await bench.call('C1', 'lock', LOCK);
    bench.expire(bench.sessionIdOf('C1'));
    await bench.run(4000);
    expect((await bench.call('C1', 'lock', LOCK, 500)).ok).toBe(true);
    expect(bench.belief('C1')?.holds).toBe(true);
  });

  test('by hand: the holder is told', async () => {
    const bench = await benchWith('C1', 'C2');
    const { data } = await bench.call('C1', 'lock', LOCK);
    await bench.call('C2', 'delete', { path: (data as { znode: string }).znode });
    expect(bench.belief('C1')?.holds).toBe(false);
    expect(await bench.call('C1', 'lock', LOCK)).toMatchObject({ ok: true });
  });

  test('to a process that is killed: the next holds when the session has expired', async () => {
    const bench = await benchWith('C1', 'C2');
    await bench.call('C1', 'lock', LOCK);
    bench.tell('C2', 'lock', LOCK);
    await bench.run(50);
    bench.kill('C1');
    await bench.run(3000);
    expect(bench.belief('C2')).toBe(undefined);
    await bench.run(3000);
    expect(bench.belief('C2')?.holds).toBe(true);
  });
});

describe('the herd', () => {
  test('each release wakes everybody, and one wins', async () => {
    const bench = await benchWith('C1', 'C2', 'C3', 'C4');
    for (const client of ['C1', 'C2', 'C3', 'C4']) {
      bench.tell(client, 'lock', { ...LOCK, herd: true });
      await bench.run(50);
    }
    await bench.call('C1', 'unlock', LOCK);
    const others = ['C2', 'C3', 'C4'];
    expect(others.map((one) => bench.traced(one, 'watchDelivered').length)).toEqual([1, 1, 1]);
    expect(others.filter((one) => bench.belief(one)?.holds)).toHaveLength(1);
  });

  test('a lost answer to create is found to have been a success', async () => {
    const bench = await benchWith('C1', 'C2');
    await cutFirstCreate(bench, 'client', false);
    bench.tell('C1', 'lock', { ...LOCK, herd: true });
    await bench.run(5000);
    expect(bench.belief('C1')).toMatchObject({ recipe: 'herdLock', holds: true });
  });
});

/** Breaks C1's connection once, at its create of an ephemeral or at the answer to that. */
async function cutFirstCreate(
  bench: ClientBench,
  at: 'server' | 'client',
  isQueue = true,
): Promise<void> {
  await bench.call('C2', 'create', { path: '/locks' });
  if (isQueue) await bench.call('C2', 'create', { path: LOCK.path });
  let state: 'idle' | 'asked' | 'done' = 'idle';
  bench.wire = ({ client, to, summary }) => {
    if (client !== 'C1' || state === 'done') return 'pass';
    if (to === 'server' && summary.text.startsWith('create /locks')) state = 'asked';
    if (state !== 'asked' || to !== at) return 'pass';
    state = 'done';
    return 'cut';
  };
}

async function statOf(
  bench: ClientBench,
  path: string,
): Promise<{ readonly czxid: string; readonly ephemeralOwner: string }> {
  const { data } = await bench.call('C1', 'stat', { path });
  return (data as { stat: { czxid: string; ephemeralOwner: string } }).stat;
}
