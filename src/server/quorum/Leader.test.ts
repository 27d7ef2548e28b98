import { describe, expect, it } from 'vitest';
import { makeZxid, ZERO_ZXID } from '../../protocol/zxid.ts';
import { OneServer } from './testing/OneServer.ts';

/** S3 leads; S1 and S2 are played by the test. */
function leading(count = 3): OneServer {
  const one = new OneServer(3, count);
  for (const sid of [1, 2]) one.vote(sid, 3);
  one.run(200);
  one.did();
  return one;
}

/** Epoch 1 is established with S1. */
function established(count = 3): OneServer {
  const one = leading(count);
  const followers = count === 3 ? [1] : [1, 2];
  for (const sid of followers) {
    one.connect(sid, false);
    one.followerInfo(sid, 0);
  }
  one.run(10);
  for (const sid of followers) one.ackEpoch(sid, 0, ZERO_ZXID);
  one.run(10);
  for (const sid of followers) one.send(sid, 'ACK', makeZxid(1, 0));
  one.did();
  return one;
}

describe('Leader, discovery', () => {
  it('proposes an epoch above all that a quorum accepted, once it is on its own disk', () => {
    const one = leading();
    one.connect(1, false);
    one.followerInfo(1, 6);
    expect(one.did()).toEqual([]);
    one.run(10);
    expect(one.did()).toEqual(['1: LEADERINFO 0x700000000']);
    expect(one.server.database.acceptedEpoch).toBe(7);
  });

  it('gives a learner that comes later the same epoch', () => {
    const one = established();
    one.connect(2, false);
    one.followerInfo(2, 1);
    expect(one.did()).toEqual(['2: LEADERINFO 0x100000000']);
  });

  it('steps down for a voter that accepted a later epoch', () => {
    const one = established();
    one.connect(2, false);
    one.followerInfo(2, 4);
    expect(one.state).toBe('LOOKING');
    expect(one.lastReason()).toBe('S2 accepted the later epoch 4');
  });

  it.each([
    ['a later epoch', 1, ZERO_ZXID],
    ['a longer log', 0, makeZxid(0, 1)],
  ])('steps down for a learner that has %s', (_what, currentEpoch, zxid) => {
    const one = leading();
    one.connect(1, false);
    one.followerInfo(1, 0);
    one.run(10);
    one.ackEpoch(1, currentEpoch, zxid);
    expect(one.state).toBe('LOOKING');
    expect(one.lastReason()).toBe('S1 is ahead of this leader');
  });

  it('does not count a learner that had accepted the epoch before', () => {
    const one = leading();
    one.connect(1, false);
    one.followerInfo(1, 0);
    one.run(10);
    one.did();
    one.ackEpoch(1, -1, ZERO_ZXID);
    one.run(10);
    expect(one.did()).toEqual([]);
    one.connect(2, false);
    one.followerInfo(2, 0);
    one.ackEpoch(2, 0, ZERO_ZXID);
    expect(one.did()).toEqual([
      '2: LEADERINFO 0x100000000',
      '1: DIFF 0x0',
      '1: NEWLEADER 0x100000000',
      '2: DIFF 0x0',
      '2: NEWLEADER 0x100000000',
    ]);
  });

  it('refuses who does not say who it is, or says that it is another', () => {
    const one = leading();
    one.connect(1, false);
    one.send(1, 'ACK', ZERO_ZXID);
    expect(one.did()).toEqual(['1: closed']);
    one.connect(2, false);
    one.followerInfo(2, 0, 1);
    expect(one.did()).toEqual(['2: closed']);
    one.connect(9, false);
    one.followerInfo(9, 0, 8);
    expect(one.did()).toEqual(['9: closed']);
  });

  it('gives up without a quorum within initLimit', () => {
    const one = leading();
    one.run(20_000);
    expect(one.lastReason()).toBe('no quorum within initLimit (discovery)');
  });
});

describe('Leader, synchronisation', () => {
  it('serves, and says so, once a quorum acknowledged NEWLEADER', () => {
    const one = leading();
    one.connect(1, false);
    one.followerInfo(1, 0);
    one.run(10);
    one.ackEpoch(1, 0, ZERO_ZXID);
    one.run(10);
    one.did();
    expect(one.server.serving).toBe(null);
    one.send(1, 'ACK', makeZxid(1, 0));
    expect(one.server.serving).toBe('leader');
    expect(one.did()).toEqual(['1: UPTODATE']);
  });

  it('does not count its own disk before currentEpoch is on it', () => {
    const one = leading();
    one.connect(1, false);
    one.followerInfo(1, 0);
    one.run(10);
    one.diskMs = 100;
    one.ackEpoch(1, 0, ZERO_ZXID);
    one.send(1, 'ACK', makeZxid(1, 0));
    expect(one.server.serving).toBe(null);
    one.run(100);
    expect(one.server.serving).toBe('leader');
  });

  it('bears acknowledgements of proposals before that of NEWLEADER and before UPTODATE', () => {
    const one = leading(5);
    for (const sid of [1, 2]) {
      one.connect(sid, false);
      one.followerInfo(sid, 0);
    }
    one.run(10);
    for (const sid of [1, 2]) one.ackEpoch(sid, 0, ZERO_ZXID);
    one.run(10);
    one.did();
    one.send(1, 'ACK', makeZxid(0, 1));
    one.send(1, 'ACK', makeZxid(1, 0));
    one.send(1, 'ACK', makeZxid(0, 2));
    expect(one.did()).toEqual([]);
    one.send(2, 'ACK', makeZxid(1, 0));
    expect(one.did()).toEqual(['1: UPTODATE', '2: UPTODATE']);
  });

  it('refuses the acknowledgement of another NEWLEADER', () => {
    const one = leading();
    one.connect(1, false);
    one.followerInfo(1, 0);
    one.run(10);
    one.ackEpoch(1, 0, ZERO_ZXID);
    one.did();
    one.send(1, 'ACK', makeZxid(2, 0));
    expect(one.did()).toEqual(['1: closed']);
  });
});

describe('Leader, broadcast', () => {
  it('commits in order, whatever the order of acknowledgements', () => {
    const one = established(5);
    one.diskMs = 1000;
    const [a, b] = [one.server.proposeCreate(), one.server.proposeCreate()];
    one.did();
    one.connect(4, false);
    one.followerInfo(4, 0);
    one.ackEpoch(4, 0, ZERO_ZXID);
    one.send(4, 'ACK', makeZxid(1, 0));
    one.did();
    for (const sid of [1, 2, 4]) one.send(sid, 'ACK', b);
    for (const sid of [1, 2]) one.send(sid, 'ACK', a);
    expect(one.did()).toEqual([]);
    one.send(4, 'ACK', a);
    expect(one.did()).toEqual([
      '1: COMMIT 0x100000001',
      '2: COMMIT 0x100000001',
      '4: COMMIT 0x100000001',
      '1: COMMIT 0x100000002',
      '2: COMMIT 0x100000002',
      '4: COMMIT 0x100000002',
    ]);
  });

  it('ignores acknowledgements of UPTODATE, of what is committed, and repeated ones', () => {
    const one = established(5);
    const zxid = one.server.proposeCreate();
    one.run(10);
    for (let i = 0; i < 3; i++) one.send(1, 'ACK', zxid);
    one.send(1, 'ACK', makeZxid(1, 0));
    one.did();
    expect(one.server.database.lastProcessedZxid).toBe(ZERO_ZXID);
    one.send(2, 'ACK', zxid);
    expect(one.server.database.lastProcessedZxid).toBe(zxid);
    one.did();
    one.send(2, 'ACK', zxid);
    expect(one.did()).toEqual([]);
  });

  it('replaces a learner that connects again, and hears no more of its old connection', () => {
    const one = established();
    one.connect(1, false, 11);
    expect(one.did()).toEqual(['1: closed']);
    const zxid = one.server.proposeCreate();
    one.run(10);
    one.send(1, 'ACK', zxid);
    expect(one.server.database.lastProcessedZxid).toBe(ZERO_ZXID);
  });

  it('pings every half tick, and counts its quorum every tick', () => {
    const one = established();
    one.run(1000);
    expect(one.did()).toEqual(['1: PING 0x100000000']);
    expect(one.traces.some(({ type }) => type === 'quorumChecked')).toBe(false);
    one.run(1000);
    expect(one.traces.at(-1)).toEqual({ type: 'quorumChecked', synced: [1, 3], hasQuorum: true });
  });

  it('steps down when the last quorum has been silent for syncLimit', () => {
    const one = established();
    one.disconnect(1);
    one.run(2000);
    expect(one.state).toBe('LOOKING');
    expect(one.server.serving).toBe(null);
  });
});
