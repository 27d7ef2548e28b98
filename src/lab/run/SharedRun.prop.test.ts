import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Action, StampedAction } from '../../conductor/actions.ts';
import { configOf } from '../settings.ts';
import { newTestLab } from '../testing/testLab.ts';
import { packRun, unpackRun } from './runLink.ts';
import { readRun, type SharedRun, writeRun } from './SharedRun.ts';

const server = fc.integer({ min: 1, max: 13 }).map((sid) => `S${sid}`);
const client = fc.integer({ min: 1, max: 999 }).map((number) => `C${number}`);
const participant = fc.oneof(server, client);
const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({
    type: fc.constantFrom('kill', 'powerCut', 'restart', 'pause', 'resume', 'wipe'),
    target: participant,
  }),
  fc.record({ type: fc.constant('heal') }),
  fc.record({
    type: fc.constant('setLinks'),
    changes: fc.array(
      fc.record(
        {
          from: participant,
          to: participant,
          cut: fc.boolean(),
          held: fc.boolean(),
          extraLatencyUs: fc.nat(),
          lossPercent: fc.nat(100),
        },
        { requiredKeys: ['from', 'to'] },
      ),
      { maxLength: 5 },
    ),
  }),
  fc.record(
    {
      type: fc.constant('addClient'),
      client,
      servers: fc.array(server, { maxLength: 3 }),
      sessionTimeoutMs: fc.nat(),
      chroot: fc.string(),
      meetsClients: fc.boolean(),
      canBeReadOnly: fc.boolean(),
    },
    { requiredKeys: ['type', 'client', 'servers', 'sessionTimeoutMs', 'chroot'] },
  ),
  fc.record({ type: fc.constant('removeClient'), client }),
  fc.record({
    type: fc.constant('loseMessage'),
    from: participant,
    to: participant,
    id: fc.nat(),
  }),
  fc.record({
    type: fc.constant('command'),
    client,
    command: fc.nat(),
    name: fc.string(),
    args: fc.constantFrom(
      null,
      { path: '/a', data: 'ü€😀"\\' },
      { ops: [{ op: 'create' }, 1, true] },
    ),
  }),
  fc.record({ type: fc.constant('expireSession'), sessionId: fc.string() }),
);

const actions: fc.Arbitrary<readonly StampedAction[]> = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 1_000_000 }), action), { maxLength: 20 })
  .map((steps) => {
    let atUs = 0;
    return steps.map(([laterUs, one]) => {
      atUs += laterUs;
      return { atUs, action: one };
    });
  });

const shared: fc.Arbitrary<SharedRun> = fc
  .record({
    servers: fc.integer({ min: 2, max: 9 }),
    observers: fc.integer({ min: 0, max: 4 }),
    seed: fc.integer({ min: 0, max: 0xffff_ffff }),
    actions,
    restUs: fc.nat(1_000_000),
    traceHash: fc.constant('00c0ffee00c0ffee'),
    build: fc.constantFrom('test', '0123456789', 'v1.2-3'),
  })
  .map(({ servers, observers, seed, actions: all, restUs, traceHash, build }) => {
    const config = configOf({ servers, observers, seed, clients: 0 });
    const endUs = (all.at(-1)?.atUs ?? 0) + restUs;
    return { run: { config, base: null, actions: all, endUs }, traceHash, build };
  });

test('a run goes through a link unchanged, to the order of its fields', async () => {
  await fc.assert(
    fc.asyncProperty(shared, async (one) => {
      const link = await packRun(one);
      if (!link.ok) throw new Error(link.error);
      expect(link.value).toMatch(/^#run=[\w-]+$/);
      const again = await unpackRun(`https://lab.test/?seed=3${link.value}`);
      if (!again.ok) throw new Error(again.error);
      expect(again.value).toEqual(one);
      expect(JSON.stringify(again.value.run.actions)).toBe(JSON.stringify(one.run.actions));
    }),
    { numRuns: 60 },
  );
});

test('a link that was cut, changed or made up is refused in one line', async () => {
  await fc.assert(
    fc.asyncProperty(shared, fc.nat(), fc.string(), async (one, at, junk) => {
      const link = await packRun(one);
      if (!link.ok) throw new Error(link.error);
      const cut = 5 + (at % (link.value.length - 5));
      for (const bad of [link.value.slice(0, cut), `#run=${junk}`, junk]) {
        const result = await unpackRun(bad);
        expect(result.ok ? '' : result.error).toMatch(/^[^\n]{5,80}$/);
      }
    }),
    { numRuns: 60 },
  );
});

test('no value in place of any field is more than refused', () => {
  fc.assert(
    fc.property(shared, fc.nat(), fc.jsonValue(), (one, where, junk) => {
      const text = writeRun(one);
      if (!text.ok) throw new Error(text.error);
      let count = 0;
      const paths: unknown[] = [];
      JSON.parse(text.value, (key) => paths.push(key));
      const changed = JSON.stringify(JSON.parse(text.value), (_, value: unknown) => {
        count += 1;
        return count === 1 + (where % paths.length) ? junk : value;
      });
      const result = readRun(changed);
      if (!result.ok) expect(result.error).toMatch(/^[^\n]{5,80}$/);
      else expect(writeRun(result.value).ok).toBe(true);
    }),
  );
});

test('whatever a well-formed link asks for, the lab opens it and goes on', async () => {
  await fc.assert(
    fc.asyncProperty(shared, async ({ run }) => {
      const { lab, text } = newTestLab();
      expect(await lab.time.open(run)).toBeNull();
      expect(lab.ensemble.getState().nowUs).toBe(run.endUs);
      expect(lab.actions.length).toBeLessThanOrEqual(run.actions.length);
      const { traceHash } = lab;
      await text('run 100ms');
      await text(`goto ${run.endUs / 1_000_000}s`);
      expect(lab.traceHash).toBe(traceHash);
      lab.dispose();
    }),
    { numRuns: 8 },
  );
});
