/** The real server and client on the simulator. */

import { describe, expect, test } from 'vitest';
import { ClientProcess } from '../client/ClientProcess.ts';
import { createPlainCommands } from '../client/commands.ts';
import { ZooKeeperServer } from '../server/ZooKeeperServer.ts';
import type { TraceEvent } from '../trace/TraceEvent.ts';
import { Conductor } from './Conductor.ts';
import { DEFAULT_ENSEMBLE } from './config.ts';
import type { Programs } from './createParticipant.ts';
import { replay } from './replay.ts';
import { SameThreadHost } from './SameThreadHost.ts';

const PROGRAMS: Programs = {
  createServer: (config) => new ZooKeeperServer(config),
  createClient: (config) => new ClientProcess(config, createPlainCommands()),
  drain: () => new Promise((resolve) => setImmediate(resolve)),
};

const createHost = () => new SameThreadHost(PROGRAMS);

function start() {
  const events: TraceEvent[] = [];
  const conductor = new Conductor(DEFAULT_ENSEMBLE, createHost(), (batch) => {
    events.push(...batch);
  });
  const find = <T extends TraceEvent['type']>(type: T, fromUs = 0) =>
    events.find((event) => event.type === type && event.atUs >= fromUs);
  return { conductor, events, find };
}

describe('five servers', () => {
  test('elect S5 within a second and serve a client', async () => {
    const { conductor, find } = start();
    await conductor.advanceTo(1_000_000);
    expect(find('leaderEstablished')?.who).toBe('S5');
    const sessionTimeoutMs = 10_000;
    const client = 'C1';
    const addClient = {
      type: 'addClient',
      client,
      servers: [],
      sessionTimeoutMs,
      chroot: '',
    } as const;
    expect((await conductor.perform(addClient)).ok).toBe(true);
    const args = { path: '/a', data: 'x' };
    await conductor.perform({ type: 'command', client, command: 1, name: 'create', args });
    await conductor.advanceTo(2_000_000);
    expect(find('commandDone')).toMatchObject({ ok: true, data: { path: '/a' } });
    expect(conductor.diskOf(5).size).toBeGreaterThan(0);
  });

  test('elect another leader when theirs is killed, and take it back in', async () => {
    const { conductor, find, events } = start();
    await conductor.advanceTo(1_000_000);
    await conductor.perform({ type: 'kill', target: 'S5' });
    await conductor.advanceTo(3_000_000);
    expect(find('leaderEstablished', 1_000_000)?.who).toBe('S4');
    await conductor.perform({ type: 'restart', target: 'S5' });
    await conductor.advanceTo(6_000_000);
    const states = events.filter(({ type, who }) => type === 'stateChanged' && who === 'S5');
    expect(states.at(-1)).toMatchObject({ state: 'FOLLOWING', leader: 4 });
    const again = await replay(
      DEFAULT_ENSEMBLE,
      conductor.actions,
      conductor.nowUs,
      createHost(),
      () => {},
    );
    expect(again.traceHash).toBe(conductor.traceHash);
  });
});
