import { describe, expect, it } from 'vitest';
import { makeZxid, ZERO_ZXID, type Zxid } from '../../protocol/zxid.ts';
import { syncModeFor } from './syncModeFor.ts';
import { createProposal } from './testing/TestServer.ts';

/** Epoch 1: counters 3 to 6; epoch 3: counters 1 and 2. What was before is in a snapshot. */
const LOG = [
  ...[3, 4, 5, 6].map((counter) => makeZxid(1, counter)),
  ...[1, 2].map((counter) => makeZxid(3, counter)),
];
const END = makeZxid(3, 2);

function planFor(peer: Zxid, log: readonly Zxid[] = LOG, lastProcessedZxid: Zxid = END) {
  const plan = syncModeFor(peer, { lastProcessedZxid, committedLog: log.map(createProposal) });
  return { ...plan, proposals: plan.proposals.map(({ zxid }) => zxid) };
}

describe('syncModeFor', () => {
  it('sends nothing but DIFF to a learner that has everything', () => {
    expect(planFor(END)).toEqual({ mode: 'DIFF', zxid: END, proposals: [] });
  });

  it('sends what comes after the last txn of a learner inside the committed log', () => {
    expect(planFor(makeZxid(1, 5))).toEqual({ mode: 'DIFF', zxid: END, proposals: LOG.slice(3) });
  });

  it('includes the oldest txn in the range', () => {
    expect(planFor(makeZxid(1, 3))).toEqual({ mode: 'DIFF', zxid: END, proposals: LOG.slice(1) });
  });

  it('cuts what a learner has beyond the end, also of a later epoch', () => {
    expect(planFor(makeZxid(3, 7))).toEqual({ mode: 'TRUNC', zxid: END, proposals: [] });
    expect(planFor(makeZxid(4, 1))).toEqual({ mode: 'TRUNC', zxid: END, proposals: [] });
  });

  it('cuts back to the last common txn of an epoch and goes on from there', () => {
    const log = [makeZxid(1, 1), makeZxid(1, 4), END];
    expect(planFor(makeZxid(1, 2), log)).toEqual({
      mode: 'TRUNC',
      zxid: makeZxid(1, 1),
      proposals: log.slice(1),
    });
  });

  it('sends everything when a cut would cross an epoch', () => {
    expect(planFor(makeZxid(1, 9)).mode).toBe('SNAP');
    expect(planFor(makeZxid(2, 1)).mode).toBe('SNAP');
  });

  it('sends everything to a learner that is older than the committed log', () => {
    expect(planFor(makeZxid(1, 2))).toEqual({ mode: 'SNAP', zxid: END, proposals: [] });
    expect(planFor(ZERO_ZXID).mode).toBe('SNAP');
  });

  it('takes the start of an epoch for a place, although no txn has it', () => {
    expect(planFor(makeZxid(3, 0))).toEqual({ mode: 'DIFF', zxid: END, proposals: LOG.slice(4) });
    expect(planFor(makeZxid(4, 0)).mode).toBe('SNAP');
  });

  it('takes an empty committed log for one that begins and ends at the last txn', () => {
    expect(planFor(makeZxid(3, 3), []).mode).toBe('TRUNC');
    expect(planFor(makeZxid(3, 1), []).mode).toBe('SNAP');
    expect(planFor(END, []).mode).toBe('DIFF');
  });
});
