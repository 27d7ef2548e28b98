/**
 * One random run of a TestEnsemble: kills, power cuts, partitions and writes from a seed, then
 * everything is healed and must converge. Each seed is one run, bit for bit.
 */

import type { PeerSpec } from '../../config.ts';
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

const SERVERS_MAX = 7;

/** Other members, in other roles, if a quorum of them is in sync and no change is under way. */
const reconfigure: Step = (e) => {
  const { leader } = e;
  if (leader === undefined) return;
  const { committed, lastSeen } = leader.database.configs;
  const chosen = e.random.shuffle(e.sids).slice(0, e.random.between(2, e.sids.length));
  const peers = chosen
    .sort((a, b) => a - b)
    .map((sid): PeerSpec => ({ sid, role: e.random.below(4) === 0 ? 'observer' : 'participant' }));
  if (peers.filter(({ role }) => role === 'participant').length < 2) return;
  if (committed.version !== lastSeen.version || !leader.peer.isQuorumSynced(peers)) return;
  // Cut while it is under way, so that old and new members may have quorums that do not hear of
  // each other.
  const cut = e.random.shuffle(e.sids).slice(0, e.random.between(0, e.sids.length - 1));
  if (e.random.below(2) === 0) e.isolate(cut);
  e.reconfigure(peers);
  if (e.random.below(2) === 0) e.run(e.random.between(1, 30));
  e.isolate(cut);
  write(e);
};

const join: Step = (e) => {
  const sid = e.sids.length + 1;
  if (sid > SERVERS_MAX) return;
  const known = e.random.pick(e.sids.map((each) => e.configOf(each)));
  e.join(sid, known);
};

const RECONFIG_TABLE: typeof STEP_TABLE = [[12, reconfigure], [2, join], ...STEP_TABLE];

function bagOf(table: typeof STEP_TABLE): readonly Step[] {
  return table.flatMap(([weight, step]) => Array.from({ length: weight }, () => step));
}

const STEP_BAG = bagOf(STEP_TABLE);
const RECONFIG_BAG = bagOf(RECONFIG_TABLE);

/** Throws if a check of the ensemble fails. */
export function randomRun(seed: number, reconfigEnabled = false): TestEnsemble {
  const participants = [3, 3, 5][seed % 3] ?? 3;
  const ensemble = new TestEnsemble({
    seed,
    participants,
    observers: seed % 2,
    config: { reconfigEnabled, snapshotSizeFactor: seed % 2 === 0 ? 0.33 : 1_000 },
    diskMs: seed % 3 === 0 ? { min: 5, max: 80 } : { min: 1, max: 5 },
  });
  ensemble.startAll();
  ensemble.run(1500);
  for (let i = 0; i < STEPS; i++) {
    ensemble.random.pick(reconfigEnabled ? RECONFIG_BAG : STEP_BAG)(ensemble);
    ensemble.run(ensemble.random.pick([5, 20, 100, 700, 2500]));
  }
  ensemble.heal();
  ensemble.startAll();
  // A server that was alone for long asks once a minute only, as in ZooKeeper.
  ensemble.runUntil(() => ensemble.hasConverged(), 300_000);
  for (const server of ensemble.up) ensemble.checkHasCommitted(server);
  return ensemble;
}
