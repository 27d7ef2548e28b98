/** Three hosts with one server each, which know each other by TCP alone. */

import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { ask, RawClient } from '../testing/RawClient.ts';
import { until } from '../testing/startEnsemble.ts';
import { startMembers } from './testing/startMembers.ts';

test('a write through each is read through all', async () => {
  const members = await startMembers(3);
  for (const sid of [1, 2, 3]) {
    const client = await members.client(sid);
    expect(await client.create(`/by${sid}`, `${sid}`)).toEqual({ path: `/by${sid}` });
    client.end();
  }
  for (const sid of [1, 2, 3]) {
    const client = await members.client(sid);
    await client.call({ type: 'sync', path: '/' });
    for (const by of [1, 2, 3]) expect(await client.get(`/by${by}`)).toBe(`${by}`);
    client.end();
  }
});

test('the leader goes, a session moves, and a server that lost its disk gets a snapshot', async () => {
  const members = await startMembers(3);
  const leader = await members.leader();
  const [next = 0] = [1, 2, 3].filter((sid) => sid !== leader);
  const before = await members.client(leader);
  await before.create('/e', 'mine', 1);
  const { sessionId, passwd } = before.session;
  members.kill(leader);
  const after = await members.client(next, { sessionId, passwd });
  expect(after.session.sessionId).toBe(sessionId);
  expect(await after.get('/e')).toBe('mine');
  members.wipe(leader);
  await members.start(leader);
  const back = await members.client(leader);
  await back.call({ type: 'sync', path: '/' });
  expect(await back.get('/e')).toBe('mine');
  expect(members.traces.some(({ type }) => type === 'snapshotLoaded')).toBe(true);
  after.end();
  back.end();
});

test('who is no peer harms nobody', async () => {
  const members = await startMembers(3);
  const leader = await members.leader();
  const { peers } = members.optionsOf(leader).config;
  const address = peers.find(({ sid }) => sid === leader)?.address ?? '';
  const [, quorumPort = '', electionPort = ''] = /:(\d+):(\d+)/.exec(address) ?? [];
  for (const port of [quorumPort, electionPort]) {
    for (const bytes of [Buffer.alloc(40, 0xff), Buffer.from('GET / HTTP/1.0\r\n\r\n')]) {
      const socket = connect(Number(port), '127.0.0.1', () => socket.end(bytes));
      socket.on('error', () => {});
      await new Promise((resolve) => socket.on('close', resolve));
    }
  }
  const client = await members.client(leader);
  expect(await client.create('/still', 'here')).toEqual({ path: '/still' });
  client.end();
});

test('without a quorum nobody is served, and four-letter words say so', async () => {
  const members = await startMembers(3);
  const leader = await members.leader();
  for (const sid of [1, 2, 3]) if (sid !== leader) members.kill(sid);
  const words = await until(async () => {
    const text = await ask(members.port(leader), 'srvr');
    return text.includes('not currently serving') ? text : null;
  });
  expect(words).toContain('not currently serving requests');
  await expect(RawClient.connect(members.port(leader))).rejects.toThrow();
});
