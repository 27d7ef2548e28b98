/** A server without a quorum. Source: ReadOnlyModeTest, QuorumPeer.run. */

import { describe, expect, it } from 'vitest';
import { TestEnsemble } from './testing/TestEnsemble.ts';

function started(readOnlyModeEnabled: boolean): TestEnsemble {
  const config = { readOnlyModeEnabled };
  const ensemble = new TestEnsemble({ seed: 3, participants: 3, observers: 1, config });
  ensemble.startAll();
  ensemble.runUntil(() => ensemble.hasConverged());
  return ensemble;
}

describe('read-only mode', () => {
  it.each([1, 4])('is entered by S%i, cut off, after 2 s without a leader', (sid) => {
    const ensemble = started(true);
    ensemble.isolate([sid]);
    const { peer } = ensemble.server(sid);
    ensemble.runUntil(() => peer.status().state === 'LOOKING');
    ensemble.run(1_900);
    expect(ensemble.server(sid).serving).toBeNull();
    ensemble.run(500);
    expect(ensemble.server(sid).serving).toBe('read-only');
    expect(ensemble.server(sid).database.lastProcessedZxid).toBeGreaterThanOrEqual(0);
  });

  it('is left when a leader is found', () => {
    const ensemble = started(true);
    ensemble.isolate([1]);
    ensemble.runUntil(() => ensemble.server(1).serving === 'read-only');
    ensemble.leader?.proposeCreate();
    ensemble.heal();
    ensemble.runUntil(() => ensemble.hasConverged(), 120_000);
    expect(ensemble.server(1).serving).toBe('follower');
  });

  it('is not entered unless enabled', () => {
    const ensemble = started(false);
    ensemble.isolate([1]);
    ensemble.run(20_000);
    expect(ensemble.server(1).serving).toBeNull();
  });
});
