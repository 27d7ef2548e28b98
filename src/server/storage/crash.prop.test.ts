import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Step } from './testing/CrashRun.ts';
import { CrashRun } from './testing/CrashRun.ts';
import { crashPoints } from './testing/crashPoints.ts';

const count = fc.integer({ min: 1, max: 5 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ type: fc.constant('append' as const), count }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('apply' as const), count }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('finish' as const), count }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('save' as const) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('epoch' as const) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('truncate' as const), back: count }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('restore' as const),
      keep: count,
      isOlder: fc.boolean(),
    }),
  },
);

/** Judges every disk of a run; the number of disks. */
function judgeAll(steps: readonly Step[], stride: number): number {
  const run = new CrashRun(steps);
  let judged = 0;
  for (const point of crashPoints(run.disk.started, run.disk.written, stride)) {
    const fault = run.judge(point);
    if (fault !== null) throw new Error(`after ${point.ops} operations: ${fault}`);
    judged++;
  }
  return judged;
}

const append = (n: number): Step => ({ type: 'append', count: n });
const apply = (n: number): Step => ({ type: 'apply', count: n });

test('a power cut at any byte leaves a prefix of the history, and all that was promised', () => {
  const steps: Step[] = [
    append(4),
    apply(2),
    { type: 'save' },
    append(6),
    { type: 'finish', count: 1 },
    apply(8),
    append(3),
    { type: 'truncate', back: 4 },
    append(2),
    { type: 'restore', keep: 3, isOlder: false },
    append(2),
    { type: 'finish', count: 9 },
    { type: 'restore', keep: 0, isOlder: true },
    append(2),
  ];
  expect(judgeAll(steps, 1)).toBeGreaterThan(1500);
});

test('so does a power cut in any run', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 4, maxLength: 16 }), (steps) => {
      judgeAll(steps, 48);
    }),
    { numRuns: 40, seed: 11 },
  );
});
