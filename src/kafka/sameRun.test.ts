/** Brokers in one worker do, bit for bit, what brokers in one thread do. */

import { expect, test } from 'vitest';
import type { JsonValue } from '../client/trace.ts';
import type { Action, StampedAction } from '../conductor/actions.ts';
import { Conductor } from '../conductor/Conductor.ts';
import { DEFAULT_ENSEMBLE } from '../conductor/config.ts';
import { SameThreadHost } from '../conductor/SameThreadHost.ts';
import { createPrograms } from '../hosts/programs.ts';
import { WorkerHost } from '../hosts/worker/WorkerHost.ts';
import { WorkerSide } from '../hosts/worker/WorkerSide.ts';

const CONFIG = { ...DEFAULT_ENSEMBLE, participants: 1 };
const END_US = 14_000_000;
const programs = createPrograms(() => new Promise((resolve) => setImmediate(resolve)));

const add = (client: string): Action => ({
  type: 'addClient',
  client,
  servers: [],
  sessionTimeoutMs: 4_000,
  chroot: '',
  meetsClients: true,
});

const say = (client: string, command: number, name: string, args: JsonValue): Action => ({
  type: 'command',
  client,
  command,
  name,
  args,
});

const ACTIONS: readonly StampedAction[] = [
  { atUs: 1_000_000, action: add('C1') },
  { atUs: 1_000_001, action: add('C2') },
  { atUs: 1_000_002, action: add('C3') },
  { atUs: 2_000_000, action: say('C2', 1, 'kafkaBroker', { id: 1 }) },
  { atUs: 2_000_001, action: say('C3', 2, 'kafkaBroker', { id: 2 }) },
  {
    atUs: 4_000_000,
    action: say('C1', 3, 'kafkaCreateTopic', { topic: 'orders', partitions: 2, replicas: 2 }),
  },
  {
    atUs: 5_000_000,
    action: say('C1', 4, 'kafkaProduceLoad', { topic: 'orders', intervalMs: 100 }),
  },
  { atUs: 6_000_000, action: { type: 'kill', target: 'C2' } },
];

test('the same run in one thread and in a worker', { timeout: 30_000 }, async () => {
  let ackedCount = 0;
  const simulator = new Conductor(CONFIG, new SameThreadHost(programs), (events) => {
    ackedCount += events.filter(
      (event) => event.type === 'note' && event.subject === 'acked',
    ).length;
  });
  const host = new WorkerHost(
    () => {
      const { port1, port2 } = new MessageChannel();
      new WorkerSide(port2, programs);
      return { port: port1, terminate: () => {} };
    },
    (error) => {
      throw error;
    },
  );
  const lab = new Conductor(CONFIG, host, () => {});
  for (const conductor of [simulator, lab]) {
    for (const stamped of ACTIONS) conductor.schedule(stamped);
    await conductor.advanceTo(END_US);
  }
  host.dispose();
  expect(ackedCount).toBeGreaterThan(5);
  expect(lab.traceHash).toBe(simulator.traceHash);
});
