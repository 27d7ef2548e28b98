/** The worker host over real message ports, its workers in this thread. */

import { afterEach, describe, expect, test } from 'vitest';
import type { Action, StampedAction } from '../../conductor/actions.ts';
import { Conductor } from '../../conductor/Conductor.ts';
import { DEFAULT_ENSEMBLE } from '../../conductor/config.ts';
import { replay } from '../../conductor/replay.ts';
import { startToys, TOYS } from '../../conductor/testing/toys.ts';
import type { RemoteWorker } from './RemoteWorker.ts';
import { WorkerHost } from './WorkerHost.ts';
import { WorkerSide } from './WorkerSide.ts';

const CONFIG = { ...DEFAULT_ENSEMBLE, participants: 3 };
const END_US = 1_500_000;

const addClient: Action = {
  type: 'addClient',
  client: 'C1',
  servers: [],
  sessionTimeoutMs: 4000,
  chroot: '',
};
const say = (name: string): Action => ({
  type: 'command',
  client: 'C1',
  command: 1,
  name,
  args: null,
});

const ACTIONS: readonly StampedAction[] = [
  { atUs: 50_000, action: addClient },
  { atUs: 200_000, action: say('hello') },
  { atUs: 300_000, action: { type: 'kill', target: 'S1' } },
  { atUs: 400_000, action: { type: 'powerCut', target: 'S2' } },
  { atUs: 400_001, action: { type: 'restart', target: 'S1' } },
  { atUs: 500_000, action: { type: 'restart', target: 'S2' } },
  { atUs: 600_000, action: { type: 'setLinks', changes: [{ from: 'S3', to: 'S1', cut: true }] } },
  { atUs: 700_000, action: say('crash') },
  { atUs: 900_000, action: { type: 'heal' } },
  { atUs: 1_000_000, action: { type: 'removeClient', client: 'C1' } },
];

const hosts: WorkerHost[] = [];
const spawned: string[] = [];
const terminated: string[] = [];

function createHost(): WorkerHost {
  const spawn: ConstructorParameters<typeof RemoteWorker>[2] = (role) => {
    const { port1, port2 } = new MessageChannel();
    spawned.push(role);
    new WorkerSide(port2, TOYS);
    return { port: port1, terminate: () => terminated.push(role) };
  };
  const host = new WorkerHost(spawn, (error) => {
    throw error;
  });
  hosts.push(host);
  return host;
}

afterEach(() => {
  for (const host of hosts.splice(0)) host.dispose();
  spawned.length = 0;
  terminated.length = 0;
});

describe('WorkerHost', () => {
  test('does exactly what participants in one thread do', async () => {
    const { conductor: simulator } = startToys();
    for (const stamped of ACTIONS) simulator.schedule(stamped);
    await simulator.advanceTo(END_US);
    const lab = await replay(CONFIG, ACTIONS, END_US, createHost(), () => {});
    expect(lab.actions).toEqual(simulator.actions);
    expect(lab.traceHash).toBe(simulator.traceHash);
  });

  test('has a worker per server and one for the clients, and terminates the killed', async () => {
    const conductor = new Conductor(CONFIG, createHost(), () => {});
    await conductor.perform(addClient);
    expect(spawned).toEqual(['S1', 'S2', 'S3', 'clients']);
    await conductor.advanceTo(100_000);
    expect(terminated).toEqual([]);
    await conductor.perform({ type: 'kill', target: 'S2' });
    await conductor.advanceTo(200_000);
    expect(terminated).toEqual(['S2']);
    await conductor.perform({ type: 'restart', target: 'S2' });
    await conductor.advanceTo(300_000);
    expect(spawned).toEqual(['S1', 'S2', 'S3', 'clients', 'S2']);
  });
});
