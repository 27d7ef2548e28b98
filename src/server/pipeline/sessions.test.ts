/** Handshake, expiry, moves and order, on raw frames. Each case is one of ZooKeeper's own tests. */

import { describe, expect, it } from 'vitest';
import { formatSessionId } from '../../protocol/sessionId.ts';
import { TestEnsemble } from './testing/TestEnsemble.ts';

const SYNC = { type: 'sync', path: 'anything' } as const;

describe('handshake', () => {
  it.each([
    [-5, 2_000],
    [0, 2_000],
    [1_999, 2_000],
    [7_000, 7_000],
    [99_000, 20_000],
  ])('asked for %i ms gives %i', (asked, given) => {
    const options = { minSessionTimeoutMs: 2_000, maxSessionTimeoutMs: 20_000 };
    const c = new TestEnsemble(1, options).leader.connect({ timeOut: asked });
    expect(c.connectResponse).toMatchObject({ protocolVersion: 0, timeOut: given });
    expect(c.passwd).toHaveLength(16);
  });

  it('has a readOnly byte in the answer only if the request had one', () => {
    const { leader } = new TestEnsemble();
    expect(leader.connect({ readOnly: true }).connectResponse?.readOnly).toBe(false);
    expect(leader.connect({ readOnly: null }).connectResponse?.readOnly).toBeNull();
  });

  it('accepts any password for a new session', () => {
    const { leader } = new TestEnsemble();
    expect(leader.connect({ passwd: null }).connectResponse?.timeOut).toBe(10_000);
    expect(leader.connect({ passwd: new Uint8Array(3) }).connectResponse?.timeOut).toBe(10_000);
  });

  it('gives ids that begin with the server and count on', () => {
    const { leader } = new TestEnsemble();
    const [a, b] = [leader.connect(), leader.connect()];
    expect(a.sessionId >> 56n).toBe(1n);
    expect(b.sessionId).toBe(a.sessionId + 1n);
  });

  it('closes without a word for who has seen more, and while not serving', () => {
    const { leader } = new TestEnsemble();
    const ahead = leader.connect({ lastZxidSeen: leader.database.lastProcessedZxid + 1 });
    expect([ahead.isClosed, ahead.connectResponse]).toEqual([true, null]);
    leader.pipeline.stopServing();
    const early = leader.connect();
    expect([early.isClosed, early.connectResponse]).toEqual([true, null]);
  });

  it('closes for a first frame that is no ConnectRequest', () => {
    const c = new TestEnsemble().leader.open();
    c.raw(new Uint8Array(7));
    expect([c.isClosed, c.connectResponse]).toEqual([true, null]);
  });

  it('attaches again with the password, keeping ephemerals and the new timeout', () => {
    const { leader } = new TestEnsemble();
    const c = leader.connect();
    c.create('/e', '', 1);
    c.disconnect();
    const again = leader.connect({ sessionId: c.sessionId, passwd: c.passwd, timeOut: 5_000 });
    expect(again.connectResponse).toMatchObject({ sessionId: c.sessionId, timeOut: 5_000 });
    expect(again.ok({ type: 'getEphemerals', prefixPath: null }).ephemerals).toEqual(['/e']);
  });

  it('says expired to a wrong password, and closes the live connection of that session', () => {
    const { leader } = new TestEnsemble();
    const c = leader.connect();
    const thief = leader.connect({ sessionId: c.sessionId });
    expect(thief.connectResponse).toMatchObject({ timeOut: 0, sessionId: 0n });
    expect([thief.isClosed, c.isClosed]).toEqual([true, true]);
    const again = leader.connect({ sessionId: c.sessionId, passwd: c.passwd });
    expect(again.connectResponse?.timeOut).toBe(10_000);
  });

  it.each([1, 2])('says expired to an unknown session on server %i', (sid) => {
    const ensemble = new TestEnsemble(2);
    const c = ensemble.server(sid).connect();
    c.call({ type: 'closeSession' });
    const again = ensemble.server(sid).connect({ sessionId: c.sessionId, passwd: c.passwd });
    expect(again.connectResponse).toMatchObject({ timeOut: 0, sessionId: 0n });
    expect(again.isClosed).toBe(true);
  });

  it('holds what comes before the session is open', () => {
    const ensemble = new TestEnsemble();
    ensemble.isHeld = true;
    const c = ensemble.leader.open();
    c.handshake();
    c.send({ type: 'auth', authType: 0, scheme: 'digest', auth: new Uint8Array([65]) }, -4);
    c.send({ type: 'exists', path: '/', watch: false });
    expect(c.connectResponse).toBeNull();
    ensemble.commitAll();
    expect(c.connectResponse?.timeOut).toBe(10_000);
    expect(c.arrivals).toEqual(['reply -4', 'reply 1']);
  });
});

describe('expiry', () => {
  it('comes within two ticks after the timeout, takes ephemerals along, and is silent', () => {
    const { leader } = new TestEnsemble(1, { minSessionTimeoutMs: 2_000 });
    const c = leader.connect({ timeOut: 2_000 });
    const other = leader.connect({ timeOut: 30_000 });
    c.create('/e', '', 1);
    other.get('/e', true);
    leader.advance(1_500);
    expect(c.call({ type: 'ping' })).toMatchObject({ xid: -2, err: 0, body: new Uint8Array(0) });
    leader.advance(2_000);
    expect(c.isClosed).toBe(false);
    leader.advance(2_000);
    expect(c.isClosed).toBe(true);
    expect(c.replyCount).toBe(0);
    expect(other.takeEvents()).toEqual(['NodeDeleted /e']);
    expect(leader.traced('sessionExpired')).toEqual([
      { type: 'sessionExpired', sessionId: formatSessionId(c.sessionId) },
    ]);
    const again = leader.connect({ sessionId: c.sessionId, passwd: c.passwd });
    expect(again.connectResponse?.timeOut).toBe(0);
  });

  it('traces a touch at most once per session and tick', () => {
    const { leader } = new TestEnsemble();
    const c = leader.connect();
    for (let i = 0; i < 10; i++) c.call({ type: 'ping' });
    expect(leader.traced('sessionTouched')).toHaveLength(1);
    leader.advance(1_000);
    c.call({ type: 'ping' });
    expect(leader.traced('sessionTouched').map(({ expiresAtMs }) => expiresAtMs)).toEqual([
      11_000, 12_000,
    ]);
  });

  it('waits for the sessions that a follower hears of', () => {
    const ensemble = new TestEnsemble(2);
    const follower = ensemble.server(2);
    const c = follower.connect({ timeOut: 4_000 });
    for (let i = 0; i < 6; i++) {
      ensemble.leader.advance(2_000);
      c.call({ type: 'ping' });
      ensemble.leader.pipeline.touch(follower.pipeline.takeTouched());
    }
    expect(c.isClosed).toBe(false);
    expect(follower.pipeline.takeTouched()).toEqual([]);
    ensemble.leader.advance(6_000);
    expect(c.isClosed).toBe(true);
  });

  it('starts again with the full timeout under a new leader', () => {
    const { leader } = new TestEnsemble();
    const c = leader.connect({ timeOut: 5_000 });
    leader.advance(4_000);
    leader.pipeline.stopServing();
    expect(c.isClosed).toBe(true);
    leader.pipeline.startServing('leader', 2);
    leader.advance(4_000);
    const again = leader.connect({ sessionId: c.sessionId, passwd: c.passwd });
    expect(again.connectResponse?.timeOut).toBe(10_000);
  });

  it('can be had at once', () => {
    const { leader } = new TestEnsemble();
    const c = leader.connect();
    leader.pipeline.expireSession(c.sessionId);
    leader.pipeline.expireSession(c.sessionId);
    expect(c.isClosed).toBe(true);
    expect(leader.traced('sessionExpired')).toHaveLength(1);
  });

  it('is no answer to a request that happens to have xid 0', () => {
    const ensemble = new TestEnsemble(2);
    const c = ensemble.server(2).connect();
    ensemble.isHeld = true;
    ensemble.leader.pipeline.expireSession(c.sessionId);
    c.send({ type: 'delete', path: '/a', version: -1 }, 0);
    ensemble.commitNext();
    expect([c.isClosed, c.replyCount]).toEqual([true, 0]);
  });

  it('drops what a session asks that is about to end', () => {
    const ensemble = new TestEnsemble();
    const c = ensemble.leader.connect();
    ensemble.isHeld = true;
    ensemble.leader.pipeline.expireSession(c.sessionId);
    c.send({ type: 'exists', path: '/', watch: false });
    ensemble.commitAll();
    expect([c.isClosed, c.replyCount]).toEqual([true, 0]);
  });
});

describe('closeSession', () => {
  it('deletes ephemerals, answers, closes, and leaves later requests unanswered', () => {
    const ensemble = new TestEnsemble(2);
    const c = ensemble.server(2).connect();
    c.create('/e', '', 1);
    ensemble.isHeld = true;
    const xid = c.send({ type: 'closeSession' });
    c.send({ type: 'exists', path: '/', watch: false });
    ensemble.commitAll();
    expect(c.takeReply()).toMatchObject({ xid, err: 0, body: new Uint8Array(0) });
    expect([c.isClosed, c.replyCount]).toEqual([true, 0]);
    for (const server of ensemble.servers) {
      expect(server.database.tree.getNode('/e')).toBeUndefined();
      expect(server.database.sessions.size).toBe(0);
    }
  });

  it('takes along an ephemeral that is only proposed', () => {
    const ensemble = new TestEnsemble();
    const c = ensemble.leader.connect();
    ensemble.isHeld = true;
    c.send({ type: 'create', path: '/e', data: null, acl: [], flags: 1 });
    const acl = [{ perms: 31, id: { scheme: 'world', id: 'anyone' } }];
    c.send({ type: 'create', path: '/f', data: null, acl, flags: 1 });
    c.send({ type: 'closeSession' });
    expect(ensemble.proposals.at(-1)?.txn.body).toEqual({
      type: 'closeSession',
      paths2Delete: ['/f'],
    });
  });
});

describe('a session that moves', () => {
  it.each(['setData', 'multi'])('makes the old server close at the next %s', (type) => {
    const ensemble = new TestEnsemble(3);
    const old = ensemble.server(2).connect();
    old.create('/a');
    const moved = ensemble.server(3).connect({ sessionId: old.sessionId, passwd: old.passwd });
    expect(old.get('/a')).toBe('');
    const write = { type: 'setData', path: '/a', data: null, version: -1 } as const;
    old.send(type === 'multi' ? { type: 'multi', ops: [write] } : write);
    expect([old.isClosed, old.replyCount]).toEqual([true, 0]);
    expect(moved.err(write)).toBe(0);
    expect(ensemble.leader.traced('sessionMoved')).toEqual([
      { type: 'sessionMoved', sessionId: formatSessionId(old.sessionId), to: 3 },
    ]);
  });
});

describe('order', () => {
  it.each([1, 2])('on server %i, a read waits for the writes before it and no others', (sid) => {
    const ensemble = new TestEnsemble(2);
    const c = ensemble.server(sid).connect();
    const other = ensemble.server(sid).connect();
    c.create('/a', 'old');
    ensemble.isHeld = true;
    c.send({ type: 'setData', path: '/a', data: new Uint8Array([65]), version: -1 });
    c.send({ type: 'getData', path: '/a', watch: false });
    c.send(SYNC);
    c.send({ type: 'ping' });
    expect(c.replyCount).toBe(0);
    expect(other.get('/a')).toBe('old');
    ensemble.commitAll();
    expect(c.arrivals.slice(1)).toEqual(['reply 2', 'reply 3', 'reply 4', 'reply -2']);
    const write = c.takeReply();
    const read = c.takeReply();
    expect(read.zxid).toBe(write.zxid);
    expect([...read.body.slice(0, 5)]).toEqual([0, 0, 0, 1, 65]);
  });

  it('answers sync with its path, whatever it is', () => {
    const c = new TestEnsemble(2).server(2).connect();
    expect(c.ok(SYNC)).toEqual({ path: 'anything' });
  });

  it('answers equal xids each', () => {
    const c = new TestEnsemble().leader.connect();
    for (const xid of [-99, 7, 7]) c.send({ type: 'exists', path: '/', watch: false }, xid);
    expect([c.takeReply().xid, c.takeReply().xid, c.takeReply().xid]).toEqual([-99, 7, 7]);
  });
});

it('gives up when the zxid counter is used up', () => {
  const ensemble = new TestEnsemble();
  const { leader } = ensemble;
  const c = leader.connect();
  const prep = Reflect.get(leader.pipeline.role ?? {}, 'prep') as { lastZxid: number };
  prep.lastZxid = 0x1_ffff_ffff;
  c.send({ type: 'delete', path: '/a', version: -1 });
  c.send({ type: 'delete', path: '/a', version: -1 });
  expect(ensemble.hasRolledOver).toBe(true);
  expect(ensemble.proposals).toHaveLength(0);
});
