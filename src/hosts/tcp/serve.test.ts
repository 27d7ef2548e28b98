/** `npm run serve` as a process of its own. */

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { RawClient } from './testing/RawClient.ts';
import { until } from './testing/startEnsemble.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const TLS = fileURLToPath(new URL('./testing/tls', import.meta.url));
const TIMEOUT_MS = 60_000;

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function serve(...args: readonly string[]): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/serveEnsemble.ts', ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => {
    out += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    err += String(chunk);
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code) => resolve({ code, out, err }));
  });
  return { child, ended };
}

function linesOf(child: ChildProcess, count: number): Promise<readonly string[]> {
  let text = '';
  return new Promise((resolve) => {
    child.stdout?.on('data', (chunk) => {
      text += String(chunk);
      const lines = text.split('\n');
      if (lines.length > count) resolve(lines);
    });
  });
}

async function portsOf(child: ChildProcess): Promise<readonly number[]> {
  const [connectString = ''] = await linesOf(child, 1);
  return connectString.split(',').map((server) => Number(server.split(':')[1]));
}

function folder(): string {
  const directory = mkdtempSync(join(tmpdir(), 'ensemble-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

test('kill -9 of the process loses nothing acknowledged', { timeout: TIMEOUT_MS }, async () => {
  const args = ['--port', '0', '--servers', '3', '--data', folder()];
  const first = serve(...args);
  const [port = 0] = await portsOf(first.child);
  const client = await until(() => RawClient.connect(port).catch(() => null));
  await client.create('/n');
  let acknowledged = 0;
  let isClosed = false;
  const writing = (async () => {
    for (;;) {
      await client.create(`/n/${acknowledged + 1}`, `${acknowledged + 1}`);
      acknowledged += 1;
    }
  })().catch(() => {
    isClosed = true;
  });
  await until(() => acknowledged > 20 || isClosed);
  expect(isClosed).toBe(false);
  first.child.kill('SIGKILL');
  await Promise.all([first.ended, writing]);

  const second = serve(...args);
  const ports = await portsOf(second.child);
  for (const each of ports) {
    const again = await until(() => RawClient.connect(each).catch(() => null));
    await again.call({ type: 'sync', path: '/' });
    for (let i = 1; i <= acknowledged; i++) expect(await again.get(`/n/${i}`)).toBe(`${i}`);
  }
});

test('session ids of an earlier process do not come again', { timeout: TIMEOUT_MS }, async () => {
  const args = ['--port', '0', '--servers', '1', '--data', folder()];
  const ids: bigint[] = [];
  for (let i = 0; i < 2; i++) {
    const { child, ended } = serve(...args);
    const [port = 0] = await portsOf(child);
    const client = await until(() => RawClient.connect(port).catch(() => null));
    ids.push(client.session.sessionId);
    await client.call({ type: 'closeSession' });
    child.kill('SIGTERM');
    await ended;
  }
  expect(new Set(ids).size).toBe(ids.length);
});

test('SIGTERM ends it cleanly, and TLS is what its clients speak', {
  timeout: TIMEOUT_MS,
}, async () => {
  const certFile = join(TLS, 'cert.pem');
  const tls = ['--tls-cert', certFile, '--tls-key', join(TLS, 'key.pem')];
  const { child, ended } = serve('--port', '0', '--servers', '1', ...tls);
  const [port = 0] = await portsOf(child);
  const ca = readFileSync(certFile, 'utf8');
  const client = await until(() => RawClient.connect(port, {}, ca).catch(() => null));
  expect(await client.create('/a')).toEqual({ path: '/a' });
  await expect(RawClient.connect(port)).rejects.toThrow('closed');
  child.kill('SIGTERM');
  await client.closed;
  expect(await ended).toMatchObject({ code: 0, err: '' });
});

test('files that another process keeps are refused', { timeout: TIMEOUT_MS }, async () => {
  const directory = folder();
  const args = ['--port', '0', '--servers', '1', '--data', directory];
  const { child } = serve(...args);
  await portsOf(child);
  const err = `${directory} is in use by process ${child.pid}.\n`;
  expect(await serve(...args).ended).toEqual({ code: 1, out: '', err });
});

test('a port in use is one line', { timeout: TIMEOUT_MS }, async () => {
  const other = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => {
    other.close();
  });
  await new Promise((resolve) => other.on('listening', resolve));
  const address = other.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  const { ended } = serve('--port', `${port}`, '--servers', '1');
  expect(await ended).toEqual({ code: 1, out: '', err: `Port ${port} is in use.\n` });
});

test('a bad option is one line, and exit code 2', { timeout: TIMEOUT_MS }, async () => {
  const err = '--servers takes a whole number from 1 to 64, not "many".\n';
  expect(await serve('--servers', 'many').ended).toEqual({ code: 2, out: '', err });
});
