/** What a client may not do, and what that costs it: an error, or the connection. */

import { describe, expect, it } from 'vitest';
import { JuteWriter } from '../../protocol/JuteWriter.ts';
import { OpCode } from '../../protocol/opcodes.ts';
import { TestEnsemble } from './testing/TestEnsemble.ts';

function request(xid: number, opcode: number, ...body: readonly number[]): Uint8Array {
  const w = new JuteWriter();
  w.int(xid);
  w.int(opcode);
  w.raw(new Uint8Array(body));
  return w.toBytes();
}

describe('operations that clients may not ask for', () => {
  it.each([
    -1,
    0,
    10,
    23,
    99,
    108,
    500,
    OpCode.check,
    OpCode.deleteContainer,
    OpCode.createSession,
  ])('%i is UNIMPLEMENTED, and the connection closes', (opcode) => {
    const c = new TestEnsemble().leader.connect();
    c.raw(request(3, opcode, 0, 0, 0, 0));
    expect(c.takeReply()).toEqual({ xid: 3, zxid: -1, err: -6, body: new Uint8Array(0) });
    expect(c.isClosed).toBe(true);
  });

  it('reconfig is disabled', () => {
    const c = new TestEnsemble().leader.connect();
    c.raw(request(1, OpCode.reconfig, ...new Array(12).fill(255), 0, 0, 0, 0, 0, 0, 0, 0));
    expect(c.takeReply()).toMatchObject({ xid: 1, err: -123, zxid: expect.any(Number) });
  });
});

describe('malformed bodies', () => {
  const opcodes = Object.entries(OpCode)
    .filter(([name]) => !['ping', 'whoAmI', 'closeSession'].includes(name))
    .filter(([name]) => !['auth', 'sasl'].includes(name))
    .filter(([name]) => !['notification', 'error', 'check'].includes(name))
    .filter(([name]) => !['deleteContainer', 'createSession'].includes(name));

  it.each(opcodes)('of %s are MARSHALLINGERROR, and the connection stays', (_name, opcode) => {
    for (const sid of [1, 2]) {
      const c = new TestEnsemble(2).server(sid).connect();
      c.raw(request(5, opcode, 0, 0, 0));
      expect(c.takeReply()).toMatchObject({ xid: 5, err: -5 });
      expect(c.err({ type: 'exists', path: '/', watch: false })).toBe(0);
    }
  });

  it.each([
    ['auth', OpCode.auth],
    ['sasl', OpCode.sasl],
  ])('of %s close the connection', (_name, opcode) => {
    const c = new TestEnsemble().leader.connect();
    c.raw(request(5, opcode, 0, 0, 0));
    expect([c.replyCount, c.isClosed]).toEqual([0, true]);
  });

  it('may have bytes after them', () => {
    const c = new TestEnsemble().leader.connect();
    c.raw(request(1, OpCode.exists, 0, 0, 0, 1, 47, 0, 9, 9, 9));
    expect(c.takeReply()).toMatchObject({ xid: 1, err: 0 });
  });

  it('without a whole header close the connection', () => {
    const c = new TestEnsemble().leader.connect();
    c.raw(new Uint8Array(7));
    expect([c.isClosed, c.replyCount]).toEqual([true, 0]);
  });
});

describe('limits', () => {
  it('of a frame', () => {
    const { leader } = new TestEnsemble(1, { frameBytesMax: 100 });
    const c = leader.connect();
    c.raw(request(1, OpCode.exists, 0, 0, 0, 1, 47, 0, ...new Array(86).fill(0)));
    expect(c.takeReply().err).toBe(0);
    c.raw(new Uint8Array(101));
    expect([c.isClosed, c.replyCount]).toEqual([true, 0]);
  });

  it('of connections', () => {
    const { leader } = new TestEnsemble(1, { clientConnectionsMax: 2 });
    const [first, second, third] = [leader.connect(), leader.connect(), leader.connect()];
    expect([first.isClosed, second.isClosed, third.isClosed]).toEqual([false, false, true]);
    first.disconnect();
    expect(leader.connect().isClosed).toBe(false);
  });

  it('of connections from one address', () => {
    const { leader } = new TestEnsemble(1, { maxClientCnxns: 2 });
    const addresses = ['10.0.0.1:1', '10.0.0.1:2', '10.0.0.1:3', '10.0.0.2:1'];
    const clients = addresses.map((address) => leader.open(address));
    expect(clients.map((it) => it.isClosed)).toEqual([false, false, true, false]);
    clients[0]?.disconnect();
    expect(leader.open('10.0.0.1:4').isClosed).toBe(false);
    expect(leader.word('mntr')).toContain('zk_connection_rejected\t1\n');
  });

  it('of sessions that begin at once: the next waits for its millisecond', () => {
    const { leader } = new TestEnsemble(1, { connectionThrottleTokens: 2 });
    const three = [leader.connect(), leader.connect(), leader.connect()];
    expect(three.map((it) => it.isClosed)).toEqual([false, false, true]);
    expect(three[2]?.connectResponse).toBe(null);
    leader.advance(1);
    expect([leader.connect().isClosed, leader.connect().isClosed]).toEqual([false, true]);
    expect(leader.word('mntr')).toContain('zk_connection_rejected\t2\n');
  });

  it('of time without a ConnectRequest: 10 s, looked at every 10 s', () => {
    const { leader } = new TestEnsemble();
    leader.advance(1_000);
    const silent = leader.open();
    leader.advance(18_000);
    expect(silent.isClosed).toBe(false);
    leader.advance(1_000);
    expect(silent.isClosed).toBe(true);
    expect(leader.word('mntr')).toContain('zk_sessionless_connections_expired\t1\n');
  });

  it('of time without a word in a session: its timeout', () => {
    const { leader } = new TestEnsemble(1, { maxSessionTimeoutMs: 60_000 });
    const [c, pinging] = [
      leader.connect({ timeOut: 30_000 }),
      leader.connect({ timeOut: 30_000 }),
    ] as const;
    for (let i = 0; i < 3; i++) {
      leader.advance(20_000);
      expect(pinging.err({ type: 'ping' })).toBe(0);
    }
    expect([c.isClosed, pinging.isClosed]).toEqual([true, false]);
  });

  it('of unanswered requests, also before the session is open', () => {
    const ensemble = new TestEnsemble(1, { outstandingRequestsMax: 3 });
    const c = ensemble.leader.connect();
    ensemble.isHeld = true;
    const early = ensemble.leader.open();
    early.handshake();
    for (const who of [c, early]) {
      for (let i = 0; i < 3; i++) who.send({ type: 'delete', path: '/a', version: -1 });
      expect(who.isClosed).toBe(false);
      who.send({ type: 'exists', path: '/', watch: false });
      expect(who.isClosed).toBe(true);
    }
    ensemble.commitAll();
    expect([c.replyCount, early.replyCount]).toEqual([0, 0]);
  });

  it('of watches, which is THROTTLEDOP and costs nothing else', () => {
    const c = new TestEnsemble().leader.connect();
    for (let i = 0; i < 10_000; i++) c.call({ type: 'exists', path: `/${i}`, watch: true });
    expect(c.err({ type: 'exists', path: '/one-more', watch: true })).toBe(-127);
    expect(c.err({ type: 'exists', path: '/5', watch: true })).toBe(-101);
    expect(c.err({ type: 'addWatch', path: '/one-more', mode: 1 })).toBe(-127);
    expect(c.create('/one-more')).toBe('/one-more');
    expect(c.takeEvents()).toEqual([]);
  });
});
