import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../base/bytes.ts';
import { encode, string } from '../../protocol/codec.ts';
import { QuorumPacket, QuorumPacketType } from '../../protocol/quorumPackets.ts';
import { makeZxid, ZERO_ZXID } from '../../protocol/zxid.ts';
import { SNAP_SIGNATURE } from './packets.ts';
import { OneServer } from './testing/OneServer.ts';
import { createProposal, znodeOf } from './testing/TestServer.ts';

const A = makeZxid(1, 1);
const B = makeZxid(1, 2);

/** S1 follows S3, which is played by the test, and has just dialled it. */
function following(): OneServer {
  const one = new OneServer(1);
  for (const sid of [2, 3]) one.vote(sid, 3);
  one.run(200);
  return one;
}

/** Connected, and the epoch is accepted. */
function discovered(epoch = 1): OneServer {
  const one = following();
  one.connect(3, true);
  one.send(3, 'LEADERINFO', makeZxid(epoch, 0));
  one.run(10);
  one.did();
  return one;
}

function serving(): OneServer {
  const one = discovered();
  one.send(3, 'DIFF', ZERO_ZXID);
  one.send(3, 'NEWLEADER', makeZxid(1, 0));
  one.run(10);
  one.send(3, 'UPTODATE');
  one.did();
  return one;
}

function has(one: OneServer, zxid: number): boolean {
  return one.server.database.tree.getNode(znodeOf(makeZxid(1, zxid))) !== undefined;
}

describe('Learner, discovery', () => {
  it('tries five times, 100 ms apart, to reach its leader', () => {
    const one = following();
    expect(one.did()).toEqual(['3: dial']);
    for (let i = 0; i < 4; i++) {
      one.refuse(3);
      expect(one.did()).toEqual([]);
      one.run(100);
      expect(one.did()).toEqual(['3: dial']);
    }
    one.refuse(3);
    expect(one.lastReason()).toBe('the leader cannot be reached');
  });

  it('takes a connection that is closed in silence for a refusal', () => {
    const one = following();
    one.connect(3, true);
    one.disconnect(3);
    expect(one.state).toBe('FOLLOWING');
    one.did();
    one.run(100);
    expect(one.did()).toEqual(['3: dial']);
  });

  it('accepts a later epoch, and says so when it is on the disk', () => {
    const one = following();
    one.connect(3, true);
    one.send(3, 'LEADERINFO', makeZxid(4, 0));
    expect(one.did()).toEqual(['3: dial', '3: FOLLOWERINFO 0x0']);
    one.run(10);
    expect(one.did()).toEqual(['3: ACKEPOCH 0x0 0']);
    expect(one.server.database.acceptedEpoch).toBe(4);
  });

  it('turns away from a leader whose epoch is below the one that it accepted', () => {
    const one = following();
    one.server.database.setAcceptedEpoch(5, () => {});
    one.connect(3, true);
    one.send(3, 'LEADERINFO', makeZxid(4, 0));
    expect(one.lastReason()).toBe('epoch 4 is below the accepted 5');
  });

  it('answers -1 to an epoch that it accepted before', () => {
    const one = following();
    one.server.database.setAcceptedEpoch(5, () => {});
    one.connect(3, true);
    one.did();
    one.send(3, 'LEADERINFO', makeZxid(5, 0));
    expect(one.did()).toEqual(['3: ACKEPOCH 0x0 -1']);
  });

  it('gives up when it is not in sync within initLimit', () => {
    const one = discovered();
    one.run(20_000);
    expect(one.lastReason()).toBe('not in sync within initLimit (synchronization)');
  });
});

describe('Learner, synchronisation', () => {
  it('logs and applies what is committed, then the epoch, then acknowledges', () => {
    const one = discovered();
    one.send(3, 'DIFF', A);
    one.propose(3, A);
    one.send(3, 'COMMIT', A);
    one.send(3, 'NEWLEADER', makeZxid(1, 0));
    one.run(5);
    expect(has(one, 1)).toBe(true);
    expect(one.did()).toEqual([]);
    one.run(5);
    expect(one.did()).toEqual(['3: ACK 0x100000000']);
    expect(one.server.serving).toBe(null);
    one.send(3, 'UPTODATE');
    expect(one.server.serving).toBe('follower');
  });

  it('says that the history is committed at UPTODATE, not before', () => {
    const one = discovered();
    one.send(3, 'DIFF', A);
    one.propose(3, A);
    one.send(3, 'COMMIT', A);
    one.send(3, 'NEWLEADER', makeZxid(1, 0));
    one.run(20);
    expect(one.traces.some(({ type }) => type === 'committed')).toBe(false);
    one.send(3, 'UPTODATE');
    expect(one.traces.filter(({ type }) => type === 'committed')).toEqual([
      { type: 'committed', zxid: A },
    ]);
  });

  it('logs what is not committed after UPTODATE, and acknowledges it then', () => {
    const one = discovered();
    one.send(3, 'DIFF', ZERO_ZXID);
    one.propose(3, A);
    one.send(3, 'NEWLEADER', makeZxid(1, 0));
    one.run(10);
    one.propose(3, B);
    one.send(3, 'COMMIT', A);
    one.did();
    expect(one.server.database.lastLoggedZxid).toBe(ZERO_ZXID);
    one.send(3, 'UPTODATE');
    expect(has(one, 1)).toBe(true);
    one.run(20);
    expect(one.did()).toEqual(['3: ACK 0x100000000', '3: ACK 0x100000001', '3: ACK 0x100000002']);
  });

  it('handles packets that arrive during disk work after it, in order', () => {
    const one = discovered();
    one.diskMs = 50;
    one.send(3, 'DIFF', A);
    one.propose(3, A);
    one.send(3, 'COMMIT', A);
    one.send(3, 'NEWLEADER', makeZxid(1, 0));
    one.send(3, 'UPTODATE');
    one.propose(3, B);
    one.send(3, 'COMMIT', B);
    expect(one.server.serving).toBe(null);
    one.run(100);
    expect(one.server.serving).toBe('follower');
    expect(has(one, 2)).toBe(true);
  });

  it('takes over a snapshot, and has it on the disk before it acknowledges', () => {
    const source = serving();
    source.propose(3, A);
    source.send(3, 'COMMIT', A);
    const header = { type: QuorumPacketType.SNAP, zxid: A, data: null, authinfo: null };
    const body = source.server.database.snapshotBody();
    const one = discovered(2);
    const signature = encode(string, SNAP_SIGNATURE);
    one.sendBytes(3, concatBytes(encode(QuorumPacket, header), body, signature));
    one.send(3, 'NEWLEADER', makeZxid(2, 0));
    expect(has(one, 1)).toBe(true);
    expect(one.disk.files.has(`snapshot.${A.toString(16)}`)).toBe(false);
    one.run(5);
    expect(one.disk.files.has(`snapshot.${A.toString(16)}`)).toBe(true);
    expect(one.did()).toEqual([]);
    one.run(5);
    expect(one.did()).toEqual(['3: ACK 0x200000000']);
  });

  it('leaves a leader whose snapshot cannot be read, with its own history as it was', () => {
    const header = { type: QuorumPacketType.SNAP, zxid: A, data: null, authinfo: null };
    const one = discovered(2);
    const before = one.server.database.tree.digest();
    const body = one.server.database.snapshotBody().slice(0, -1);
    const signature = encode(string, SNAP_SIGNATURE);
    one.sendBytes(3, concatBytes(encode(QuorumPacket, header), body, signature));
    one.run(20);
    expect(one.server.database.tree.digest()).toBe(before);
    expect(one.server.database.lastProcessedZxid).toBe(0);
    expect(one.server.peer.status().state).toBe('LOOKING');
  });

  it('leaves out what a snapshot had already, and bears a ping before UPTODATE', () => {
    const source = serving();
    source.propose(3, A);
    source.send(3, 'COMMIT', A);
    const header = { type: QuorumPacketType.SNAP, zxid: A, data: null, authinfo: null };
    const body = source.server.database.snapshotBody();
    const one = discovered(2);
    one.sendBytes(
      3,
      concatBytes(encode(QuorumPacket, header), body, encode(string, SNAP_SIGNATURE)),
    );
    for (const zxid of [A, B]) one.propose(3, zxid);
    for (const zxid of [A, B]) one.send(3, 'COMMIT', zxid);
    one.send(3, 'NEWLEADER', makeZxid(2, 0));
    one.send(3, 'PING', B);
    one.run(20);
    expect(one.did()).toEqual(['3: ACK 0x200000000']);
    expect(has(one, 2)).toBe(true);
    one.send(3, 'UPTODATE');
    expect(one.server.serving).toBe('follower');
  });

  it('refuses a snapshot that was cut off', () => {
    const one = discovered();
    const header = { type: QuorumPacketType.SNAP, zxid: A, data: null, authinfo: null };
    one.sendBytes(3, encode(QuorumPacket, header));
    expect(one.lastReason()).toBe('the snapshot has no signature');
  });

  it.each([
    ['a commit that is not next', (one: OneServer) => one.send(3, 'COMMIT', A)],
    ['UPTODATE before NEWLEADER', (one: OneServer) => one.send(3, 'UPTODATE')],
    ['NEWLEADER of another epoch', (one: OneServer) => one.send(3, 'NEWLEADER', makeZxid(2, 0))],
    ['a proposal without a txn', (one: OneServer) => one.send(3, 'PROPOSAL', A)],
    ['a client’s packet', (one: OneServer) => one.send(3, 'REQUEST')],
    ['bytes that are no packet', (one: OneServer) => one.sendBytes(3, new Uint8Array(3))],
  ])('leaves a leader that sends %s', (_what, misbehave) => {
    const one = discovered();
    one.send(3, 'DIFF', ZERO_ZXID);
    misbehave(one);
    expect(one.state).toBe('LOOKING');
    expect(one.did()).toEqual(['3: closed']);
  });

  it('raises currentEpoch when it broke off with txns of a later epoch in its log', () => {
    const one = discovered(2);
    one.diskMs = 50;
    one.send(3, 'DIFF', A);
    one.propose(3, A);
    one.send(3, 'COMMIT', A);
    one.send(3, 'NEWLEADER', makeZxid(2, 0));
    one.disconnect(3);
    expect(one.state).toBe('LOOKING');
    one.run(200);
    const { currentEpoch, lastProcessedZxid } = one.server.database;
    expect([currentEpoch, lastProcessedZxid]).toEqual([1, A]);
    expect(one.traces.findLast(({ type }) => type === 'voteCast')).toMatchObject({
      zxid: A,
      peerEpoch: 1,
    });
  });
});

describe('Learner, broadcast', () => {
  it('acknowledges what is on its disk', () => {
    const one = serving();
    one.propose(3, A);
    one.run(4);
    expect(one.did()).toEqual([]);
    one.run(1);
    expect(one.did()).toEqual(['3: ACK 0x100000001']);
    expect(has(one, 1)).toBe(false);
    one.send(3, 'COMMIT', A);
    expect(has(one, 1)).toBe(true);
  });

  it('stops at a commit that is not next', () => {
    const one = serving();
    one.propose(3, A);
    one.propose(3, B);
    expect(() => one.send(3, 'COMMIT', B)).toThrow('which is not next');
  });

  it('stops at a proposal that does not follow', () => {
    const one = serving();
    expect(() => one.propose(3, B)).toThrow('does not follow');
  });

  it('answers a ping with the sessions that it heard of', () => {
    const one = serving();
    one.send(3, 'PING', B);
    expect(one.did()).toEqual(['3: PING 0x100000002']);
  });

  it('leaves a leader that it has not heard of for syncLimit, whatever it heard last', () => {
    const one = serving();
    one.run(6000);
    one.send(3, 'PROPOSAL', A, createProposal(A).bytes);
    one.run(9999);
    expect(one.state).toBe('FOLLOWING');
    one.run(1);
    expect(one.lastReason()).toBe('nothing heard of the leader for syncLimit');
  });

  it('ignores connections that are not its own', () => {
    const one = serving();
    one.connect(2, false);
    expect(one.did()).toEqual(['2: closed']);
    one.send(2, 'COMMIT', A);
    expect(one.state).toBe('FOLLOWING');
  });
});
