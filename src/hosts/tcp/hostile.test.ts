/** What one client does wrong harms no other. */

import { connect, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { ClientPort } from './ClientPort.ts';
import { RawClient } from './testing/RawClient.ts';
import { portOf, startEnsemble, until } from './testing/startEnsemble.ts';

async function start() {
  const ensemble = await startEnsemble({ servers: 1 });
  const port = portOf(ensemble, 1);
  const good = await until(() => RawClient.connect(port).catch(() => null));
  await good.create('/a', 'fine');
  const isFine = async () => (await good.get('/a')) === 'fine';
  const size = () => ensemble.servers.get('S1')?.port.size ?? 0;
  return { port, isFine, size };
}

function closeOf(socket: Socket): Promise<void> {
  socket.on('error', () => {});
  socket.resume();
  return new Promise((resolve) => socket.on('close', () => resolve()));
}

test('a frame that claims too much, and garbage, close that connection only', async () => {
  const { port, isFine } = await start();
  const claims = ['7fffffff', 'ffffffff', '00100000', '0000000400000001', '00000000'];
  for (const hex of [...claims, 'deadbeef'.repeat(50)]) {
    const socket = connect(port, '127.0.0.1');
    socket.write(Buffer.from(hex, 'hex'));
    await closeOf(socket);
    expect(await isFine()).toBe(true);
  }
});

test('a frame that is too long closes the connection of a session, too', async () => {
  const { port, isFine } = await start();
  const client = await RawClient.connect(port);
  client.socket.write(Buffer.from('00100000', 'hex'));
  await client.closed;
  expect(await isFine()).toBe(true);
});

test('of a hundred connections of one address sixty are taken', async () => {
  const { port, isFine, size } = await start();
  const sockets = Array.from({ length: 100 }, () => connect(port, '127.0.0.1'));
  let closed = 0;
  for (const socket of sockets) void closeOf(socket).then(() => closed++);
  await until(() => closed === 41);
  expect(size()).toBe(60);
  expect(await isFine()).toBe(true);
  for (const socket of sockets) socket.destroy();
  await until(() => size() === 1);
  const next = await RawClient.connect(port);
  expect(await next.get('/a')).toBe('fine');
});

test('whoever asks by the thousand and reads nothing gets no further than its share', async () => {
  const { port, isFine } = await start();
  const client = await RawClient.connect(port);
  await client.create('/big', 'x'.repeat(100_000));
  client.socket.pause();
  for (let i = 0; i < 5_000; i++) client.send({ type: 'getData', path: '/big', watch: false });
  for (let i = 0; i < 20; i++) expect(await isFine()).toBe(true);
  // All the answers together would be 500 MB.
  expect(process.memoryUsage().arrayBuffers).toBeLessThan(200 << 20);
  client.socket.resume();
  for (let i = 0; i < 200; i++) await client.next();
});

test('one that sends byte by byte is served, at its pace', async () => {
  const { port, isFine } = await start();
  const word = connect(port, '127.0.0.1');
  let answer = '';
  word.on('data', (chunk) => {
    answer += String(chunk);
  });
  const closed = closeOf(word);
  word.setNoDelay(true);
  for (const letter of 'ruok') {
    word.write(letter);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await isFine()).toBe(true);
  }
  await closed;
  expect(answer).toBe('imok');
});

test('one that never says who it is has to go', async () => {
  const limits = { frameBytesMax: 100, maxClientCnxns: 0, globalOutstandingLimit: 1_000 };
  const options = { host: '127.0.0.1', port: 0, tls: null, ...limits };
  const port = new ClientPort({ ...options, connectTimeoutMs: 30 }, () => {});
  await port.open();
  onTestFinished(() => port.close(false));
  const silent = connect(port.port, '127.0.0.1');
  const slow = connect(port.port, '127.0.0.1');
  slow.write(Buffer.from('0000002c00', 'hex'));
  await Promise.all([closeOf(silent), closeOf(slow)]);
  await until(() => port.size === 0);
});
