/** Real servers without a quorum, and a client that makes do with reading. */

import { expect, test } from 'vitest';
import { ClientProcess } from '../client/ClientProcess.ts';
import { createPlainCommands } from '../client/commands.ts';
import { ZooKeeperServer } from '../server/ZooKeeperServer.ts';
import type { TraceEvent } from '../trace/TraceEvent.ts';
import { Conductor } from './Conductor.ts';
import { DEFAULT_ENSEMBLE } from './config.ts';
import { SameThreadHost } from './SameThreadHost.ts';

const host = new SameThreadHost({
  createServer: (config) => new ZooKeeperServer(config),
  createClient: (config) => new ClientProcess(config, createPlainCommands()),
  drain: () => new Promise((resolve) => setImmediate(resolve)),
});

const CONFIG = {
  ...DEFAULT_ENSEMBLE,
  participants: 3,
  server: { ...DEFAULT_ENSEMBLE.server, readOnlyModeEnabled: true, localSessionsEnabled: true },
};

test('reads without a quorum, and moves to a server that writes', async () => {
  const events: TraceEvent[] = [];
  const conductor = new Conductor(CONFIG, host, (batch) => {
    events.push(...batch);
  });
  await conductor.advanceTo(1_500_000);
  for (const target of ['S2', 'S3'] as const) await conductor.perform({ type: 'kill', target });
  const add = { sessionTimeoutMs: 10_000, chroot: '', canBeReadOnly: true } as const;
  const servers = ['S1', 'S2', 'S3'] as const;
  await conductor.perform({ type: 'addClient', client: 'C1', servers, ...add });
  await conductor.advanceTo(30_000_000);
  const states = () =>
    events.filter((it) => it.type === 'clientStateChanged').map((it) => it.state);
  expect(states().at(-1)).toBe('connectedReadOnly');
  const ask = async (command: number, name: string, args: { readonly path: string }) => {
    await conductor.perform({ type: 'command', client: 'C1', command, name, args });
    await conductor.advanceTo(conductor.nowUs + 1_000_000);
    return events.find((it) => it.type === 'commandDone' && it.command === command);
  };
  expect(await ask(1, 'ls', { path: '/' })).toMatchObject({ ok: true });
  const refused = { ok: false, error: 'Not a read-only call: /a' };
  expect(await ask(2, 'create', { path: '/a' })).toMatchObject(refused);
  for (const target of ['S2', 'S3'] as const) await conductor.perform({ type: 'restart', target });
  await conductor.advanceTo(conductor.nowUs + 90_000_000);
  expect(states().at(-1)).toBe('connected');
  expect(await ask(3, 'create', { path: '/a' })).toMatchObject({ ok: true });
});
