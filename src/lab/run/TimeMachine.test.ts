import { describe, expect, test } from 'vitest';
import { execute } from '../console/execute.ts';
import type { Lab } from '../Lab.ts';
import { startTestLab } from '../testing/testLab.ts';
import { BRANCHES_MAX } from './TimeMachine.ts';

/** What the screen shows, apart from what belongs to the viewer. */
const seen = ({ ensemble, recorder, traceHash, actions }: Lab) => ({
  state: ensemble.getState(),
  tree: [...recorder.history.treeAt(ensemble.getState().committedZxid).walk()].map(
    ([path, { data, version }]) => ({ path, data, version }),
  ),
  messages: [...recorder.messages.values()],
  traceHash,
  actions: [...actions],
});

describe('going back', () => {
  test('shows everything as it was at that moment', async () => {
    const { lab, text } = await startTestLab();
    await text('create /a x');
    await text('goto 4s');
    const then = seen(lab);
    await text('kill leader');
    await text('run 6s');
    await text('create /b y');
    const later = seen(lab);
    const { nowUs } = lab.ensemble.getState();
    expect(await text('goto 4s')).toContain('2 actions will be done again');
    expect(seen(lab)).toEqual(then);
    expect(lab.playback.getState().isPlaying).toBe(false);
    expect(lab.time.endUs).toBe(nowUs);
    await text('now');
    expect(seen(lab)).toEqual(later);
    expect(lab.time.store.getState()).toMatchObject({ branch: 'A', future: null, kept: [] });
  });

  test('by a duration, and from milestone to milestone', async () => {
    const { lab, text } = await startTestLab();
    await text('kill 1');
    const killedUs = lab.ensemble.getState().nowUs;
    await text('run 1s');
    const { nowUs } = lab.ensemble.getState();
    await text('back 250ms');
    expect(lab.ensemble.getState().nowUs).toBe(nowUs - 250_000);
    await text('back');
    expect(lab.ensemble.getState().nowUs).toBe(killedUs);
    expect(lab.ensemble.getState().servers['S1']?.process).toBe('down');
    await text('back');
    expect(lab.ensemble.getState().narration.at(-1)?.text).toContain('leads epoch 1');
    await text('back');
    expect(lab.ensemble.getState()).toMatchObject({ nowUs: 0, leader: null });
    await text('back 90m');
    expect(lab.ensemble.getState().nowUs).toBe(0);
  });

  test('in the middle of what happens at one microsecond', async () => {
    const { lab, text } = await startTestLab();
    await text('step 25');
    const { nowUs } = lab.ensemble.getState();
    await text('run 1s');
    await text(`goto ${nowUs / 1_000_000}s`);
    const { traceHash } = lab;
    await text('now');
    await text(`goto ${nowUs / 1_000_000}s`);
    expect(lab.traceHash).toBe(traceHash);
  });

  test('answers what was under way then, and gives up what had not been asked', async () => {
    const { lab, text } = await startTestLab();
    await text('client add');
    await text('run 1s');
    await text('create /locks ""');
    await text('lock C1 /locks/a');
    const waiting = execute(lab, 'lock C2 /locks/a');
    await text('run 1s');
    const { nowUs } = lab.ensemble.getState();
    const never = execute(lab, 'create /b ""');
    await new Promise((resolve) => setImmediate(resolve));
    await text(`goto ${nowUs / 1_000_000}s`);
    expect(await never).toMatchObject({ ok: false });
    await text('unlock C1');
    expect(await waiting).toMatchObject({ ok: true });
  });

  test('the newest wish counts, and one that is given up changes nothing', async () => {
    const { lab, text } = await startTestLab();
    await text('run 5s');
    const before = seen(lab);
    const givenUp = lab.time.goTo(2_000_000);
    lab.time.giveUp();
    expect(await givenUp).toBe('given up');
    expect(seen(lab)).toEqual(before);
    const [first, second] = [lab.time.goTo(3_000_000), lab.time.goTo(4_000_000)];
    expect(await lab.act({ type: 'heal' })).toMatchObject({ ok: false });
    expect([await first, await second]).toEqual(['given up', null]);
    expect(lab.ensemble.getState().nowUs).toBe(4_000_000);
    expect(lab.time.store.getState().journey).toBeNull();
  });
});

describe('branches', () => {
  test('what is done in the past begins another, and the old one is kept', async () => {
    const { lab, text } = await startTestLab();
    await text('kill 1');
    await text('run 3s');
    const first = { hash: lab.traceHash, actions: [...lab.actions] };
    await text('goto 2s');
    expect((await lab.act({ type: 'restart', target: 'S1' })).ok).toBe(false);
    expect(lab.time.store.getState()).toMatchObject({ branch: 'A', kept: [] });
    await text('kill 2');
    expect(lab.time.store.getState()).toMatchObject({ branch: 'B', future: null });
    await text('run 3s');
    const second = lab.traceHash;
    expect(second).not.toBe(first.hash);
    expect(lab.actions.at(-1)?.action).toEqual({ type: 'kill', target: 'S2' });
    await text('branch a');
    expect(lab.traceHash).toBe(first.hash);
    expect(lab.actions).toEqual(first.actions);
    expect(await text('branches')).toMatch(/^ {2}B {2}3 servers.*\n\* A {2}3 servers/);
    await text('branch B');
    expect(lab.traceHash).toBe(second);
    expect((await execute(lab, 'branch Z')).text).toContain('branches A, B');
  });

  test('a run from files goes back to what the files hold', async () => {
    const { lab, text } = await startTestLab();
    await text('create /a x');
    await text('files 1');
    await text('files run');
    await text('run 3s');
    const then = seen(lab);
    await text('set /a y');
    await text(`goto ${then.state.nowUs / 1_000_000}s`);
    expect(seen(lab)).toEqual(then);
    expect(await text('get /a')).toBe('x');
  });

  test('a future in which nobody did anything is not worth one', async () => {
    const { lab, text } = await startTestLab();
    await text('run 3s');
    await text('back 1s');
    await text('kill 2');
    expect(lab.time.store.getState()).toMatchObject({ branch: 'A', future: null, kept: [] });
  });

  test('are bounded; starting anew keeps the run that ends', async () => {
    const { lab, text } = await startTestLab();
    const { traceHash } = lab;
    await text('ensemble 5 --clients 1');
    await text('branch A');
    expect(lab.traceHash).toBe(traceHash);
    for (let count = 0; count < BRANCHES_MAX + 5; count++) await text('ensemble 2 --clients 1');
    const { kept } = lab.time.store.getState();
    expect(kept).toHaveLength(BRANCHES_MAX);
    expect(new Set(kept.map(({ name }) => name)).size).toBe(BRANCHES_MAX);
  });
});
