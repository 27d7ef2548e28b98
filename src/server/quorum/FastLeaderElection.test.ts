import { describe, expect, it } from 'vitest';
import type { Notification, PeerState } from '../../protocol/notification.ts';
import { decodeNotification, encodeNotification } from '../../protocol/notification.ts';
import { asZxid, MIN_LONG, makeZxid, NO_ZXID, ZERO_ZXID } from '../../protocol/zxid.ts';
import type { PeerSpec, Sid } from '../config.ts';
import { ConfigStore } from '../storage/ConfigStore.ts';
import { ElectionLinks } from './ElectionLinks.ts';
import { FastLeaderElection } from './FastLeaderElection.ts';
import { Membership } from './Membership.ts';
import { participants, RecordingContext } from './testing/RecordingContext.ts';

const ZXID = makeZxid(1, 5);
const EPOCH = 1;

/** Server `sid`, connected to everybody, and what it says. */
class Election {
  readonly context: RecordingContext;
  readonly election: FastLeaderElection;
  readonly membership: Membership;
  state: PeerState = 'LOOKING';
  decided: Sid[] = [];

  constructor(sid: Sid, peers: readonly PeerSpec[]) {
    this.context = new RecordingContext(sid, peers);
    const initial = { committed: { peers, version: ZERO_ZXID }, next: null };
    this.membership = new Membership(sid, new ConfigStore(initial, true, () => {}));
    const links = new ElectionLinks(this.context);
    for (const peer of peers)
      if (peer.sid !== sid) links.onConnected(peer.sid, peer.sid, peer.sid < sid);
    this.election = new FastLeaderElection({
      context: this.context,
      membership: this.membership,
      links,
      state: () => this.state,
      onDecided: (leader) => {
        this.decided.push(leader);
        this.state = leader === sid ? 'LEADING' : 'FOLLOWING';
      },
      onConfig: (config) => this.membership.commit(config),
    });
  }

  look(zxid = ZXID, epoch = EPOCH): this {
    this.state = 'LOOKING';
    this.election.lookForLeader(zxid, epoch);
    return this;
  }

  receive(from: Sid, n: Partial<Notification>): void {
    const defaults = { state: 'LOOKING', leader: from, zxid: ZXID, electionEpoch: 1 } as const;
    const bytes = encodeNotification({ ...defaults, peerEpoch: EPOCH, config: null, ...n });
    this.election.onPacket(from, bytes);
  }

  /** What was said since the last call: to whom, and what. */
  said(): { to: Sid; vote: Notification }[] {
    return this.context.take().flatMap((effect) => {
      if (effect.type !== 'sendPeer') return [];
      const decoded = decodeNotification(effect.bytes);
      return decoded.ok ? [{ to: effect.connection, vote: decoded.value }] : [];
    });
  }

  saidBriefly(): string[] {
    return this.said().map(
      ({ to, vote }) => `${to}: ${vote.state} ${vote.leader} #${vote.electionEpoch}`,
    );
  }
}

function looking(sid: Sid, peers: readonly PeerSpec[] = participants(3)): Election {
  const server = new Election(sid, peers).look();
  server.said();
  return server;
}

describe('FastLeaderElection, looking', () => {
  it('opens a round by voting for itself', () => {
    const server = new Election(2, participants(3)).look();
    expect(server.saidBriefly()).toEqual(['1: LOOKING 2 #1', '3: LOOKING 2 #1']);
    expect(server.context.traces.at(-1)).toEqual({
      type: 'voteCast',
      leader: 2,
      zxid: ZXID,
      peerEpoch: EPOCH,
      electionEpoch: 1,
    });
  });

  it.each([
    ['a later epoch, whatever the zxid', { peerEpoch: 2, zxid: makeZxid(0, 1) }],
    ['a higher zxid in the same epoch', { zxid: makeZxid(1, 6) }],
  ])('adopts a better vote: %s', (_why, better) => {
    const server = looking(2);
    server.receive(1, better);
    expect(server.saidBriefly()).toEqual(['1: LOOKING 1 #1', '3: LOOKING 1 #1']);
  });

  it('adopts the higher sid when histories are equal, and keeps its vote otherwise', () => {
    const server = looking(2);
    server.receive(1, {});
    expect(server.said()).toEqual([]);
    server.receive(3, {});
    expect(server.saidBriefly()).toEqual(['1: LOOKING 3 #1', '3: LOOKING 3 #1']);
  });

  it('waits 200 ms for a better vote once a quorum agrees', () => {
    const server = looking(2);
    server.receive(3, {});
    expect(server.decided).toEqual([]);
    expect(server.context.timers.get('finalizeWait')).toBe(200);
    expect(server.context.timers.has('notification')).toBe(false);
    server.election.onFinalizeTimer();
    expect(server.decided).toEqual([3]);
    expect(server.context.traces.at(-1)).toEqual({
      type: 'electionDecided',
      leader: 3,
      electionEpoch: 1,
      voters: [2, 3],
    });
    expect(server.context.timers.size).toBe(0);
  });

  it('goes on when a better vote comes in that time', () => {
    const server = looking(2, participants(5));
    for (const sid of [1, 3]) server.receive(sid, { leader: 3 });
    server.said();
    expect(server.context.timers.has('finalizeWait')).toBe(true);
    server.receive(5, {});
    expect(server.context.timers.has('finalizeWait')).toBe(false);
    expect(server.saidBriefly()[0]).toBe('1: LOOKING 5 #1');
    server.election.onFinalizeTimer();
    expect(server.decided).toEqual([]);
  });

  it('begins the wait anew with every message that is no better, and discards it', () => {
    const server = looking(2, participants(5));
    for (const sid of [1, 3]) server.receive(sid, { leader: 3 });
    server.context.timers.clear();
    server.receive(1, { leader: 1 });
    expect([...server.context.timers]).toEqual([['finalizeWait', 200]]);
    server.election.onFinalizeTimer();
    expect(server.decided).toEqual([3]);
  });

  it('takes no better vote of an earlier round for a reason to go on', () => {
    const server = looking(2);
    server.receive(1, { electionEpoch: 4 });
    server.receive(3, { electionEpoch: 4 });
    server.receive(3, { electionEpoch: 3, peerEpoch: 9 });
    server.election.onFinalizeTimer();
    expect(server.decided).toEqual([3]);
  });

  it('moves to a later round with the better of that vote and its own first one', () => {
    const server = looking(3, participants(5));
    server.receive(5, {});
    server.receive(4, { leader: 5 });
    expect(server.context.timers.has('finalizeWait')).toBe(true);
    server.said();
    server.receive(1, { electionEpoch: 7, zxid: makeZxid(1, 6) });
    expect(server.saidBriefly()[0]).toBe('1: LOOKING 1 #7');
    expect(server.context.timers.has('finalizeWait')).toBe(false);
    const other = looking(3);
    other.receive(1, { electionEpoch: 7 });
    expect(other.saidBriefly()[0]).toBe('1: LOOKING 3 #7');
  });

  it('answers a server that is in an earlier round, and does not count it', () => {
    const server = looking(1);
    server.receive(3, { electionEpoch: 5 });
    server.election.onFinalizeTimer();
    server.look();
    server.said();
    server.receive(2, { electionEpoch: 4 });
    expect(server.saidBriefly()).toEqual(['2: LOOKING 1 #6']);
    expect(server.context.timers.has('finalizeWait')).toBe(false);
  });

  it('repeats its vote after 200 ms of silence, then after twice that, at most a minute', () => {
    const server = looking(2);
    const waits: (number | undefined)[] = [];
    for (let i = 0; i < 12; i++) {
      waits.push(server.context.timers.get('notification'));
      server.election.onNotificationTimer();
      expect(server.saidBriefly()).toEqual(['1: LOOKING 2 #1', '3: LOOKING 2 #1']);
    }
    expect(waits).toEqual([
      200, 400, 800, 1600, 3200, 6400, 12800, 25600, 51200, 60000, 60000, 60000,
    ]);
  });

  it('never proposes a server of weight 0', () => {
    const peers = participants(3).map((peer) => ({
      ...peer,
      group: 1,
      weight: peer.sid === 3 ? 0 : 1,
    }));
    const server = looking(2, peers);
    server.receive(3, { zxid: makeZxid(1, 9) });
    expect(server.said()).toEqual([]);
  });

  it('ignores votes from or for servers that may not vote, or that lost their data', () => {
    const peers: PeerSpec[] = [...participants(2), { sid: 3, role: 'observer' }];
    const server = looking(1, peers);
    server.receive(2, { leader: 3 });
    server.receive(2, { zxid: NO_ZXID });
    expect(server.said()).toEqual([]);
    server.receive(3, { leader: 2 });
    expect(server.saidBriefly()).toEqual(['3: LOOKING 1 #1']);
    expect(server.context.timers.has('finalizeWait')).toBe(false);
  });

  it('refuses what is no notification', () => {
    const server = looking(1);
    server.election.onPacket(2, new Uint8Array(10));
    expect(server.context.traces.at(-1)).toMatchObject({ type: 'refused', from: 2 });
  });

  it('keeps what comes before its round is open', () => {
    const server = new Election(2, participants(3));
    server.receive(3, {});
    expect(server.said()).toEqual([]);
    server.look();
    expect(server.saidBriefly().at(-1)).toBe('3: LOOKING 3 #1');
    expect(server.context.timers.has('finalizeWait')).toBe(true);
  });
});

describe('FastLeaderElection, joining', () => {
  const LEADER_3 = { leader: 3, electionEpoch: 9, peerEpoch: 4 } as const;

  it('joins a leader that a quorum follows and that says so itself, in any round', () => {
    const server = looking(1);
    server.receive(2, { state: 'FOLLOWING', ...LEADER_3 });
    expect(server.decided).toEqual([]);
    server.receive(3, { state: 'LEADING', ...LEADER_3 });
    expect(server.decided).toEqual([3]);
  });

  it('does not follow a leader that only its followers speak of', () => {
    const server = looking(1, participants(5));
    for (const sid of [2, 4, 5]) server.receive(sid, { state: 'FOLLOWING', ...LEADER_3 });
    expect(server.decided).toEqual([]);
  });

  it('does not join a leader without a quorum', () => {
    const server = looking(1, participants(5));
    server.receive(3, { state: 'LEADING', ...LEADER_3 });
    server.receive(2, { state: 'FOLLOWING', ...LEADER_3 });
    expect(server.decided).toEqual([]);
  });

  it('counts followers whatever zxid and round they came with, but not of another epoch', () => {
    const server = looking(1, participants(5));
    server.receive(2, { state: 'FOLLOWING', ...LEADER_3, peerEpoch: 3 });
    server.receive(3, { state: 'LEADING', ...LEADER_3 });
    server.receive(4, { state: 'FOLLOWING', ...LEADER_3, electionEpoch: 8, zxid: makeZxid(1, 1) });
    expect(server.decided).toEqual([]);
    server.receive(5, { state: 'FOLLOWING', ...LEADER_3, electionEpoch: 7 });
    expect(server.decided).toEqual([3]);
  });

  it('counts followers of its own round together with those that look', () => {
    const server = looking(1, participants(5));
    server.receive(4, { leader: 5 });
    expect(server.context.timers.has('finalizeWait')).toBe(false);
    server.receive(5, { state: 'LEADING', leader: 5 });
    expect(server.decided).toEqual([5]);
  });

  it('leads only in its own round when others say that it does', () => {
    const server = looking(3);
    for (const sid of [1, 2])
      server.receive(sid, { state: 'FOLLOWING', leader: 3, electionEpoch: 9 });
    expect(server.decided).toEqual([]);
    const other = looking(3);
    for (const sid of [1, 2]) other.receive(sid, { state: 'FOLLOWING', leader: 3 });
    expect(other.decided).toEqual([3]);
  });

  it('ignores observers', () => {
    const server = looking(1);
    for (const sid of [2, 3]) server.receive(sid, { state: 'OBSERVING', ...LEADER_3 });
    expect(server.decided).toEqual([]);
  });

  it('tells its leader, round and epoch to those who look, and nothing to others', () => {
    const server = looking(1);
    server.receive(3, {});
    server.election.onFinalizeTimer();
    server.election.updateElectionVote(6);
    server.said();
    server.receive(2, { electionEpoch: 4 });
    server.receive(3, { state: 'LEADING' });
    const [answer, ...more] = server.said();
    expect(more).toEqual([]);
    expect(answer).toMatchObject({
      to: 2,
      vote: { state: 'FOLLOWING', leader: 3, zxid: ZXID, electionEpoch: 1, peerEpoch: 6 },
    });
  });
});

describe('FastLeaderElection of an observer', () => {
  const peers: PeerSpec[] = [...participants(3), { sid: 4, role: 'observer' }];

  it('proposes nobody, and finds the leader by the answers of voters', () => {
    const server = new Election(4, peers).look();
    const [first] = server.said();
    expect(first?.vote).toMatchObject({
      leader: MIN_LONG,
      zxid: asZxid(MIN_LONG),
      peerEpoch: MIN_LONG,
    });
    server.receive(2, { state: 'FOLLOWING', leader: 3, electionEpoch: 2 });
    server.receive(3, { state: 'LEADING', leader: 3, electionEpoch: 2 });
    expect(server.decided).toEqual([3]);
  });
});
