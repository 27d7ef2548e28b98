import { describe, expect, it } from 'vitest';
import { randomRun } from './testing/randomRun.ts';

const SEEDS = 30;

describe('an ensemble whose members change under random faults', () => {
  it('keeps what it committed, and converges', () => {
    let activated = 0;
    let handedOver = 0;
    for (let seed = 1; seed <= SEEDS; seed++) {
      try {
        const ensemble = randomRun(seed, true);
        activated += ensemble.tracesOf('configActivated').length;
        handedOver += ensemble
          .tracesOf('roleEnded')
          .filter(({ state, reason }) => state === 'LEADING' && reason === 'reconfigured').length;
      } catch (cause) {
        throw new Error(`seed ${seed}: ${(cause as Error).message}`, { cause });
      }
    }
    expect(activated).toBeGreaterThan(10 * SEEDS);
    expect(handedOver).toBeGreaterThan(0);
  });
});

describe('an ensemble under random faults', () => {
  it('keeps what it committed, and converges', () => {
    const reached = new Map<string, number>();
    const count = (what: string) => reached.set(what, (reached.get(what) ?? 0) + 1);
    let committed = 0;
    for (let seed = 1; seed <= SEEDS; seed++) {
      try {
        const ensemble = randomRun(seed);
        committed += ensemble.committed.size;
        for (const { mode } of ensemble.tracesOf('learnerSyncing')) count(mode);
      } catch (cause) {
        throw new Error(`seed ${seed}: ${(cause as Error).message}`, { cause });
      }
    }
    expect(committed).toBeGreaterThan(SEEDS);
    for (const mode of ['DIFF', 'TRUNC', 'SNAP']) {
      expect(reached.get(mode), `${mode} was never reached`).toBeGreaterThan(0);
    }
  });
});
