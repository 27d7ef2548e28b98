/** window.lab as embedders find it: plain JSON with documented fields, and exactly the console. */

import { expect, test } from './LabPage.ts';

const HASH = /^[0-9a-f]{16}$/;
const ZXID = /^0x[0-9a-f]+$/;

test('state() is plain JSON with the documented fields', async ({ lab }) => {
  await lab.openQuickly('?seed=42&observers=1');
  const isPlain = await lab.page.evaluate(() => {
    const state = window.lab.state();
    const copy: unknown = JSON.parse(JSON.stringify(state));
    const sorted = (value: unknown): string =>
      JSON.stringify(value, (_, one) =>
        one !== null && typeof one === 'object' && !Array.isArray(one)
          ? Object.fromEntries(Object.entries(one).sort())
          : one,
      );
    return sorted(structuredClone(state)) === sorted(copy);
  });
  expect(isPlain).toBe(true);

  const state = await lab.state();
  expect(state).toMatchObject({
    seed: 42,
    playing: true,
    speed: 20,
    leader: expect.stringMatching(/^S\d$/),
    quorum: expect.any(Array),
    links: [],
    traceHash: expect.stringMatching(HASH),
    eventCount: expect.any(Number),
  });
  expect(state.servers).toHaveLength(6);
  for (const server of state.servers) {
    expect(server).toMatchObject({
      id: expect.stringMatching(/^S\d$/),
      role: expect.stringMatching(/^(participant|observer)$/),
      alive: true,
      process: 'up',
      state: expect.stringMatching(/^(LOOKING|FOLLOWING|LEADING|OBSERVING)$/),
      acceptedEpoch: expect.any(Number),
      currentEpoch: expect.any(Number),
      lastZxid: expect.stringMatching(ZXID),
      lastCommitted: expect.stringMatching(ZXID),
    });
  }
  expect(state.sessions).toEqual([
    expect.objectContaining({
      sessionId: expect.stringMatching(ZXID),
      client: 'C1',
      state: 'live',
    }),
  ]);
});

test('exec() answers as the console does, and shows it there', async ({ lab }) => {
  await lab.openQuickly();
  expect(await lab.exec('create /made-by-script data')).toEqual({
    ok: true,
    text: 'Created /made-by-script',
    data: { path: '/made-by-script' },
  });
  await expect(lab.output).toContainText('create /made-by-script data');
  const answer = await lab.exec('get /nothing');
  expect(answer).toEqual({ ok: false, text: expect.any(String), data: null });
  const odd = await lab.page.evaluate(async () => {
    const exec: (...words: never[]) => Promise<unknown> = window.lab.exec;
    return [await Reflect.apply(exec, null, [7]), await Reflect.apply(exec, null, [{}])];
  });
  for (const one of odd) expect(one).toMatchObject({ ok: false, text: expect.any(String) });
});

test('tree(), trace() and subscribe()', async ({ lab }) => {
  await lab.openQuickly();
  const { page } = lab;
  await lab.run('create /tree x');
  const node = { path: '/tree', data: 'x', version: 0, ephemeralOwner: '0x0' };
  expect(await page.evaluate(() => window.lab.tree())).toContainEqual(node);
  const leader = await lab.untilLeader();
  expect(await page.evaluate((id) => window.lab.tree(id), leader)).toContainEqual(node);
  expect(
    await page.evaluate((sid) => window.lab.tree(sid), Number(leader.slice(1))),
  ).toContainEqual(node);
  await expect(page.evaluate(() => window.lab.tree('S9'))).rejects.toThrow(/S9/);

  const established = await page.evaluate(() => window.lab.trace({ type: 'leaderEstablished' }));
  expect(established.map(({ who }) => who)).toEqual([leader]);
  const mine = await page.evaluate(
    (who) => window.lab.trace({ who, type: ['committed', 'applied'], limit: 3 }),
    leader,
  );
  expect(mine).toHaveLength(3);
  expect(mine.every((event) => event.who === leader)).toBe(true);
  expect(mine.map(({ atUs }) => atUs)).toEqual(mine.map(({ atUs }) => atUs).sort((a, b) => a - b));

  const heard = await page.evaluate(async () => {
    const kinds: string[] = [];
    const end = window.lab.subscribe((events) => kinds.push(...events.map(({ type }) => type)));
    await window.lab.exec('create /heard');
    end();
    const count = kinds.length;
    await window.lab.exec('create /not-heard');
    return { kinds: [...new Set(kinds)], isQuiet: kinds.length === count };
  });
  expect(heard.kinds).toEqual(expect.arrayContaining(['proposed', 'committed', 'commandDone']));
  expect(heard.isQuiet).toBe(true);
});

test('pausing, stepping and running move time as told', async ({ lab }) => {
  await lab.openQuickly();
  await lab.run('pause');
  await lab.until(({ playing }) => playing, false);
  const { nowUs, eventCount } = await lab.state();
  await lab.run('step');
  const stepped = await lab.state();
  expect(stepped.nowUs).toBeGreaterThan(nowUs);
  expect(stepped.eventCount).toBeGreaterThan(eventCount);
  await lab.run('run 2s');
  expect((await lab.state()).nowUs).toBe(stepped.nowUs + 2_000_000);
});
