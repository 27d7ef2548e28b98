/** Sockets and disks that a host hands in. */

import { expect, test } from 'vitest';
import { utf8Decode, utf8Encode } from '../base/utf8.ts';
import type { DiskOp } from '../server/disk.ts';
import { Conductor } from './Conductor.ts';
import { DEFAULT_ENSEMBLE } from './config.ts';
import { OUTSIDE_CONNECTIONS_FROM as FIRST, type OutsideEvent } from './Outside.ts';
import { SameThreadHost } from './SameThreadHost.ts';
import { TOYS } from './testing/toys.ts';

const hello: readonly OutsideEvent[] = [
  { type: 'clientConnected', connection: FIRST, address: '127.0.0.1:5' },
  { type: 'clientFrame', connection: FIRST, payload: utf8Encode('hello') },
];

function start() {
  const told: string[] = [];
  const writes: (readonly DiskOp[])[] = [];
  const outsideOf = (id: string) => ({
    send: (connection: number, payload: Uint8Array) =>
      told.push(`${id} ${connection - FIRST} ${utf8Decode(payload)}`),
    close: () => {},
    disk: {
      persist: (_token: number, ops: readonly DiskOp[]) => writes.push(ops),
      files: () => new Map<string, Uint8Array>(),
    },
  });
  const config = { ...DEFAULT_ENSEMBLE, participants: 2 };
  const host = new SameThreadHost({ ...TOYS, outsideOf });
  return { told, writes, conductor: new Conductor(config, host, () => {}) };
}

test('what comes in is answered in the same call, and the answer leaves through the host', async () => {
  const { conductor, told } = start();
  await conductor.serve([], 0, 0);
  await conductor.serve([{ to: 'S1', events: hello }], 5, 10);
  expect(told).toEqual(['S1 0 hello']);
});

test('quiet time passes up to now only, but what is due sooner than that has happened', async () => {
  const { conductor } = start();
  await conductor.serve([], 20_000, 1_000_000);
  const dueUs = conductor.nextEventUs;
  expect(dueUs).toBeGreaterThan(1_000_000);
  await conductor.serve([], 1_000_000, 1_000_000);
  expect(conductor.nowUs).toBe(1_000_000);
  await conductor.serve([], 1_000_001, dueUs - 1);
  expect(conductor.nowUs).toBe(1_000_001);
});

test('what comes for a server that is down is lost, for a paused one it waits', async () => {
  const { conductor, told } = start();
  await conductor.perform({ type: 'kill', target: 'S1' });
  await conductor.serve([{ to: 'S1', events: hello }], 10, 1_000);
  await conductor.perform({ type: 'restart', target: 'S1' });
  await conductor.perform({ type: 'pause', target: 'S2' });
  await conductor.serve([{ to: 'S2', events: hello }], 2_000, 3_000);
  expect(told).toEqual([]);
  await conductor.perform({ type: 'resume', target: 'S2' });
  await conductor.serve([], 4_000, 5_000);
  expect(told).toEqual(['S2 0 hello']);
});

test('a real disk gets what the server writes, and the simulated one nothing', async () => {
  const { conductor, writes } = start();
  await conductor.serve([], 500_000, 500_000);
  expect(writes.length).toBeGreaterThan(0);
  expect(conductor.diskOf(1).size).toBe(0);
});
