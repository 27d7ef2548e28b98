import { describe, expect, it } from 'vitest';
import { OpCode } from '../../protocol/opcodes.ts';
import { epochOf, makeZxid } from '../../protocol/zxid.ts';
import type { Sid } from '../config.ts';
import type { QuorumRequest } from '../replication.ts';
import { TestEnsemble, type TestOptions } from './testing/TestEnsemble.ts';
import type { TestServer } from './testing/TestServer.ts';
import { znodeOf } from './testing/TestServer.ts';

const SLOW = { min: 400, max: 400 };
const FAST = { min: 1, max: 1 };

function request(opcode: number): QuorumRequest {
  return { sessionId: 5n, cxid: 1, opcode, body: new Uint8Array(0), authinfo: [] };
}

/** Serving, and quiet. */
function established(options: Partial<TestOptions> = {}): TestEnsemble {
  const ensemble = new TestEnsemble({ seed: 1, participants: 3, ...options });
  ensemble.startAll();
  ensemble.runUntil(() => ensemble.hasConverged());
  return ensemble;
}

function leaderOf(ensemble: TestEnsemble): TestServer {
  const { leader } = ensemble;
  if (leader === undefined) throw new Error('nobody leads');
  return leader;
}

function write(ensemble: TestEnsemble, count = 1): void {
  for (let i = 0; i < count; i++) leaderOf(ensemble).proposeCreate();
  ensemble.runUntil(() => ensemble.hasConverged());
}

function syncModes(ensemble: TestEnsemble, learner: Sid): string[] {
  return ensemble
    .tracesOf('learnerSyncing')
    .filter((event) => event.learner === learner)
    .map((event) => event.mode);
}

describe('QuorumPeer', () => {
  it('elects itself when it is alone', () => {
    const ensemble = established({ participants: 1 });
    const zxid = ensemble.server(1).proposeCreate();
    ensemble.runUntil(() => ensemble.committed.has(zxid));
    expect(ensemble.server(1).peer.status()).toMatchObject({
      state: 'LEADING',
      phase: 'BROADCAST',
      leader: 1,
      epoch: 1,
      quorumSize: 1,
    });
  });

  it('elects one of three and commits everywhere', () => {
    const ensemble = established();
    expect(leaderOf(ensemble).sid).toBe(3);
    write(ensemble, 10);
    expect(ensemble.committed.size).toBe(10);
    expect(leaderOf(ensemble).peer.status()).toMatchObject({ learners: 2, syncedFollowers: 2 });
  });

  it('lets observers hear of commits, without votes and acknowledgements', () => {
    const ensemble = established({ observers: 1 });
    ensemble.sent.length = 0;
    write(ensemble, 3);
    const kinds = ensemble.sent.filter(({ to }) => to === 4).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind !== 'PING')).toEqual(['INFORM', 'INFORM', 'INFORM']);
    expect(ensemble.sent.some(({ from, kind }) => from === 4 && kind === 'ACK')).toBe(false);
    expect(leaderOf(ensemble).peer.status()).toMatchObject({ syncedObservers: 1 });
  });

  it('goes on with a new leader and a new epoch when the leader dies', () => {
    const ensemble = established();
    write(ensemble, 2);
    ensemble.stop(3);
    ensemble.runUntil(() => ensemble.leader?.sid === 2);
    const zxid = leaderOf(ensemble).proposeCreate();
    expect(epochOf(zxid)).toBe(2);
    ensemble.runUntil(() => ensemble.committed.has(zxid));
  });

  it('stops serving where there is no quorum', () => {
    const ensemble = established();
    ensemble.isolate([3]);
    ensemble.runUntil(() => ensemble.leader?.sid === 2);
    expect(ensemble.server(3).serving).toBe(null);
    ensemble.stop(1);
    ensemble.run(3000);
    expect(ensemble.leader).toBe(undefined);
  });

  it('starts a new epoch when the zxid counter is used up', () => {
    const ensemble = established();
    leaderOf(ensemble).peer.rollOver();
    expect(ensemble.server(3).serving).toBe(null);
    ensemble.runUntil(() => ensemble.hasConverged());
    expect(leaderOf(ensemble).peer.status().epoch).toBe(2);
  });

  it('passes a learner’s requests to the leader, in order', () => {
    const ensemble = established();
    ensemble.server(1).peer.forward(request(OpCode.create));
    ensemble.server(1).peer.forward(request(OpCode.create));
    ensemble.runUntil(() => ensemble.committed.size === 2 && ensemble.hasConverged());
  });

  it.each([1, 3])('completes a sync at S%i after what was proposed before it', (sid) => {
    const ensemble = established({ diskMs: { min: 30, max: 30 } });
    const zxid = leaderOf(ensemble).proposeCreate();
    const server = ensemble.server(sid);
    let seen: boolean | null = null;
    server.peer.sync(request(OpCode.sync), () => {
      seen = server.database.tree.getNode(znodeOf(zxid)) !== undefined;
    });
    expect(seen).toBe(null);
    ensemble.runUntil(() => seen !== null);
    expect(seen).toBe(true);
  });

  it('answers a sync at once when nothing is outstanding', () => {
    const ensemble = established();
    let isDone = false;
    leaderOf(ensemble).peer.sync(request(OpCode.sync), () => {
      isDone = true;
    });
    expect(isDone).toBe(true);
  });

  it('asks the leader whether a session lives', () => {
    const ensemble = established();
    const answers: boolean[] = [];
    for (const sessionId of [6n, 7n]) {
      ensemble.server(1).peer.revalidate({ sessionId, timeoutMs: 100 }, (valid) => {
        answers.push(valid);
      });
    }
    ensemble.runUntil(() => answers.length === 2);
    expect(answers).toEqual([true, false]);
    expect(leaderOf(ensemble).revalidated).toEqual([1, 1]);
  });

  it('drops the callbacks of a role that ended', () => {
    const ensemble = established();
    let calls = 0;
    const { peer } = ensemble.server(1);
    peer.revalidate({ sessionId: 6n, timeoutMs: 100 }, () => calls++);
    peer.sync(request(OpCode.sync), () => calls++);
    ensemble.stop(3);
    ensemble.start(3);
    ensemble.runUntil(() => ensemble.hasConverged());
    expect(calls).toBe(0);
  });

  it('hears from learners which sessions are alive', () => {
    const ensemble = established();
    ensemble.run(1000);
    expect(leaderOf(ensemble).touchedCount).toBeGreaterThan(2);
  });

  it('drops a learner that stays silent, and that learner a leader that does', () => {
    const ensemble = established();
    ensemble.lose(3, 1, 'PING');
    ensemble.run(1500);
    const ended = ensemble.tracesOf('roleEnded', 1);
    expect(ended.at(-1)?.reason).toBe('nothing heard of the leader for syncLimit');
    ensemble.loseNothing();
    ensemble.runUntil(() => ensemble.hasConverged());
    ensemble.lose(1, 3, 'PING');
    ensemble.run(1500);
    expect(ensemble.tracesOf('learnerLost').at(-1)).toMatchObject({
      learner: 1,
      reason: 'nothing heard for syncLimit',
    });
  });

  it('drops a learner that acknowledges nothing', () => {
    const ensemble = established();
    ensemble.lose(1, 3, 'ACK');
    leaderOf(ensemble).proposeCreate();
    ensemble.run(1500);
    expect(ensemble.tracesOf('learnerLost').map(({ reason }) => reason)).toContain(
      'a proposal is unacknowledged for syncLimit',
    );
  });
});

describe('synchronisation', () => {
  it('sends what a learner missed', () => {
    const ensemble = established();
    write(ensemble, 2);
    ensemble.stop(1);
    leaderOf(ensemble).proposeCreate();
    ensemble.start(1);
    ensemble.runUntil(() => ensemble.hasConverged());
    expect(syncModes(ensemble, 1).at(-1)).toBe('DIFF');
  });

  it('sends a snapshot to a learner that missed too much, or lost its disk', () => {
    const ensemble = established();
    ensemble.stop(1);
    for (let i = 0; i < 20; i++) leaderOf(ensemble).proposeCreate();
    ensemble.run(500);
    ensemble.start(1);
    ensemble.runUntil(() => ensemble.hasConverged());
    expect(syncModes(ensemble, 1).at(-1)).toBe('SNAP');
    ensemble.stop(1);
    ensemble.wipe(1);
    ensemble.start(1);
    ensemble.runUntil(() => ensemble.hasConverged());
    expect(syncModes(ensemble, 1).at(-1)).toBe('SNAP');
    ensemble.stop(1, false);
    ensemble.start(1);
    expect(ensemble.server(1).database.lastProcessedZxid).toBe(makeZxid(1, 20));
  });

  it('sends what is too old for memory from the log on disk, if a snapshot would be longer', () => {
    const ensemble = established({ config: { snapshotSizeFactor: 1_000 } });
    write(ensemble, 2);
    ensemble.stop(1);
    for (let i = 0; i < 20; i++) leaderOf(ensemble).proposeCreate();
    ensemble.run(500);
    const from = ensemble.sent.length;
    ensemble.start(1);
    ensemble.runUntil(() => ensemble.hasConverged());
    expect(syncModes(ensemble, 1).at(-1)).toBe('DIFF');
    const kinds = ensemble.sent.slice(from).filter(({ to }) => to === 1);
    expect(kinds.filter(({ kind }) => kind === 'PROPOSAL')).toHaveLength(20);
  });

  it('has a deposed leader forget what nobody else logged', () => {
    const ensemble = established();
    write(ensemble, 2);
    ensemble.isolate([3]);
    const lost = leaderOf(ensemble).proposeCreate();
    ensemble.runUntil(() => ensemble.leader?.sid === 2);
    ensemble.heal();
    ensemble.runUntil(() => ensemble.hasConverged(), 200_000);
    expect(syncModes(ensemble, 3)).toEqual(['TRUNC']);
    expect(ensemble.committed.has(lost)).toBe(false);
  });

  it('sends outstanding proposals after the history, to voters', () => {
    const ensemble = established({ participants: 5 });
    for (const sid of [1, 2, 3]) ensemble.setDiskMs(sid, { min: 3000, max: 3000 });
    const zxid = leaderOf(ensemble).proposeCreate();
    ensemble.run(50);
    ensemble.breakQuorumLink(4, 5);
    ensemble.run(600);
    expect(ensemble.server(4).serving).toBe('follower');
    expect(ensemble.committed.has(zxid)).toBe(false);
    expect(ensemble.server(4).database.lastLoggedZxid).toBe(zxid);
  });

  /** S4 acknowledges, comes back, is cut back to the committed end, and has it no more. */
  it('takes back the acknowledgement of a learner whose log it cuts', () => {
    const ensemble = established({ participants: 5 });
    for (const sid of [1, 2, 3]) ensemble.setDiskMs(sid, { min: 800, max: 800 });
    const zxid = leaderOf(ensemble).proposeCreate();
    ensemble.run(30);
    expect(ensemble.tracesOf('acked').map(({ from }) => from)).toEqual([5, 4]);
    ensemble.breakQuorumLink(4, 5);
    ensemble.runUntil(() => ensemble.tracesOf('truncated', 4).length === 1);
    // What it is sent again takes its time to be safe; the first of the slow disks is earlier.
    ensemble.setDiskMs(4, { min: 5000, max: 5000 });
    ensemble.lose(1, 5, 'ACK');
    ensemble.lose(2, 5, 'ACK');
    ensemble.runUntil(() => ensemble.tracesOf('acked').some(({ from }) => from === 3));
    ensemble.run(100);
    expect(ensemble.committed.has(zxid)).toBe(false);
  });

  it('steps down for a voter that has accepted a later epoch', () => {
    const ensemble = established({ participants: 5 });
    // S5 and S4 accept epoch 2, and are cut off before anybody else hears of it.
    ensemble.stop(5);
    ensemble.runUntil(() => ensemble.server(4).database.acceptedEpoch === 2);
    ensemble.stop(4);
    ensemble.start(5);
    ensemble.runUntil(() => ensemble.leader !== undefined && ensemble.leader.sid !== 4);
    ensemble.start(4);
    ensemble.runUntil(() => ensemble.hasConverged());
  });
});

describe('durability', () => {
  it('acknowledges a proposal only when it is on the disk', () => {
    const ensemble = established();
    ensemble.setDiskMs(1, SLOW);
    ensemble.setDiskMs(2, SLOW);
    const zxid = leaderOf(ensemble).proposeCreate();
    ensemble.run(350);
    expect(ensemble.committed.has(zxid)).toBe(false);
    ensemble.run(100);
    expect(ensemble.committed.has(zxid)).toBe(true);
  });

  it('commits without the leader’s own disk when a quorum of the others has it', () => {
    const ensemble = established();
    ensemble.setDiskMs(3, SLOW);
    const zxid = leaderOf(ensemble).proposeCreate();
    ensemble.run(100);
    expect(ensemble.committed.has(zxid)).toBe(true);
  });

  it('looks for a leader only when its own disk is still', () => {
    const ensemble = established();
    ensemble.setDiskMs(1, SLOW);
    leaderOf(ensemble).proposeCreate();
    ensemble.run(50);
    ensemble.stop(3);
    ensemble.run(200);
    const votes = ensemble.tracesOf('voteCast', 1).length;
    ensemble.run(300);
    const after = ensemble.tracesOf('voteCast', 1);
    expect(after.length).toBeGreaterThan(votes);
    expect(after[votes]?.zxid).toBe(makeZxid(1, 1));
    expect(ensemble.server(1).database.lastProcessedZxid).toBe(makeZxid(1, 1));
  });

  it('keeps its promise across a crash between acceptedEpoch and currentEpoch', () => {
    const ensemble = established();
    ensemble.stop(3);
    ensemble.runUntil(() => ensemble.tracesOf('acceptedEpoch', 1).some(({ epoch }) => epoch === 2));
    ensemble.stop(1, false);
    ensemble.start(1);
    const { database } = ensemble.server(1);
    expect([database.acceptedEpoch, database.currentEpoch]).toEqual([2, 1]);
    ensemble.start(3);
    ensemble.runUntil(() => ensemble.hasConverged());
    expect(ensemble.leader?.peer.status().epoch).toBeGreaterThanOrEqual(2);
  });

  it('has no quorum of one disk after the power failed everywhere', () => {
    const ensemble = established();
    ensemble.setDiskMs(1, SLOW);
    ensemble.setDiskMs(2, SLOW);
    ensemble.setDiskMs(3, FAST);
    const zxid = leaderOf(ensemble).proposeCreate();
    ensemble.run(100);
    for (const sid of [1, 2, 3]) ensemble.stop(sid, false);
    for (const sid of [1, 2]) ensemble.start(sid);
    ensemble.runUntil(() => ensemble.leader !== undefined);
    expect(ensemble.committed.has(zxid)).toBe(false);
    ensemble.start(3);
    ensemble.runUntil(() => ensemble.hasConverged());
    expect(
      ensemble.tracesOf('truncated', 3).length + ensemble.tracesOf('snapshotLoaded', 3).length,
    ).toBe(1);
  });
});
