/**
 * One test per claim of F. Junqueira, B. Reed, M. Serafini: Zab: High-performance broadcast for
 * primary-backup systems (DSN 2011). The paper's words and ours: CEPOCH is FOLLOWERINFO, NEWEPOCH
 * is LEADERINFO, ACK-E is ACKEPOCH, f.p is acceptedEpoch, f.a is currentEpoch, to deliver is to
 * commit.
 */

import { describe, expect, it } from 'vitest';
import type { Zxid } from '../../protocol/zxid.ts';
import { counterOf, epochOf, makeZxid } from '../../protocol/zxid.ts';
import type { Sid } from '../config.ts';
import type { ServerTrace } from '../trace.ts';
import { randomRun } from './testing/randomRun.ts';
import { TestEnsemble, type TestOptions } from './testing/TestEnsemble.ts';
import type { TestServer } from './testing/TestServer.ts';

const SLOW = { min: 500, max: 500 };

function established(options: Partial<TestOptions> = {}): TestEnsemble {
  const ensemble = new TestEnsemble({ seed: 3, participants: 3, ...options });
  ensemble.startAll();
  ensemble.runUntil(() => ensemble.hasConverged());
  return ensemble;
}

function leaderOf(ensemble: TestEnsemble): TestServer {
  const { leader } = ensemble;
  if (leader === undefined) throw new Error('nobody leads');
  return leader;
}

/** Zxids of the commits of each process, in order; a restart begins a new one. */
function deliveries(ensemble: TestEnsemble): { readonly sid: Sid; readonly zxids: Zxid[] }[] {
  const done: { sid: Sid; zxids: Zxid[] }[] = [];
  const current = new Map<Sid, { sid: Sid; zxids: Zxid[] }>();
  for (const { sid, event } of ensemble.traces) {
    if (event.type === 'recovered') {
      const process = { sid, zxids: [] };
      current.set(sid, process);
      done.push(process);
    } else if (event.type === 'committed') {
      current.get(sid)?.zxids.push(event.zxid);
    }
  }
  return done;
}

function indexOf(ensemble: TestEnsemble, sid: Sid, test: (event: ServerTrace) => boolean): number {
  return ensemble.traces.findIndex((trace) => trace.sid === sid && test(trace.event));
}

/** Runs with faults enough to have several epochs. */
const RUNS = [4, 7, 8, 11, 12].map((seed) => randomRun(seed));

describe('Zab §III, atomic broadcast', () => {
  it('integrity: what is delivered was broadcast before by some process', () => {
    for (const run of RUNS) {
      const proposed = new Set<Zxid>();
      for (const { event } of run.traces) {
        if (event.type === 'proposed') proposed.add(event.zxid);
        if (event.type === 'committed') expect(proposed.has(event.zxid)).toBe(true);
      }
    }
  });

  it('total order: if one process delivers a before b, all that deliver both do', () => {
    for (const run of RUNS) {
      // Zxids order the txns, so one order for all is ascending order in each.
      for (const { zxids } of deliveries(run)) {
        expect(zxids).toEqual([...zxids].sort((a, b) => a - b));
      }
    }
  });

  it('agreement: of two processes, one has delivered all that the other has', () => {
    for (const run of RUNS) {
      const all = [...run.committed].sort((a, b) => a - b);
      for (const server of run.up) {
        const end = server.database.lastProcessedZxid;
        expect(end).toBe(all.at(-1));
        run.checkHasCommitted(server);
      }
    }
  });
});

describe('Zab §III.B, primary order', () => {
  it('local: txns of one primary are delivered in the order in which it broadcast them', () => {
    for (const run of RUNS) {
      const lastOf = new Map<number, number>();
      for (const { zxid } of run.tracesOf('proposed')) {
        const last = lastOf.get(epochOf(zxid)) ?? 0;
        expect(counterOf(zxid)).toBe(last + 1);
        lastOf.set(epochOf(zxid), counterOf(zxid));
      }
      for (const { zxids } of deliveries(run)) {
        zxids.forEach((zxid, i) => {
          const before = zxids[i - 1];
          const isSameEpoch = before !== undefined && epochOf(before) === epochOf(zxid);
          if (isSameEpoch) expect(counterOf(zxid)).toBe(counterOf(before) + 1);
        });
      }
    }
  });

  it('global: txns of an earlier primary are delivered before those of a later one', () => {
    for (const run of RUNS) {
      for (const { zxids } of deliveries(run)) {
        const epochs = zxids.map(epochOf);
        expect(epochs).toEqual([...epochs].sort((a, b) => a - b));
      }
    }
  });

  it('integrity: a primary broadcasts after it has delivered all that earlier ones did', () => {
    for (const run of RUNS) {
      const committed = new Set<Zxid>();
      const appliedTo = new Map<Sid, Zxid>();
      for (const { sid, event } of run.traces) {
        if (event.type === 'committed') committed.add(event.zxid);
        if (
          event.type === 'applied' ||
          event.type === 'snapshotLoaded' ||
          event.type === 'truncated'
        ) {
          appliedTo.set(sid, event.zxid);
        }
        if (event.type === 'recovered') appliedTo.set(sid, event.lastZxid);
        if (event.type === 'proposed') {
          const earlier = [...committed].filter((zxid) => epochOf(zxid) < epochOf(event.zxid));
          expect(appliedTo.get(sid) ?? 0).toBeGreaterThanOrEqual(Math.max(0, ...earlier));
        }
      }
    }
  });
});

describe('Zab §IV, phase 1: discovery', () => {
  it('the new epoch is later than every epoch that a quorum has accepted', () => {
    for (const run of RUNS) {
      const epochs = run.tracesOf('leaderEstablished').map(({ epoch }) => epoch);
      expect(epochs.length).toBeGreaterThan(1);
      expect(epochs).toEqual([...new Set(epochs)].sort((a, b) => a - b));
    }
  });

  it('a follower accepts an epoch only if it is later than the one that it accepted (1.2)', () => {
    for (const run of RUNS) {
      for (const sid of run.sids) {
        const epochs = run.tracesOf('acceptedEpoch', sid).map(({ epoch }) => epoch);
        expect(epochs).toEqual([...new Set(epochs)].sort((a, b) => a - b));
      }
    }
  });

  it('no two leaders are established in one epoch', () => {
    for (const run of RUNS) {
      const all = run.tracesOf('leaderEstablished');
      expect(new Set(all.map(({ epoch }) => epoch)).size).toBe(all.length);
    }
  });

  it('the history of the new leader is the longest of a quorum (1.3)', () => {
    const ensemble = established();
    ensemble.lose(3, 2, 'PROPOSAL');
    ensemble.setDiskMs(3, SLOW);
    const zxid = leaderOf(ensemble).proposeCreate();
    ensemble.run(50);
    ensemble.stop(3, false);
    ensemble.runUntil(() => ensemble.leader !== undefined);
    // S2 would win by its sid, but only S1 has the txn.
    expect(ensemble.leader?.sid).toBe(1);
    expect(ensemble.committed.has(zxid)).toBe(true);
  });
});

describe('Zab §IV, phase 2: synchronisation', () => {
  it('a follower takes over the history, then the epoch, and only then acknowledges (2.2)', () => {
    const ensemble = established();
    const first = leaderOf(ensemble).proposeCreate();
    ensemble.runUntil(() => ensemble.hasConverged() && ensemble.committed.has(first));
    ensemble.stop(1);
    const zxid = leaderOf(ensemble).proposeCreate();
    ensemble.runUntil(() => ensemble.committed.has(zxid));
    ensemble.stop(3);
    ensemble.start(1);
    ensemble.runUntil(() => ensemble.leader?.sid === 2);
    const history = indexOf(ensemble, 1, (e) => e.type === 'logged' && e.zxid === zxid);
    const epoch = indexOf(ensemble, 1, (e) => e.type === 'currentEpoch' && e.epoch === 2);
    const acknowledged = indexOf(
      ensemble,
      2,
      (e) => e.type === 'leaderEstablished' && e.epoch === 2,
    );
    expect(history).toBeGreaterThan(0);
    expect(epoch).toBeGreaterThan(history);
    expect(acknowledged).toBeGreaterThan(epoch);
  });

  it('the leader broadcasts nothing before a quorum is in sync (2.3)', () => {
    const ensemble = new TestEnsemble({ seed: 1, participants: 3 });
    for (const follower of [1, 2]) ensemble.lose(follower, 3, 'ACK');
    ensemble.startAll();
    ensemble.run(1000);
    expect(ensemble.server(3).peer.status()).toMatchObject({ state: 'LEADING' });
    expect(ensemble.server(3).serving).toBe(null);
    expect(ensemble.sent.some(({ kind }) => kind === 'UPTODATE')).toBe(false);
  });

  it('what the old leader logged and did not commit is committed with the history (2.3)', () => {
    const ensemble = established();
    for (const follower of [1, 2]) ensemble.lose(3, follower, 'COMMIT');
    const zxid = leaderOf(ensemble).proposeCreate();
    ensemble.run(3);
    ensemble.stop(3);
    ensemble.runUntil(() => ensemble.leader !== undefined);
    ensemble.run(100);
    for (const sid of [1, 2]) {
      const has = ensemble.tracesOf('committed', sid).some((event) => event.zxid === zxid);
      const wasLogged = ensemble.tracesOf('logged', sid).some((event) => event.zxid === zxid);
      expect([sid, has]).toEqual([sid, wasLogged]);
    }
  });

  it('what only a deposed leader logged is forgotten', () => {
    const ensemble = established();
    ensemble.isolate([3]);
    const zxid = leaderOf(ensemble).proposeCreate();
    ensemble.run(100);
    expect(ensemble.server(3).database.lastLoggedZxid).toBe(zxid);
    ensemble.runUntil(() => ensemble.leader?.sid === 2);
    leaderOf(ensemble).proposeCreate();
    ensemble.heal();
    ensemble.runUntil(() => ensemble.hasConverged(), 200_000);
    expect(ensemble.committed).toEqual(new Set([makeZxid(2, 1)]));
  });
});

describe('Zab §IV, phase 3: broadcast', () => {
  it('many txns may be outstanding at once (§II, requirement of throughput)', () => {
    const ensemble = established();
    for (let i = 0; i < 50; i++) leaderOf(ensemble).proposeCreate();
    expect(ensemble.committed.size).toBe(0);
    ensemble.runUntil(() => ensemble.committed.size === 50);
  });

  it('a txn commits when a quorum has acknowledged it, and not before (3.2, 3.3)', () => {
    const ensemble = established({ participants: 5 });
    for (const follower of [1, 2, 3]) ensemble.lose(5, follower, 'PROPOSAL');
    const zxid = leaderOf(ensemble).proposeCreate();
    ensemble.run(200);
    expect(ensemble.tracesOf('acked').map(({ from }) => from)).toEqual([5, 4]);
    expect(ensemble.committed.has(zxid)).toBe(false);
  });

  it('a follower acknowledges after it wrote the txn to stable storage (3.2)', () => {
    for (const run of RUNS) {
      const logged = new Set<string>();
      for (const { sid, event } of run.traces) {
        if (event.type === 'logged') logged.add(`${sid} ${event.zxid}`);
        if (event.type === 'acked') expect(logged.has(`${event.from} ${event.zxid}`)).toBe(true);
      }
    }
  });

  it('a follower that comes later gets epoch, history, and what is proposed since (3.4)', () => {
    const ensemble = established();
    const zxids: Zxid[] = [];
    const write = () => {
      zxids.push(leaderOf(ensemble).proposeCreate());
      ensemble.runUntil(() => ensemble.committed.size === zxids.length);
    };
    write();
    ensemble.runUntil(() => ensemble.hasConverged());
    ensemble.stop(1);
    write();
    ensemble.start(1);
    ensemble.runUntil(() => ensemble.hasConverged());
    write();
    ensemble.runUntil(() => ensemble.hasConverged());
    expect(ensemble.tracesOf('leaderEstablished').length).toBe(1);
    expect(ensemble.tracesOf('committed', 1).map(({ zxid }) => zxid)).toEqual(zxids);
  });

  it('a leader that loses its quorum gives up, as does a follower that loses its leader', () => {
    const ensemble = established();
    ensemble.isolate([3]);
    ensemble.run(2500);
    expect(ensemble.tracesOf('roleEnded', 3)[0]?.reason).toMatch(/no quorum of learners/);
    for (const sid of [1, 2])
      expect(ensemble.tracesOf('roleEnded', sid)[0]?.state).toBe('FOLLOWING');
  });
});
