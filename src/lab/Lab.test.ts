import { describe, expect, test } from 'vitest';
import { execute } from './console/execute.ts';
import { newTestLab, startTestLab } from './testing/testLab.ts';

describe('frames', () => {
  test('grant nothing while time stands still', async () => {
    const { lab } = newTestLab();
    await lab.frame(1_000);
    expect(lab.ensemble.getState().nowUs).toBe(0);
    expect(lab.playback.getState().reason).toBe('paused');
  });

  test('grant little while there is something to see, much while nothing happens', async () => {
    const { lab, text } = newTestLab();
    await text('play');
    for (let count = 0; count < 5; count++) await lab.frame(16);
    const early = lab.ensemble.getState().nowUs;
    expect(early).toBeGreaterThan(0);
    expect(early).toBeLessThan(80_000);
    expect(['story', 'election']).toContain(lab.playback.getState().reason);
    await text('run 2s');
    const before = lab.ensemble.getState().nowUs;
    for (let count = 0; count < 10; count++) await lab.frame(16);
    expect(lab.ensemble.getState().nowUs - before).toBeGreaterThan(50_000);
    expect(lab.playback.getState()).toMatchObject({ pace: 1_000, reason: 'calm' });
  });

  test('speed multiplies the pace', async () => {
    const { lab, text } = await startTestLab({}, 0);
    await text('play');
    await text('speed 4');
    const before = lab.ensemble.getState().nowUs;
    for (let count = 0; count < 10; count++) await lab.frame(10);
    const passed = lab.ensemble.getState().nowUs - before;
    expect(passed).toBeGreaterThan(200_000);
    expect(passed).toBeLessThanOrEqual(400_000 + 10);
  });
});

describe('one thing moves time at a time', () => {
  test('a step waits for the frame under way and is not lost', async () => {
    const { lab, text } = newTestLab();
    await text('play');
    const frame = lab.frame(16);
    const step = lab.step();
    await Promise.all([frame, step]);
    expect(await step).toBe(true);
  });

  test('time stands still once it is paused, in the middle of a frame too', async () => {
    const { lab, text } = await startTestLab({}, 0);
    await text('play');
    await text('speed 50');
    const beforeUs = lab.ensemble.getState().nowUs;
    const frame = lab.frame(1_000);
    await lab.pause();
    const pausedUs = lab.ensemble.getState().nowUs;
    expect(pausedUs - beforeUs).toBeLessThan(1_000_000);
    await frame;
    expect(lab.ensemble.getState().nowUs).toBe(pausedUs);
  });

  test('a frame passes over while time runs as fast as it can', async () => {
    const { lab, text } = newTestLab();
    await text('play');
    const run = lab.advanceTo(1_000_000);
    await lab.frame(16);
    await run;
    expect(lab.ensemble.getState().nowUs).toBe(1_000_000);
  });

  test('what a line did is known to the next line, also in the middle of a frame', async () => {
    const { lab, text } = await startTestLab();
    await text('play');
    const frame = lab.frame(16);
    expect((await execute(lab, 'client add')).text).toBe('C2 added');
    expect((await execute(lab, 'use C2')).text).toBe('The console speaks for C2.');
    await frame;
  });

  test('a run that ended on the way says nothing more', async () => {
    const { lab } = newTestLab();
    const old = lab.advanceTo(5_000_000);
    lab.restart({ ...lab.config, participants: 5 });
    await old;
    expect(lab.ensemble.getState().nowUs).toBe(0);
    await lab.advanceTo(10_000);
    const { servers, eventCount } = lab.ensemble.getState();
    expect(Object.keys(servers)).toHaveLength(5);
    expect(eventCount).toBe(lab.recorder.events.size);
  });
});

test('the same seed and lines give the same run, however time is granted', async () => {
  const story = async (slices: readonly number[]): Promise<string> => {
    const { lab, text } = newTestLab();
    await text('client add');
    for (const us of slices) await lab.advanceTo(us);
    await text('kill leader');
    await text('goto 5s');
    return lab.traceHash;
  };
  const whole = await story([2_000_000]);
  expect(await story([300_000, 300_001, 1_234_567, 2_000_000])).toBe(whole);
});
