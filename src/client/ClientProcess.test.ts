import { describe, expect, test } from 'vitest';
import type { Command, CommandRegistry } from './ClientContext.ts';
import { TIMEOUT } from './ClientContext.ts';
import { ClientProcess, RUNNING_MAX } from './ClientProcess.ts';
import type { ClientEffect } from './events.ts';
import { ClientBench } from './testing/ClientBench.ts';
import { CONFIG } from './testing/SessionBench.ts';

describe('commands', () => {
  test('wait for the first connection', async () => {
    const bench = await ClientBench.start();
    bench.isReachable = false;
    await bench.add('C1');
    const command = bench.tell('C1', 'create', { path: '/a' });
    await bench.run(500);
    expect(bench.result('C1', command)).toBe(null);
    bench.isReachable = true;
    await bench.run(5000);
    expect(bench.result('C1', command)).toMatchObject({ ok: true, data: { path: '/a' } });
  });

  test('after that, fail with the connection', async () => {
    const bench = await ClientBench.start();
    await bench.add('C1');
    bench.isReachable = false;
    bench.cut('C1');
    await bench.run(1);
    expect(await bench.call('C1', 'create', { path: '/a' }, 4000)).toMatchObject({
      ok: false,
      error: 'KeeperErrorCode = ConnectionLoss for /a',
    });
  });

  test('unknown ones are said to be so', async () => {
    const bench = await ClientBench.start();
    await bench.add('C1');
    expect(await bench.call('C1', 'foo')).toMatchObject({
      ok: false,
      error: 'Command not found: foo',
    });
  });

  test('too many at once are refused', () => {
    const commands: CommandRegistry = new Map([['wait', () => new Promise(() => {})]]);
    const process = new ClientProcess(CONFIG, commands);
    process.step(0, { type: 'start' });
    const refused: ClientEffect[] = [];
    for (let command = 1; command <= RUNNING_MAX + 1; command++) {
      const event = { type: 'command', command, name: 'wait', args: null } as const;
      refused.push(...process.step(0, event).filter((it) => isDone(it)));
    }
    expect(refused).toMatchObject([{ event: { command: RUNNING_MAX + 1, ok: false } }]);
  });
});

const isDone = (effect: ClientEffect): boolean =>
  effect.type === 'trace' && effect.event.type === 'commandDone';

describe('programs', () => {
  test('run at the time of the event that woke them', async () => {
    const bench = await ClientBench.start();
    const nap: Command = async (context) => {
      const startMs = context.nowMs;
      await context.sleep(70);
      return context.nowMs - startMs;
    };
    await bench.add('C1', {}, new Map([['nap', nap]]));
    expect(await bench.call('C1', 'nap', null, 69 + 1)).toMatchObject({ ok: true, data: 70 });
  });

  test('wait no longer than they want, and leave no timer behind', async () => {
    const bench = await ClientBench.start();
    const read: Command = async (context, args) => {
      const ms = typeof args === 'number' ? args : 0;
      const read = await context.within(ms, context.zk.exists('/'));
      return read === TIMEOUT ? 'late' : 'in time';
    };
    await bench.add('C1', {}, new Map([['read', read]]));
    expect(await bench.call('C1', 'read', 1)).toMatchObject({ data: 'late' });
    expect(await bench.call('C1', 'read', 1000)).toMatchObject({ data: 'in time' });
    expect(bench.timersOf('C1')).toEqual(['readTimeout', 'ping']);
  });

  test('what the session timer fires does not wake them', () => {
    const process = new ClientProcess(CONFIG, new Map());
    process.step(0, { type: 'start' });
    process.takeEffects();
    expect(process.isSettling).toBe(false);
    process.step(1, { type: 'timerFired', timer: 'readTimeout' });
    expect(process.isSettling).toBe(true);
  });
});

describe('sessions', () => {
  test('one that has expired stays so until a new one is asked for', async () => {
    const bench = await ClientBench.start();
    await bench.add('C1');
    await bench.call('C1', 'create', { path: '/e', mode: 'EPHEMERAL' });
    const old = bench.sessionIdOf('C1');
    bench.expire(old);
    await bench.run(3000);
    expect(bench.traced('C1', 'clientStateChanged').at(-1)?.state).toBe('expired');
    expect((await bench.call('C1', 'get', { path: '/e' })).error).toBe(
      'KeeperErrorCode = Session expired for /e',
    );
    expect(await bench.call('C1', 'connect')).toMatchObject({ ok: true });
    expect(bench.sessionIdOf('C1')).not.toBe(old);
    expect((await bench.call('C1', 'get', { path: '/e' })).error).toBe('Node does not exist: /e');
  });

  test('keep themselves alive, and outlive a lost connection', async () => {
    const bench = await ClientBench.start();
    await bench.add('C1', { sessionTimeoutMs: 4000 });
    await bench.call('C1', 'create', { path: '/e', mode: 'EPHEMERAL' });
    await bench.run(20_000);
    bench.cut('C1');
    await bench.run(20_000);
    const states = bench.traced('C1', 'clientStateChanged').map(({ state }) => state);
    expect(states).toEqual(['connecting', 'connected', 'disconnected', 'connecting', 'connected']);
    expect(await bench.call('C1', 'get', { path: '/e' })).toMatchObject({ ok: true });
  });

  test('close takes the ephemerals along', async () => {
    const bench = await ClientBench.start();
    await bench.add('C1');
    await bench.add('C2');
    await bench.call('C1', 'create', { path: '/e', mode: 'EPHEMERAL' });
    expect(await bench.call('C1', 'close')).toMatchObject({ ok: true });
    expect((await bench.call('C2', 'stat', { path: '/e' })).error).toBe('Node does not exist: /e');
  });

  test('watches are set again after a reconnection, and nothing is missed', async () => {
    const bench = await ClientBench.start();
    await bench.add('C1');
    await bench.add('C2');
    await bench.call('C2', 'create', { path: '/a' });
    await bench.call('C1', 'get', { path: '/a', watch: true });
    bench.cut('C1');
    await bench.call('C2', 'set', { path: '/a', data: 'changed meanwhile' });
    await bench.run(4000);
    expect(bench.traced('C1', 'watchDelivered')).toMatchObject([
      { event: 'NodeDataChanged', path: '/a' },
    ]);
  });
});
