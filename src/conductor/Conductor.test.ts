import { describe, expect, test } from 'vitest';
import { utf8Decode } from '../base/utf8.ts';
import type { TraceEvent, TraceOf, TraceType } from '../trace/TraceEvent.ts';
import type { Action } from './actions.ts';
import type { Conductor } from './Conductor.ts';
import { startToys } from './testing/toys.ts';

const addClient: Action = {
  type: 'addClient',
  client: 'C1',
  servers: ['S2'],
  sessionTimeoutMs: 4000,
  chroot: '',
};
const say = (name: string): Action => ({
  type: 'command',
  client: 'C1',
  command: 1,
  name,
  args: null,
});

function all<T extends TraceType>(events: readonly TraceEvent[], type: T): TraceOf<T>[] {
  return events.filter((event): event is TraceOf<T> => event.type === type);
}

const logOf = (conductor: Conductor, sid: number) =>
  utf8Decode(conductor.diskOf(sid).get('log') ?? new Uint8Array(0));

describe('time', () => {
  test('a step is one event, and the next one of all', async () => {
    const { conductor, events } = startToys();
    const steps: string[] = [];
    for (let i = 0; i < 4; i++) {
      expect(await conductor.step()).toBe(true);
      steps.push(events.at(-1)?.who ?? '');
    }
    expect(conductor.nowUs).toBeGreaterThan(0);
    expect(steps.slice(0, 3)).toEqual(['S1', 'S2', 'S3']);
    const nextUs = conductor.nextEventUs;
    await conductor.step();
    expect(conductor.nowUs).toBe(nextUs);
  });

  test('goes on to where it was told, events or not', async () => {
    const { conductor } = startToys();
    await conductor.advanceTo(123_456);
    expect(conductor.nowUs).toBe(123_456);
    expect(conductor.nextEventUs).toBeGreaterThan(123_456);
  });

  test('the same seed gives the same hash, another seed another', async () => {
    const hashOf = async (seed: number) => {
      const { conductor } = startToys({ seed });
      await conductor.advanceTo(500_000);
      return conductor.traceHash;
    };
    expect(await hashOf(1)).toBe(await hashOf(1));
    expect(await hashOf(1)).not.toBe(await hashOf(2));
  });
});

describe('actions', () => {
  test('come after all that has happened, each at a time of its own', async () => {
    const { conductor } = startToys();
    const first = await conductor.perform({ type: 'heal' });
    expect(first).toEqual({ ok: true, value: { atUs: 0, action: { type: 'heal' } } });
    await conductor.advanceTo(1_000);
    await conductor.perform({ type: 'pause', target: 'S1' });
    await conductor.perform({ type: 'resume', target: 'S1' });
    expect(conductor.actions.map(({ atUs }) => atUs)).toEqual([0, 1_001, 1_002]);
  });

  test('are taken between two windows while time runs', async () => {
    const { conductor } = startToys();
    const end = conductor.advanceTo(10_000_000);
    const paused = await conductor.perform({ type: 'pause', target: 'S1' });
    expect(paused.ok && paused.value.atUs).toBeLessThan(1_000_000);
    await end;
    expect(conductor.nowUs).toBe(10_000_000);
  });

  test('what is done takes the place of what was scheduled for later; what is refused does not', async () => {
    const { conductor } = startToys();
    await conductor.advanceTo(1_000);
    conductor.schedule({ atUs: 2_000, action: { type: 'pause', target: 'S1' } });
    conductor.schedule({ atUs: 9_000, action: { type: 'pause', target: 'S2' } });
    expect((await conductor.perform({ type: 'resume', target: 'S1' })).ok).toBe(false);
    await conductor.advanceTo(5_000);
    await conductor.perform({ type: 'resume', target: 'S1' });
    await conductor.advanceTo(10_000);
    expect(conductor.actions).toEqual([
      { atUs: 2_000, action: { type: 'pause', target: 'S1' } },
      { atUs: 5_001, action: { type: 'resume', target: 'S1' } },
    ]);
  });

  test.each<[string, Action]>([
    ['S9 does not exist', { type: 'kill', target: 'S9' }],
    ['S1 is running', { type: 'restart', target: 'S1' }],
    ['S1 is not paused', { type: 'resume', target: 'S1' }],
    ['C1 is no client', say('hello')],
    ['S1 is no client', { type: 'removeClient', client: 'S1' }],
    ['S9 does not exist', { type: 'setLinks', changes: [{ from: 'S1', to: 'S9', cut: true }] }],
    ['S1 has no link to itself', { type: 'setLinks', changes: [{ from: 'S1', to: 'S1' }] }],
    [
      'loss must be 0 to 100 percent',
      { type: 'setLinks', changes: [{ from: 'S1', to: 'S2', lossPercent: 101 }] },
    ],
    ['X is no client name such as C1', { ...addClient, client: 'X' }],
    ['S9 is no server', { ...addClient, servers: ['S9'] }],
    ['a is no path', { ...addClient, chroot: 'a' }],
    ['abc is no session id such as 0x1000000a1b20000', { type: 'expireSession', sessionId: 'abc' }],
  ])('are refused: %s', async (error, action) => {
    const { conductor, events } = startToys();
    await conductor.advanceTo(50_000);
    const count = events.length;
    expect(await conductor.perform(action)).toEqual({ ok: false, error });
    expect(conductor.actions).toEqual([]);
    expect(events.length).toBe(count);
  });

  test('twice the same is refused', async () => {
    const { conductor } = startToys();
    await conductor.perform({ type: 'kill', target: 'S1' });
    const again = await conductor.perform({ type: 'kill', target: 'S1' });
    expect(again).toEqual({ ok: false, error: 'S1 is already down' });
    await conductor.perform(addClient);
    const client = await conductor.perform(addClient);
    expect(client).toEqual({ ok: false, error: 'C1 exists already' });
  });
});

describe('processes', () => {
  test('a killed one is silent; its disk stays, and its next life reads it', async () => {
    const { conductor, events } = startToys();
    await conductor.advanceTo(1_000_000);
    await conductor.perform({ type: 'kill', target: 'S2' });
    const log = logOf(conductor, 2);
    expect(log.length).toBeGreaterThan(0);
    await conductor.advanceTo(2_000_000);
    expect(events.filter(({ who, atUs }) => who === 'S2' && atUs > 1_000_001)).toEqual([]);
    const ends = all(events, 'disconnected').filter(({ atUs }) => atUs > 1_000_001);
    expect(ends[0]).toMatchObject({ from: 'S2', reason: 'reset by peer' });
    await conductor.perform({ type: 'restart', target: 'S2' });
    await conductor.advanceTo(2_100_000);
    expect(all(events, 'recovered').at(-1)).toMatchObject({ who: 'S2', lastZxid: log.length });
    expect(all(events, 'processStarted').at(-1)).toMatchObject({ target: 'S2', incarnation: 2 });
    const ids = all(events, 'messageSent').flatMap(({ who, id }) => (who === 'S2' ? [id] : []));
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('a power cut loses what was not flushed, and no peer is told', async () => {
    const { conductor, events } = startToys();
    let write: TraceOf<'diskWrite'> | undefined;
    while (write === undefined) {
      await conductor.step();
      write = all(events, 'diskWrite').at(-1);
    }
    const target = write.who;
    await conductor.perform({ type: 'powerCut', target });
    expect(all(events, 'unsyncedLost')).toHaveLength(1);
    expect(logOf(conductor, Number(target.slice(1))).length).toBeLessThan(write.bytes);
    const fromUs = conductor.nowUs;
    await conductor.advanceTo(fromUs + 100_000);
    const ends = all(events, 'disconnected').filter(({ from, atUs, reason }) => {
      return from === target && atUs > fromUs && reason === 'reset by peer';
    });
    expect(ends).toEqual([]);
    expect(all(events, 'messageLost').at(-1)).toMatchObject({ to: target, reason: 'down' });
  });

  test('a wiped one starts from nothing', async () => {
    const { conductor, events } = startToys();
    await conductor.advanceTo(1_000_000);
    await conductor.perform({ type: 'wipe', target: 'S1' });
    expect(conductor.diskOf(1).size).toBe(0);
    await conductor.perform({ type: 'restart', target: 'S1' });
    await conductor.advanceTo(1_000_100);
    expect(all(events, 'recovered').at(-1)).toMatchObject({ who: 'S1', lastZxid: 0 });
    expect(all(events, 'processKilled')).toMatchObject([{ target: 'S1', cause: 'kill' }]);
  });

  test('a paused one does nothing; what waited runs when it goes on, in order', async () => {
    const { conductor, events } = startToys();
    await conductor.advanceTo(1_000_000);
    await conductor.perform({ type: 'pause', target: 'S3' });
    await conductor.advanceTo(1_500_000);
    const during = events.filter(({ who, atUs }) => who === 'S3' && atUs > 1_000_001);
    const network = ['messageSent', 'messageDelivered', 'connected', 'disconnected'];
    expect(during.filter(({ type }) => !network.includes(type))).toEqual([]);
    expect(all(during, 'messageSent').filter(({ kind }) => kind === 'PING')).toEqual([]);
    await conductor.perform({ type: 'resume', target: 'S3' });
    await conductor.advanceTo(1_500_001);
    const after = events.filter(({ who, atUs }) => who === 'S3' && atUs === 1_500_001);
    expect(after.map(({ type }) => type)).toContain('timerFired');
  });

  test('one that throws has crashed: its peers are reset, the rest goes on', async () => {
    const { conductor, events } = startToys();
    await conductor.advanceTo(200_000);
    await conductor.perform(addClient);
    await conductor.advanceTo(400_000);
    await conductor.perform(say('crash'));
    await conductor.advanceTo(500_000);
    const [failure] = all(events, 'assertionFailed');
    expect(failure).toMatchObject({ who: 'S2', message: 'Error: told to crash' });
    expect(all(events, 'processKilled')).toEqual([
      {
        atUs: (failure?.atUs ?? 0) + 1,
        who: '*',
        type: 'processKilled',
        target: 'S2',
        cause: 'crash',
      },
    ]);
    const told = all(events, 'disconnected').filter(({ reason }) => reason === 'reset by peer');
    expect(told.map(({ who }) => who).sort()).toEqual(['C1', 'S1', 'S3']);
    expect(await conductor.perform({ type: 'restart', target: 'S2' })).toMatchObject({ ok: true });
    await conductor.advanceTo(700_000);
    expect(all(events, 'connected').at(-1)?.atUs).toBeGreaterThan(500_000);
  });

  test('what async code does after an event happens at the time of the event', async () => {
    const { conductor, events } = startToys();
    await conductor.advanceTo(200_000);
    await conductor.perform(addClient);
    await conductor.advanceTo(400_000);
    const said = await conductor.perform(say('hello'));
    await conductor.advanceTo(500_000);
    const sent = all(events, 'messageSent').find(({ text }) => text === 'hello');
    expect(sent).toMatchObject({ who: 'C1', to: 'S2', atUs: said.ok ? said.value.atUs : -1 });
    expect(
      all(events, 'messageSent').some(({ who, kind }) => who === 'S2' && kind === 'reply'),
    ).toBe(true);
  });

  test('a removed client resets its connection and may come again', async () => {
    const { conductor, events } = startToys();
    await conductor.perform(addClient);
    await conductor.advanceTo(100_000);
    await conductor.perform({ type: 'removeClient', client: 'C1' });
    await conductor.advanceTo(200_000);
    const last = all(events, 'disconnected').findLast(({ channel }) => channel === 'client');
    expect(last).toMatchObject({ who: 'S2', from: 'C1' });
    expect(await conductor.perform(say('hello'))).toEqual({ ok: false, error: 'C1 is no client' });
    expect(await conductor.perform(addClient)).toMatchObject({ ok: true });
  });
});

describe('links', () => {
  test('heal brings every link back to what it was', async () => {
    const { conductor, events } = startToys();
    const changes = [
      { from: 'S1', to: 'S2', cut: true },
      { from: 'S2', to: 'S1', lossPercent: 30 },
    ];
    await conductor.perform({ type: 'setLinks', changes });
    await conductor.perform({
      type: 'setLinks',
      changes: [{ from: 'S1', to: 'S2', extraLatencyUs: 5 }],
    });
    await conductor.perform({ type: 'heal' });
    const states = all(events, 'linkChanged').map(({ from, cut, extraLatencyUs, lossPercent }) => {
      return `${from} ${cut} ${extraLatencyUs} ${lossPercent}`;
    });
    expect(states).toEqual([
      'S1 true 0 0',
      'S2 false 0 30',
      'S1 true 5 0',
      'S1 false 0 0',
      'S2 false 0 0',
    ]);
  });
});
