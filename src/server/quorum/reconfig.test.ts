/** Who the members are, and how that changes. Source: ReconfigTest, Zab1_0Test. */

import { describe, expect, it } from 'vitest';
import { assert } from '../../base/assert.ts';
import { utf8Decode } from '../../base/utf8.ts';
import { makeZxid } from '../../protocol/zxid.ts';
import type { PeerSpec } from '../config.ts';
import { CONFIG_NODE } from '../tree/systemPaths.ts';
import { participants } from './testing/RecordingContext.ts';
import { TestEnsemble } from './testing/TestEnsemble.ts';
import type { TestServer } from './testing/TestServer.ts';

function configNode({ database }: TestServer) {
  const node = database.tree.getNode(CONFIG_NODE);
  return { text: utf8Decode(node?.data ?? new Uint8Array(0)), stat: node?.stat() };
}

describe('/zookeeper/config', () => {
  it('holds the members of an ensemble that is not reconfigured', () => {
    const ensemble = new TestEnsemble({ seed: 1, participants: 2, observers: 1 });
    ensemble.startAll();
    ensemble.runUntil(() => ensemble.hasConverged());
    for (const server of ensemble.up) {
      const { text, stat } = configNode(server);
      expect(text.split('\n')).toEqual([
        'server.1=10.0.0.1:2888:3888:participant;0.0.0.0:2181',
        'server.2=10.0.0.2:2888:3888:participant;0.0.0.0:2181',
        'server.3=10.0.0.3:2888:3888:observer;0.0.0.0:2181',
        'version=0',
      ]);
      expect(stat).toMatchObject({ version: -1, aversion: -1, czxid: 0, mzxid: 0 });
    }
  });

  it('is empty on a single server', () => {
    const ensemble = new TestEnsemble({ seed: 1, participants: 1 });
    ensemble.startAll();
    ensemble.runUntil(() => ensemble.hasConverged());
    expect(configNode(ensemble.server(1))).toMatchObject({ text: '', stat: { version: 0 } });
  });
});

function voters(...sids: readonly number[]): PeerSpec[] {
  return sids.map((sid) => ({ sid, role: 'participant' }));
}

/** All of them in sync, and members of each other's configuration. */
function established(count: number, observers = 0): TestEnsemble {
  const ensemble = new TestEnsemble({
    seed: 7,
    participants: count,
    observers,
    config: { reconfigEnabled: true },
  });
  ensemble.startAll();
  ensemble.runUntil(() => ensemble.hasConverged());
  return ensemble;
}

/** Sids in force, observers in brackets. */
function members({ database }: TestServer): string {
  const { peers } = database.configs.committed;
  return peers.map(({ sid, role }) => (role === 'observer' ? `(${sid})` : sid)).join(' ');
}

function leaderOf(ensemble: TestEnsemble): TestServer {
  const { leader } = ensemble;
  assert(leader, 'nobody leads');
  return leader;
}

/** The reconfiguration is in force everywhere, and everybody is in sync again. */
function settled(ensemble: TestEnsemble, expected: string): void {
  ensemble.runUntil(
    () => ensemble.hasConverged() && ensemble.up.every((server) => members(server) === expected),
  );
}

describe('the first configuration', () => {
  it('gets the zxid of the first epoch as its version, which outlives restarts', () => {
    const ensemble = established(3);
    const version = makeZxid(1, 0);
    for (const server of ensemble.up) {
      expect(server.database.configs.committed.version).toBe(version);
      expect(configNode(server)).toMatchObject({ stat: { mzxid: version, version: -1 } });
      expect(configNode(server).text).toMatch(/\nversion=100000000$/);
    }
    for (const sid of ensemble.sids) ensemble.stop(sid, false);
    ensemble.startAll();
    ensemble.runUntil(() => ensemble.hasConverged());
    expect(leaderOf(ensemble).peer.status().epoch).toBe(2);
    for (const { database } of ensemble.up)
      expect(database.configs.committed.version).toBe(version);
  });
});

describe('a reconfiguration', () => {
  it('lets servers go: those who stay are a quorum of their own', () => {
    const ensemble = established(5);
    const zxid = ensemble.reconfigure(voters(3, 4, 5));
    settled(ensemble, '3 4 5');
    expect(configNode(ensemble.server(1)).stat).toMatchObject({ mzxid: zxid, version: -1 });
    expect(leaderOf(ensemble).peer.status()).toMatchObject({
      syncedFollowers: 2,
      syncedNonVotingFollowers: 2,
      quorumSize: 3,
    });
    for (const sid of [1, 2, leaderOf(ensemble).sid]) ensemble.stop(sid);
    ensemble.runUntil(() => ensemble.leader !== undefined && !ensemble.leader.isDown);
    expect([3, 4, 5]).toContain(leaderOf(ensemble).sid);
    leaderOf(ensemble).proposeCreate();
    ensemble.run(500);
    const { lastLoggedZxid, lastProcessedZxid } = leaderOf(ensemble).database;
    expect(lastProcessedZxid).toBe(lastLoggedZxid);
  });

  it('takes a new server in, which follows as a stranger before', () => {
    const ensemble = established(3);
    leaderOf(ensemble).proposeCreate();
    ensemble.join(4, participants(3));
    ensemble.runUntil(() => ensemble.hasConverged());
    expect(members(ensemble.server(4))).toBe('1 2 3');
    expect(ensemble.server(4).peer.status().state).toBe('FOLLOWING');
    ensemble.reconfigure(participants(4));
    settled(ensemble, '1 2 3 4');
    const epoch = leaderOf(ensemble).peer.status().epoch;
    expect(epoch).toBe(1);
    ensemble.stop(1);
    leaderOf(ensemble).proposeCreate();
    ensemble.run(500);
    expect(ensemble.server(4).database.lastProcessedZxid).toBe(makeZxid(1, 3));
  });

  it.each([
    ['a voter an observer', 3, 1, 3, 'observer', 'OBSERVING'],
    ['an observer a voter', 3, 1, 4, 'participant', 'FOLLOWING'],
  ] as const)('makes %s, without an election', (_what, count, observers, sid, role, state) => {
    const ensemble = established(count, observers);
    // S3 leads: the votes are equal. Somebody else must, to become an observer.
    if (leaderOf(ensemble).sid === sid) {
      ensemble.stop(sid);
      ensemble.runUntil(() => ensemble.leader !== undefined);
      ensemble.start(sid);
      ensemble.runUntil(() => ensemble.hasConverged());
    }
    const leader = leaderOf(ensemble);
    const decided = ensemble.tracesOf('electionDecided').length;
    const peers = leader.database.configs.committed.peers;
    ensemble.reconfigure(peers.map((peer) => (peer.sid === sid ? { ...peer, role } : peer)));
    ensemble.run(20);
    ensemble.runUntil(() => ensemble.hasConverged());
    expect(ensemble.server(sid).peer.status()).toMatchObject({ state, leader: leader.sid });
    expect(ensemble.tracesOf('electionDecided')).toHaveLength(decided);
    leader.proposeCreate();
    ensemble.run(300);
    expect(ensemble.hasConverged()).toBe(true);
  });

  it('hands over when the leader goes: the designated one leads without an election', () => {
    const ensemble = established(3);
    const old = leaderOf(ensemble);
    const decided = ensemble.tracesOf('electionDecided').length;
    const rest = participants(3).filter(({ sid }) => sid !== old.sid);
    ensemble.reconfigure(rest);
    settled(ensemble, rest.map(({ sid }) => sid).join(' '));
    expect(leaderOf(ensemble).sid).not.toBe(old.sid);
    expect(old.peer.status().state).toBe('FOLLOWING');
    expect(ensemble.tracesOf('electionDecided')).toHaveLength(decided);
    leaderOf(ensemble).proposeCreate();
    ensemble.run(300);
    expect(ensemble.hasConverged()).toBe(true);
  });

  it('needs a quorum of the old and of the new members, as does all that follows', () => {
    const ensemble = established(5);
    const leader = leaderOf(ensemble);
    const others = ensemble.sids.filter((sid) => sid !== leader.sid);
    const [a = 0, b = 0, c = 0, d = 0] = others;
    // The leader with C and D is a quorum of the old ones and not of the new ones: A, B and itself.
    for (const sid of [a, b]) for (const kind of ['ACK']) ensemble.lose(sid, leader.sid, kind);
    const zxid = ensemble.reconfigure(voters(...[leader.sid, a, b].sort((x, y) => x - y)));
    leader.proposeCreate();
    ensemble.run(300);
    expect(ensemble.committed.has(zxid)).toBe(false);
    expect(leader.database.configs.lastSeen.version).toBe(zxid);
    ensemble.loseNothing();
    // The link is closed for want of acknowledgements, and the learners come back.
    ensemble.runUntil(() => ensemble.committed.has(zxid), 120_000);
    settled(ensemble, [leader.sid, a, b].sort((x, y) => x - y).join(' '));
    expect([c, d].map((sid) => ensemble.server(sid).serving)).toEqual(['follower', 'follower']);
  });

  it('that a quorum has logged is completed by the next leader', () => {
    const ensemble = established(3);
    const old = leaderOf(ensemble);
    for (const sid of ensemble.sids) ensemble.lose(sid, old.sid, 'ACK');
    const zxid = ensemble.reconfigure(voters(1, 2, 3).map((peer) => toObserver(peer, 1)));
    ensemble.run(100);
    expect(ensemble.committed.has(zxid)).toBe(false);
    ensemble.stop(old.sid);
    ensemble.loseNothing();
    ensemble.runUntil(() => ensemble.up.every(({ serving }) => serving !== null), 120_000);
    ensemble.start(old.sid);
    settled(ensemble, '(1) 2 3');
  });

  it('that only its leader has logged is forgotten', () => {
    const ensemble = established(3);
    const old = leaderOf(ensemble);
    ensemble.isolate([old.sid]);
    const zxid = ensemble.reconfigure(voters(1, 2));
    ensemble.runUntil(() => old.serving === null);
    expect(old.database.configs.lastSeen.version).toBe(zxid);
    ensemble.runUntil(() => ensemble.leader !== undefined);
    leaderOf(ensemble).proposeCreate();
    ensemble.heal();
    settled(ensemble, '1 2 3');
    expect(old.database.configs.lastSeen).toBe(old.database.configs.committed);
    expect(ensemble.committed.has(zxid)).toBe(false);
  });

  it('that is pending is not brought into force by who joins meanwhile', () => {
    const ensemble = established(5);
    const leader = leaderOf(ensemble);
    const [late = 0, ...others] = ensemble.sids.filter((sid) => sid !== leader.sid);
    for (const sid of others) ensemble.lose(sid, leader.sid, 'ACK');
    const zxid = ensemble.reconfigure(participants(5).map((peer) => toObserver(peer, late)));
    ensemble.breakQuorumLink(late, leader.sid);
    const { database } = ensemble.server(late);
    ensemble.run(50);
    ensemble.runUntil(() => ensemble.server(late).serving !== null);
    ensemble.run(50);
    expect(database.configs.lastSeen.version).toBe(zxid);
    expect(database.configs.committed.version).toBe(makeZxid(1, 0));
  });

  it('is told to a server that was away, by those who vote', () => {
    const ensemble = established(5);
    ensemble.stop(1);
    ensemble.reconfigure(voters(3, 4, 5));
    ensemble.runUntil(() => members(ensemble.server(2)) === '3 4 5');
    ensemble.start(1);
    settled(ensemble, '3 4 5');
    expect(ensemble.server(1).peer.status().state).toBe('FOLLOWING');
    for (const sid of [3, 4, 5]) ensemble.stop(sid, false);
    ensemble.run(10_000);
    // Whatever they say, they are no quorum.
    expect(ensemble.up.map(({ serving }) => serving)).toEqual([null, null]);
  });
});

function toObserver(peer: PeerSpec, sid: number): PeerSpec {
  return peer.sid === sid ? { ...peer, role: 'observer' } : peer;
}
