/**
 * One random run of a TestEnsemble: kills, power cuts, partitions and writes from a seed, then
 * everything is healed and must converge. Each seed is one run, bit for bit.
 */

import { TestEnsemble } from './TestEnsemble.ts';

const STEPS = 25;

type Step = (ensemble: TestEnsemble) => void;

const write: Step = (ensemble) => {
  const leaders = ensemble.up.filter((server) => server.serving === 'leader');
  if (leaders.length === 0) return;
  const leader = ensemble.random.pick(leaders);
  for (let i = ensemble.random.between(1, 12); i > 0 && leader.serving === 'leader'; i--) {
    leader.proposeCreate();
  }
};

const STEP_TABLE: readonly (readonly [weight: number, step: Step])[] = [
  [8, write],
  [3, (e) => e.stop(e.random.pick(e.sids), true)],
  [2, (e) => e.stop(e.random.pick(e.sids), false)],
  [5, (e) => e.start(e.random.pick(e.sids))],
  [2, (e) => e.isolate(e.random.shuffle(e.sids).slice(0, e.random.between(1, e.sids.length - 1)))],
  [3, (e) => e.heal()],
  [2, (e) => e.breakQuorumLink(e.random.pick(e.sids), e.leader?.sid ?? 1)],
  // The power fails everywhere, in the middle of writes.
  [
    2,
    (e) => {
      write(e);
      e.run(e.random.between(1, 60));
      for (const sid of e.sids) if (e.isUp(sid)) e.stop(sid, false);
      e.startAll();
    },
  ],
  // The leader goes dark at once after a write: its log end is nobody else's.
  [
    2,
    (e) => {
      const { leader } = e;
      if (leader === undefined) return;
      e.isolate([leader.sid]);
      write(e);
    },
  ],
  [
    1,
    (e) => {
      const { leader } = e;
      write(e);
      if (leader !== undefined) e.stop(leader.sid, true);
    },
  ],
];

const STEP_BAG = STEP_TABLE.flatMap(([weight, step]) => Array.from({ length: weight }, () => step));

/** Throws if a check of the ensemble fails. */
export function randomRun(seed: number): TestEnsemble {
  const participants = [3, 3, 5][seed % 3] ?? 3;
  const ensemble = new TestEnsemble({
    seed,
    participants,
    observers: seed % 2,
    diskMs: seed % 3 === 0 ? { min: 5, max: 80 } : { min: 1, max: 5 },
  });
  ensemble.startAll();
  ensemble.run(1500);
  for (let i = 0; i < STEPS; i++) {
    ensemble.random.pick(STEP_BAG)(ensemble);
    ensemble.run(ensemble.random.pick([5, 20, 100, 700, 2500]));
  }
  ensemble.heal();
  ensemble.startAll();
  // A server that was alone for long asks once a minute only, as in ZooKeeper.
  ensemble.runUntil(() => ensemble.hasConverged(), 300_000);
  for (const server of ensemble.up) ensemble.checkHasCommitted(server);
  return ensemble;
}
