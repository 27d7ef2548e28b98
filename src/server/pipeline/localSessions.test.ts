/**
 * Sessions that only their server knows. Source: LocalSessionRequestTest, LocalSessionsOnlyTest,
 * SessionUpgradeTest, MultiOpSessionUpgradeTest.
 */

import { describe, expect, it } from 'vitest';
import { formatSessionId } from '../../protocol/sessionId.ts';
import type { ServerConfig } from '../config.ts';
import { OPEN, type TestClient } from './testing/TestClient.ts';
import { TestEnsemble } from './testing/TestEnsemble.ts';

const EPHEMERALONLOCALSESSION = -120;
const SESSIONEXPIRED = -112;

function local(options: Partial<ServerConfig> = {}): TestEnsemble {
  return new TestEnsemble(3, { localSessionsEnabled: true, ...options });
}

function isGlobal(ensemble: TestEnsemble, { sessionId }: TestClient): boolean {
  return ensemble.leader.database.sessions.has(sessionId);
}

describe.each([1, 2])('a local session of server %i', (sid) => {
  it('opens, writes and closes without a txn of its own', () => {
    const ensemble = local();
    const zxid = ensemble.leader.database.lastProcessedZxid;
    const c = ensemble.server(sid).connect();
    expect(c.connectResponse?.timeOut).toBe(10_000);
    expect(isGlobal(ensemble, c)).toBe(false);
    expect(ensemble.leader.database.lastProcessedZxid).toBe(zxid);
    c.create('/a', 'x');
    expect(ensemble.server(3).connect().get('/a')).toBe('x');
    const { zxid: afterCreate } = c.call({ type: 'ping' });
    expect(c.call({ type: 'closeSession' })).toMatchObject({ err: 0, zxid: afterCreate });
    expect(c.isClosed).toBe(true);
  });

  it('can be taken up again on its server, and nowhere else', () => {
    const ensemble = local();
    const c = ensemble.server(sid).connect();
    const { sessionId, passwd } = c;
    const again = ensemble.server(sid).connect({ sessionId, passwd });
    expect(again.connectResponse?.sessionId).toBe(sessionId);
    expect(c.isClosed).toBe(true);
    expect(ensemble.server(3).connect({ sessionId, passwd }).connectResponse?.timeOut).toBe(0);
  });

  it('expires where it is', () => {
    const ensemble = local();
    const server = ensemble.server(sid);
    const c = server.connect({ timeOut: 4_000 });
    server.advance(4_000);
    expect(c.err({ type: 'ping' })).toBe(0);
    server.advance(4_000);
    expect(c.isClosed).toBe(false);
    server.advance(1_000);
    expect(c.isClosed).toBe(true);
    const { sessionId, passwd } = c;
    expect(server.connect({ sessionId, passwd }).connectResponse?.timeOut).toBe(0);
  });

  it('owns no ephemerals', () => {
    const c = local().server(sid).connect();
    const ephemeral = { type: 'create', path: '/e', data: null, acl: OPEN, flags: 1 } as const;
    expect(c.err(ephemeral)).toBe(EPHEMERALONLOCALSESSION);
    expect(c.err({ ...ephemeral, type: 'create2' })).toBe(EPHEMERALONLOCALSESSION);
    const { results } = c.ok({ type: 'multi', ops: [ephemeral] });
    // A leader only knows why of its own clients.
    const err = sid === 1 ? EPHEMERALONLOCALSESSION : SESSIONEXPIRED;
    expect(results).toEqual([{ type: 'error', err }]);
  });

  it.each([false, true])('becomes global with its first ephemeral (in a multi: %s)', (inMulti) => {
    const ensemble = local({ localSessionsUpgradingEnabled: true });
    const c = ensemble.server(sid).connect();
    c.create('/a');
    expect(isGlobal(ensemble, c)).toBe(false);
    const create = { type: 'create', path: '/e', data: null, acl: OPEN, flags: 1 } as const;
    expect(c.err(inMulti ? { type: 'multi', ops: [create] } : create)).toBe(0);
    expect(isGlobal(ensemble, c)).toBe(true);
    expect(c.stat('/e').ephemeralOwner).toBe(c.sessionId);
    const { sessionId, passwd } = c;
    const moved = ensemble.server(3).connect({ sessionId, passwd });
    expect(moved.connectResponse?.sessionId).toBe(sessionId);
    expect(moved.err({ type: 'closeSession' })).toBe(0);
    expect(ensemble.leader.database.tree.getNode('/e')).toBeUndefined();
  });

  it('answers in turn while it becomes global', () => {
    const ensemble = local({ localSessionsUpgradingEnabled: true });
    const c = ensemble.server(sid).connect();
    ensemble.isHeld = true;
    c.send({ type: 'create', path: '/e', data: null, acl: OPEN, flags: 1 });
    c.send({ type: 'exists', path: '/e', watch: false });
    expect(c.replyCount).toBe(0);
    ensemble.commitNext();
    expect(c.replyCount).toBe(0);
    ensemble.commitAll();
    expect([c.takeReply().err, c.takeReply().err]).toEqual([0, 0]);
  });
});

it('is what operators see', () => {
  const ensemble = local();
  const c = ensemble.server(2).connect();
  const lines = [
    'SessionTracker dump:',
    'Local Session Sets (1)/(1):',
    '1 expire at Thu Jan 01 00:00:11 UTC 2026:',
    `\t${formatSessionId(c.sessionId)}`,
  ];
  const global = ensemble.server(2).word('dump');
  expect(global.split('\n').slice(0, 5)).toEqual([...lines, 'Global Sessions(0):']);
  expect(ensemble.leader.word('dump').split('\n').slice(0, 3)).toEqual([
    'SessionTracker dump:',
    'Local Session Sets (0)/(0):',
    'Global Session Sets (0)/(0):',
  ]);
  expect(ensemble.server(2).word('mntr')).toContain('zk_local_sessions\t1\n');
});

it('an unknown session of the leader itself is an expired one', () => {
  const ensemble = local();
  const { leader } = ensemble;
  const c = leader.connect();
  const content = { sessionId: c.sessionId + 5n, cxid: 1, opcode: 2, authinfo: [] };
  const body = new Uint8Array([0, 0, 0, 2, 47, 97, 255, 255, 255, 255]);
  ensemble.isHeld = true;
  leader.pipeline.submit({ ...content, body }, 1);
  leader.pipeline.submit({ ...content, sessionId: 2n << 56n, body }, 2);
  expect(ensemble.proposals.map(({ txn }) => txn.body)).toEqual([
    { type: 'error', err: -112 },
    { type: 'error', err: -101 },
  ]);
});
