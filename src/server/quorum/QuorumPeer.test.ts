import { describe, expect, it } from 'vitest';
import { TestEnsemble } from './testing/TestEnsemble.ts';

describe('QuorumPeer', () => {
  it('elects itself when it is alone', () => {
    const ensemble = new TestEnsemble({ seed: 1, participants: 1 });
    ensemble.startAll();
    ensemble.runUntil(() => ensemble.hasConverged());
    const zxid = ensemble.server(1).proposeCreate();
    ensemble.runUntil(() => ensemble.committed.has(zxid));
  });

  it('elects one of three and commits everywhere', () => {
    const ensemble = new TestEnsemble({ seed: 1, participants: 3 });
    ensemble.startAll();
    ensemble.runUntil(() => ensemble.hasConverged());
    expect(ensemble.leader?.sid).toBe(3);
    for (let i = 0; i < 10; i++) ensemble.leader?.proposeCreate();
    ensemble.runUntil(() => ensemble.committed.size === 10 && ensemble.hasConverged());
  });
});
