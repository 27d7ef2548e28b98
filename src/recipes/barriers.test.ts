import { describe, expect, test } from 'vitest';
import { believers, benchWith, childrenOf, cutAt, done } from './testing/recipeBench.ts';

const ALL = ['C1', 'C2', 'C3'];
const PATH = '/barrier/a';

describe('a barrier', () => {
  test('holds those who wait until somebody removes it', async () => {
    const bench = await benchWith(ALL);
    await done(bench, 'C1', 'barrierSet', { path: PATH });
    await done(bench, 'C1', 'barrierSet', { path: PATH });
    const waits = ['C2', 'C3'].map((client) => ({
      client,
      command: bench.tell(client, 'barrierWait', { path: PATH }),
    }));
    await bench.run(500);
    for (const { client, command } of waits) expect(bench.result(client, command)).toBe(null);
    await done(bench, 'C1', 'barrierRemove', { path: PATH });
    for (const { client, command } of waits) {
      expect(bench.result(client, command)?.data).toEqual({ passed: true });
    }
    await done(bench, 'C1', 'barrierRemove', { path: PATH });
    expect(await done(bench, 'C2', 'barrierWait', { path: PATH })).toEqual({ passed: true });
  });

  test('lets nobody wait longer than it wants to', async () => {
    const bench = await benchWith(ALL);
    await done(bench, 'C1', 'barrierSet', { path: PATH });
    const late = { path: PATH, timeoutMs: 200 };
    expect(await done(bench, 'C2', 'barrierWait', late, 400)).toEqual({ passed: false });
  });

  test('outlives the one who set it', async () => {
    const bench = await benchWith(ALL);
    await done(bench, 'C1', 'barrierSet', { path: PATH });
    bench.expire(bench.sessionIdOf('C1'));
    const command = bench.tell('C2', 'barrierWait', { path: PATH });
    await bench.run(500);
    expect(bench.result('C2', command)).toBe(null);
  });
});

describe('a double barrier', () => {
  const args = { path: '/double/a', count: 3 };

  test('lets all in when they are enough, and out when all want to leave; then again', async () => {
    const bench = await benchWith(ALL);
    for (let round = 0; round < 2; round++) {
      const [first, second] = ['C1', 'C2'].map((c) => bench.tell(c, 'doubleBarrierEnter', args));
      await bench.run(200);
      expect(believers(bench, 'doubleBarrier', ALL)).toEqual([]);
      expect(await done(bench, 'C3', 'doubleBarrierEnter', args)).toEqual({ entered: true });
      expect(bench.result('C1', first ?? 0)?.data).toEqual({ entered: true });
      expect(bench.result('C2', second ?? 0)?.data).toEqual({ entered: true });
      const leaving = ['C1', 'C2'].map((c) =>
        bench.tell(c, 'doubleBarrierLeave', { path: args.path }),
      );
      await bench.run(200);
      expect(bench.result('C1', leaving[0] ?? 0)).toBe(null);
      expect(bench.result('C2', leaving[1] ?? 0)).toBe(null);
      await done(bench, 'C3', 'doubleBarrierLeave', { path: args.path });
      expect(bench.result('C1', leaving[0] ?? 0)?.ok).toBe(true);
      expect(bench.result('C2', leaving[1] ?? 0)?.ok).toBe(true);
      expect(await childrenOf(bench, 'C1', args.path)).toEqual([]);
    }
  });

  test('is not entered by who comes late, nor over what a dead round left', async () => {
    const bench = await benchWith([...ALL, 'C4']);
    for (const client of ALL) bench.tell(client, 'doubleBarrierEnter', args);
    await bench.run(100);
    bench.tell('C4', 'doubleBarrierEnter', { ...args, count: 1 });
    await bench.run(100);
    expect(believers(bench, 'doubleBarrier', [...ALL, 'C4'])).toEqual(ALL);
    for (const client of ALL) bench.expire(bench.sessionIdOf(client));
    await bench.run(100);
    expect(believers(bench, 'doubleBarrier', [...ALL, 'C4'])).toEqual(['C4']);
  });

  test('is left by whom waits no longer', async () => {
    const bench = await benchWith(ALL);
    const late = { ...args, timeoutMs: 300 };
    expect(await done(bench, 'C1', 'doubleBarrierEnter', late, 500)).toEqual({ entered: false });
    expect(await childrenOf(bench, 'C1', args.path)).toEqual([]);
    const command = bench.tell('C1', 'doubleBarrierEnter', args);
    await bench.run(50);
    await done(bench, 'C1', 'doubleBarrierLeave', { path: args.path });
    expect(bench.result('C1', command)?.data).toEqual({ entered: false });
  });

  test('is opened once though the answer to that was lost', async () => {
    const bench = await benchWith(ALL);
    for (const client of ['C1', 'C2']) bench.tell(client, 'doubleBarrierEnter', args);
    await bench.run(50);
    const { wasCut } = cutAt(bench, 'C3', 'multi', 'answer');
    bench.tell('C3', 'doubleBarrierEnter', args);
    await bench.run(4000);
    expect(wasCut()).toBe(true);
    expect(believers(bench, 'doubleBarrier', ALL)).toEqual(ALL);
  });
});
