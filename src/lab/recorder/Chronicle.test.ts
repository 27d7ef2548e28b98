import { expect, test } from 'vitest';
import { DEFAULT_ENSEMBLE } from '../../conductor/config.ts';
import { asZxid } from '../../protocol/zxid.ts';
import type { TraceEvent } from '../../trace/TraceEvent.ts';
import { Chronicle } from './Chronicle.ts';
import { Draft } from './Draft.ts';
import { initialState } from './Recorder.ts';

const sentence = { text: 'x', milestone: true, tone: 'fault' } as const;

test('every list is bounded, and no write is lost', () => {
  const chronicle = new Chronicle();
  const draft = new Draft(initialState(DEFAULT_ENSEMBLE));
  const fold = (event: TraceEvent) => chronicle.fold(event, draft, sentence);
  const txn = { op: 'create', path: '/a', proposedBy: 1, acks: [], committed: true };
  for (let count = 1; count <= 3_000; count++) {
    const atUs = count * 7_000;
    fold({ atUs, who: 'S1', type: 'leaderEstablished', epoch: count, quorum: [1] });
    fold({ atUs, who: 'conductor', type: 'processKilled', target: 'S1', cause: 'kill' });
    const op = count % 3 === 0 ? 'createSession' : 'create';
    draft.setTxn({ ...txn, zxid: count, op });
    draft.committedZxid = count;
    fold({ atUs, who: 'S1', type: 'committed', zxid: asZxid(count) });
  }
  expect(chronicle.marks).toHaveLength(1_000);
  expect(chronicle.reigns.length).toBeLessThanOrEqual(500);
  expect(chronicle.writes.length).toBeLessThanOrEqual(600);
  expect(chronicle.writes.reduce((sum, count) => sum + count)).toBe(2_000);
  expect(chronicle.writes.length * chronicle.bucketUs).toBeGreaterThanOrEqual(21_000_000);
  expect(chronicle.reigns.at(-1)).toMatchObject({ epoch: 3_000, untilUs: 21_000_000 });
});

test('a lock is marked when it is got, not when it is given back', () => {
  const chronicle = new Chronicle();
  const draft = new Draft(initialState(DEFAULT_ENSEMBLE));
  const belief = {
    type: 'belief',
    recipe: 'lock',
    path: '/locks/a',
    fence: 1,
    znode: 'x',
  } as const;
  for (const holds of [true, false]) {
    chronicle.fold({ atUs: 5, who: 'C1', ...belief, holds }, draft, sentence);
  }
  expect(chronicle.marks).toEqual([{ atUs: 5, kind: 'hold', text: 'x' }]);
});
