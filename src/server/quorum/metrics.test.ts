/** What elections, synchronisation and broadcast count. */

import { expect, it } from 'vitest';
import { TestEnsemble, type TestOptions } from './testing/TestEnsemble.ts';

function established(options: Partial<TestOptions> = {}): TestEnsemble {
  const ensemble = new TestEnsemble({ seed: 5, participants: 3, ...options });
  ensemble.startAll();
  ensemble.runUntil(() => ensemble.hasConverged());
  return ensemble;
}

function write(ensemble: TestEnsemble, count: number): void {
  const zxids = Array.from({ length: count }, () => ensemble.leader?.proposeCreate());
  const last = zxids.at(-1);
  ensemble.runUntil(() => ensemble.up.every((it) => it.database.lastProcessedZxid === last));
}

const SLOW = { latencyMs: { min: 7, max: 7 }, diskMs: { min: 20, max: 20 } };

it('an election, and how long nothing was served', () => {
  const ensemble = established({ observers: 1, ...SLOW });
  for (const sid of [1, 2, 3, 4]) {
    const { counters, summaries } = ensemble.server(sid).metrics;
    const isObserver = sid === 4;
    const isLeader = sid === ensemble.leader?.sid;
    expect(counters.looking_count).toBe(1);
    expect(summaries.election_time.count).toBe(isObserver ? 0 : 1);
    expect(summaries.unavailable_time.count).toBe(1);
    expect(summaries.unavailable_time.min).toBeGreaterThan(summaries.election_time.max);
    expect(summaries.leader_unavailable_time.count).toBe(isLeader ? 1 : 0);
    expect(summaries.follower_sync_time.count).toBe(isLeader || isObserver ? 0 : 1);
    expect(summaries.observer_sync_time.count).toBe(isObserver ? 1 : 0);
  }
});

it('how learners were brought to the history: DIFF and SNAP', () => {
  const ensemble = established({ config: { commitLogCount: 2, snapshotSizeFactor: -1 } });
  const metricsOf = () => ensemble.leader?.metrics;
  expect(metricsOf()?.counters).toMatchObject({ diff_count: 2, snap_count: 0 });
  expect(metricsOf()?.summaries.inflight_diff_count).toMatchObject({ count: 4, min: 0 });
  ensemble.stop(1);
  write(ensemble, 20);
  ensemble.start(1);
  ensemble.runUntil(() => ensemble.hasConverged());
  expect(metricsOf()?.counters).toMatchObject({ diff_count: 2, snap_count: 1 });
  expect(metricsOf()?.summaries.inflight_snap_count).toMatchObject({ count: 2, min: 0, max: 1 });
});

it('proposals on their way, in virtual time', () => {
  const ensemble = established({ observers: 1, ...SLOW });
  write(ensemble, 5);
  const { leader } = ensemble;
  expect(leader?.metrics.counters).toMatchObject({ proposal_count: 5, commit_count: 5 });
  const { quorum_ack_latency, proposal_ack_creation_latency } = leader?.metrics.summaries ?? {};
  expect([quorum_ack_latency?.count, proposal_ack_creation_latency?.count]).toEqual([5, 5]);
  expect(proposal_ack_creation_latency?.min).toBeGreaterThanOrEqual(20);
  // Its disk and a follower's work at the same time; the way there and back comes on top.
  expect(quorum_ack_latency?.min).toBeGreaterThanOrEqual(34);
  for (const { sid, metrics } of ensemble.up.filter((it) => it !== leader)) {
    const { counters, summaries } = metrics;
    expect(counters.learner_commit_received_count).toBe(5);
    expect(counters.learner_proposal_received_count).toBe(sid === 4 ? 0 : 5);
    expect(summaries.proposal_latency.count).toBe(sid === 4 ? 0 : 5);
    expect(summaries.commit_propagation_latency.min).toBeGreaterThanOrEqual(41);
  }
});

it('every thousandth acknowledgement, by who gave it before there was a quorum', () => {
  const ensemble = established();
  const counts = () =>
    (ensemble.leader?.metrics.values() ?? []).filter(([name]) => /^cnt_\d_ack_latency/.test(name));
  expect(counts()).toEqual([]);
  write(ensemble, 1000);
  expect(counts().map(([, count]) => count)).toEqual([1, 1]);
});
