/** Real sockets against real servers, in this process. */

import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { serverId } from '../../network/address.ts';
import { KeeperErrorCode } from '../../protocol/errors.ts';
import { ask, RawClient } from './testing/RawClient.ts';
import { kill, leaderOf, portOf, restart, startEnsemble, until } from './testing/startEnsemble.ts';

/** A client of any server that takes it: one that has just elected may not serve yet. */
function clientOf(port: number, options = {}): Promise<RawClient> {
  return until(() => RawClient.connect(port, options).catch(() => null));
}

test('one server: create, get, and the error of a znode that is not there', async () => {
  const ensemble = await startEnsemble({ servers: 1 });
  const client = await clientOf(portOf(ensemble, 1));
  expect(client.session.sessionId).not.toBe(0n);
  expect(client.session.timeOut).toBe(4_000);
  expect(await client.create('/a', 'hello')).toEqual({ path: '/a' });
  expect(await client.get('/a')).toBe('hello');
  expect(await client.get('/b')).toBe(KeeperErrorCode.NONODE);
});

test('a write through one server is read through another, an observer too', async () => {
  const ensemble = await startEnsemble({ servers: 3, observers: 1 });
  const [one, four] = [await clientOf(portOf(ensemble, 1)), await clientOf(portOf(ensemble, 4))];
  await one.create('/a', 'x');
  expect(await four.call({ type: 'sync', path: '/a' })).toEqual({ path: '/a' });
  expect(await four.get('/a')).toBe('x');
});

test('a pipelined client gets every answer, in order', async () => {
  const ensemble = await startEnsemble({ servers: 3 });
  const client = await clientOf(portOf(ensemble, 2));
  await client.create('/n', '0');
  const path = '/n';
  // More than a server takes of one connection: the rest must wait in the socket.
  const COUNT = 1_500;
  for (let i = 0; i < COUNT; i++) {
    client.send(
      i % 3 === 0
        ? { type: 'setData', path, data: Buffer.from(`${i}`), version: -1 }
        : { type: 'getData', path, watch: false },
    );
  }
  const answers: (readonly [xid: number, error: number])[] = [];
  for (let i = 0; i < COUNT; i++) {
    const reply = Buffer.from(await client.next());
    answers.push([reply.readInt32BE(0), reply.readInt32BE(12)]);
  }
  expect(answers).toEqual(Array.from({ length: COUNT }, (_, i) => [i + 2, 0]));
  expect(await client.get(path)).toBe(`${COUNT - 3}`);
});

test('/zookeeper/config says where clients find the servers', async () => {
  const ensemble = await startEnsemble({ servers: 2, observers: 1 });
  const client = await RawClient.connect(portOf(ensemble, 2));
  const text = await client.get('/zookeeper/config');
  const lines = String(text).split('\n').slice(0, 3);
  expect(lines).toEqual(
    ['participant', 'participant', 'observer'].map(
      (role, i) => `server.${i + 1}=127.0.0.1:0:0:${role};127.0.0.1:${portOf(ensemble, i + 1)}`,
    ),
  );
  expect(await ask(portOf(ensemble, 1), 'conf')).toContain(`clientPort=${portOf(ensemble, 1)}\n`);
});

test('what a server is told beyond the rest: a short list of words, short frames', async () => {
  const server = { fourLetterWords: ['ruok'], frameBytesMax: 2_000 };
  const ensemble = await startEnsemble({ servers: 1, server });
  const port = portOf(ensemble, 1);
  expect(await ask(port, 'ruok')).toBe('imok');
  expect(await ask(port, 'mntr')).toMatch('not in the whitelist');
  const client = await RawClient.connect(port);
  client.send({ type: 'setData', path: '/', data: new Uint8Array(2_000), version: -1 });
  await client.closed;
});

test('four-letter words answer in plain text and close', async () => {
  const ensemble = await startEnsemble({ servers: 1 });
  const port = portOf(ensemble, 1);
  expect(await ask(port, 'ruok')).toBe('imok');
  expect(await ask(port, 'srvr')).toMatch(/^Zookeeper version: .*\nLatency[\s\S]*\nMode: leader\n/);
});

test('when the leader is killed its client goes on elsewhere with its session', async () => {
  const ensemble = await startEnsemble({ servers: 3 });
  const leader = leaderOf(ensemble) ?? 0;
  const client = await clientOf(portOf(ensemble, leader));
  await client.create('/mine', 'kept', 1);
  await kill(ensemble, leader);
  await client.closed;
  const refused = connect(portOf(ensemble, leader), '127.0.0.1');
  const error = await new Promise((resolve) => refused.on('error', resolve));
  expect(error).toMatchObject({ code: 'ECONNREFUSED' });
  const { sessionId, passwd } = client.session;
  const other = portOf(ensemble, (leader % 3) + 1);
  const again = await clientOf(other, { sessionId, passwd });
  expect(again.session.sessionId).toBe(sessionId);
  expect(await again.get('/mine')).toBe('kept');
  expect(await again.create('/after')).toEqual({ path: '/after' });

  await restart(ensemble, leader);
  const back = await clientOf(portOf(ensemble, leader));
  await back.call({ type: 'sync', path: '/' });
  expect(await back.get('/after')).toBe('');
});

test('a client of a paused server waits, and is answered after it', async () => {
  const ensemble = await startEnsemble({ servers: 1, tickTimeMs: 1000 });
  const client = await clientOf(portOf(ensemble, 1));
  await ensemble.perform({ type: 'pause', target: 'S1' });
  let isAnswered = false;
  const answer = client.create('/a').then((value) => {
    isAnswered = true;
    return value;
  });
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(isAnswered).toBe(false);
  await ensemble.perform({ type: 'resume', target: 'S1' });
  expect(await answer).toEqual({ path: '/a' });
});

test('a power cut tells clients nothing until the machine is back', async () => {
  const ensemble = await startEnsemble({ servers: 1 });
  const client = await clientOf(portOf(ensemble, 1));
  await client.create('/a', 'flushed');
  let isClosed = false;
  void client.closed.then(() => {
    isClosed = true;
  });
  await ensemble.perform({ type: 'powerCut', target: serverId(1) });
  client.send({ type: 'ping' });
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(isClosed).toBe(false);
  await restart(ensemble, 1);
  await client.closed;
  const again = await clientOf(portOf(ensemble, 1));
  expect(await again.get('/a')).toBe('flushed');
});

test('a session whose client is silent expires by the wall clock', async () => {
  const ensemble = await startEnsemble({ servers: 1, tickTimeMs: 50 });
  const client = await clientOf(portOf(ensemble, 1), { timeOut: 100 });
  await client.create('/e', '', 1);
  const startedMs = performance.now();
  await client.closed;
  expect(performance.now() - startedMs).toBeGreaterThan(95);
  const other = await clientOf(portOf(ensemble, 1));
  expect(await other.get('/e')).toBe(KeeperErrorCode.NONODE);
});

test('with real files a power cut of every server loses nothing acknowledged', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'ensemble-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const ensemble = await startEnsemble({ servers: 3, data: { directory, fsync: true } });
  const client = await clientOf(portOf(ensemble, 1));
  for (let i = 0; i < 10; i++) await client.create(`/n${i}`, `${i}`);
  for (const sid of [1, 2, 3]) {
    await ensemble.perform({ type: 'powerCut', target: serverId(sid) });
  }
  for (const sid of [1, 2, 3]) await restart(ensemble, sid);
  const again = await clientOf(portOf(ensemble, 2));
  await again.call({ type: 'sync', path: '/' });
  for (let i = 0; i < 10; i++) expect(await again.get(`/n${i}`)).toBe(`${i}`);
  expect(readdirSync(join(directory, 'server2', 'version-2'))).toContain('currentEpoch');
});

test('a znode of a million bytes comes and goes in one piece', async () => {
  const ensemble = await startEnsemble({ servers: 1 });
  const port = portOf(ensemble, 1);
  const client = await clientOf(port);
  await client.create('/big', 'x'.repeat(1_000_000));
  expect((await client.get('/big')).toString()).toHaveLength(1_000_000);
});
