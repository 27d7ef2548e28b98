import fc from 'fast-check';
import { expect, test } from 'vitest';
import { orderOf } from '../network/address.ts';
import type { Action, StampedAction } from './actions.ts';
import { startToys } from './testing/toys.ts';

const END_US = 1_500_000;

const server = fc.constantFrom('S1', 'S2', 'S3');
const anyone = fc.constantFrom('S1', 'S2', 'S3', 'C1');
const link = fc.record({
  from: anyone,
  to: anyone,
  cut: fc.boolean(),
  held: fc.boolean(),
  lossPercent: fc.nat(60),
});

const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ type: fc.constantFrom('kill', 'powerCut', 'wipe', 'restart'), target: server }),
  fc.record({ type: fc.constantFrom('pause', 'resume', 'restart', 'kill'), target: anyone }),
  fc.record({ type: fc.constant('setLinks'), changes: fc.array(link, { maxLength: 3 }) }),
  fc.record({ type: fc.constant('loseMessage'), from: anyone, to: anyone, id: fc.nat(60) }),
  fc.constant({ type: 'heal' } as const),
  fc.record({
    type: fc.constant('command'),
    client: fc.constant('C1'),
    command: fc.nat(9),
    name: fc.constantFrom('hello', 'crash'),
    args: fc.constant(null),
  }),
);

const addClient: Action = {
  type: 'addClient',
  client: 'C1',
  servers: [],
  sessionTimeoutMs: 4000,
  chroot: '',
};

const stamped = fc.record({ atUs: fc.integer({ min: 1, max: END_US - 1 }), action });
const actionList = fc
  .array(stamped, { maxLength: 12 })
  .map((list): StampedAction[] => [{ atUs: 0, action: addClient }, ...list]);

/** How somebody runs through a run: leaps of so many us, or 0 for a step. */
const pattern = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 400_000 })), {
  maxLength: 60,
});

async function hashOf(actions: readonly StampedAction[], leaps: readonly number[]) {
  const { conductor, events } = startToys();
  for (const one of actions) conductor.schedule(one);
  for (const leap of leaps) {
    if (conductor.nowUs + leap > END_US || conductor.nextEventUs > END_US) break;
    if (leap === 0) await conductor.step();
    else await conductor.advanceTo(conductor.nowUs + leap);
  }
  await conductor.advanceTo(END_US);
  return { hash: conductor.traceHash, events, actions: conductor.actions };
}

test('a run does not depend on how it is cut into windows, steps and leaps', async () => {
  await fc.assert(
    fc.asyncProperty(actionList, pattern, async (actions, leaps) => {
      const whole = await hashOf(actions, []);
      const cut = await hashOf(actions, leaps);
      expect(cut.events).toEqual(whole.events);
      expect(cut.hash).toBe(whole.hash);
    }),
    { numRuns: 25 },
  );
});

test('the trace comes in global order, and what was performed replays', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 10 }), pattern, async (list, leaps) => {
      const { conductor, events } = startToys();
      await conductor.perform(addClient);
      for (const [i, leap] of leaps.entries()) {
        const next = list[i];
        if (next !== undefined) await conductor.perform(next);
        if (leap === 0) await conductor.step();
        else await conductor.advanceTo(conductor.nowUs + leap);
      }
      await conductor.advanceTo(conductor.nowUs);
      for (let i = 1; i < events.length; i++) {
        const [a, b] = [events[i - 1], events[i]];
        if (a === undefined || b === undefined) continue;
        expect(a.atUs - b.atUs || orderOf(a.who) - orderOf(b.who)).toBeLessThanOrEqual(0);
      }
      const again = startToys();
      for (const one of conductor.actions) again.conductor.schedule(one);
      await again.conductor.advanceTo(conductor.nowUs);
      expect(again.conductor.traceHash).toBe(conductor.traceHash);
    }),
    { numRuns: 20 },
  );
});
