/** Without a leader: reading only. Source: ReadOnlyModeTest. */

import { describe, expect, it } from 'vitest';
import type { ServerConfig } from '../config.ts';
import { OPEN } from './testing/TestClient.ts';
import { TestEnsemble } from './testing/TestEnsemble.ts';

const NOTREADONLY = -119;

/** What a leader had written before it lost its quorum. */
function readOnly(options: Partial<ServerConfig> = {}) {
  const local = { localSessionsEnabled: true, localSessionsUpgradingEnabled: true };
  const { leader } = new TestEnsemble(1, { ...local, ...options });
  const before = leader.connect();
  before.create('/e', '', 1);
  before.create('/a', 'x');
  const { zxid } = before.call({ type: 'exists', path: '/a', watch: false });
  leader.pipeline.stopServing();
  leader.pipeline.startServing('read-only', 1);
  return { server: leader, before, zxid };
}

describe('a client that is content with reading', () => {
  it('is told so, and reads', () => {
    const c = readOnly().server.connect({ readOnly: true });
    expect(c.connectResponse).toMatchObject({ readOnly: true, timeOut: 10_000 });
    expect(c.get('/a', true)).toBe('x');
    expect(c.children('/')).toEqual(['a', 'e', 'zookeeper']);
    expect(c.err({ type: 'ping' })).toBe(0);
    expect(c.err({ type: 'closeSession' })).toBe(0);
    expect(c.isClosed).toBe(true);
  });

  it.each([
    { type: 'create', path: '/b', data: null, acl: OPEN, flags: 0 },
    { type: 'delete', path: '/a', version: -1 },
    { type: 'setData', path: '/a', data: null, version: -1 },
    { type: 'setACL', path: '/a', acl: OPEN, version: -1 },
    { type: 'multi', ops: [] },
    { type: 'sync', path: '/' },
  ] as const)('cannot $type', (request) => {
    const { server, zxid } = readOnly();
    const c = server.connect({ readOnly: true });
    expect(c.call(request)).toMatchObject({ err: NOTREADONLY, zxid, body: new Uint8Array(0) });
    expect(c.get('/a')).toBe('x');
  });

  it('can come back with its session, but not with one that others know', () => {
    const { server, before } = readOnly();
    const c = server.connect({ readOnly: true });
    c.disconnect();
    const { sessionId, passwd } = c;
    const again = server.connect({ readOnly: true, sessionId, passwd });
    expect(again.connectResponse).toMatchObject({ sessionId, readOnly: true });
    const { sessionId: global, passwd: globalPasswd } = before;
    const refused = server.connect({ readOnly: true, sessionId: global, passwd: globalPasswd });
    expect([refused.isClosed, refused.connectResponse]).toEqual([true, null]);
    const unknown = server.connect({ readOnly: true, sessionId: 0x2000000000000n });
    expect(unknown.connectResponse?.timeOut).toBe(0);
  });

  it('dies with the mode', () => {
    const { server } = readOnly();
    const c = server.connect({ readOnly: true });
    server.pipeline.stopServing();
    expect(c.isClosed).toBe(true);
  });

  it('gets no session where sessions are global: a reply header in its place', () => {
    const { server, zxid } = readOnly({ localSessionsEnabled: false });
    const c = server.open();
    const sent: Uint8Array[] = [];
    c.received = ({ payload }) => sent.push(payload);
    c.handshake({ readOnly: true });
    const view = new DataView(sent[0]?.buffer ?? new ArrayBuffer(0), sent[0]?.byteOffset);
    expect(sent.map(({ length }) => length)).toEqual([16]);
    expect([view.getInt32(0), Number(view.getBigInt64(4)), view.getInt32(12)]).toEqual([
      0,
      zxid,
      NOTREADONLY,
    ]);
  });
});

describe('a client that wants to write', () => {
  it.each([false, null])('is turned away (readOnly %s)', (value) => {
    const c = readOnly().server.connect({ readOnly: value });
    expect([c.isClosed, c.connectResponse]).toEqual([true, null]);
  });
});

it('says so to operators', () => {
  const { server } = readOnly();
  server.connect({ readOnly: true });
  expect(server.word('isro')).toBe('ro');
  expect(server.word('srvr').split('\n').slice(1, 2)).toEqual([
    'READ-ONLY mode; serving only read-only clients',
  ]);
  expect(server.word('srvr')).toContain('Mode: read-only\n');
  expect(server.word('mntr')).toContain('zk_server_state\tread-only\n');
  expect(server.word('mntr')).toContain('zk_local_sessions\t1\n');
});
