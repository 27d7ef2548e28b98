/** A small, fixed share of what `npm run fuzz` does. */

import { expect, test } from 'vitest';
import { Xid } from '../../protocol/opcodes.ts';
import { encodeRequest } from '../../protocol/requests.ts';
import { FuzzedEnsemble } from './testing/fuzz/FuzzedEnsemble.ts';
import { fuzzFiles } from './testing/fuzz/fuzzFiles.ts';
import { fuzzFrames } from './testing/fuzz/fuzzFrames.ts';
import { fuzzSockets } from './testing/fuzz/fuzzSockets.ts';
import { portOf, startEnsemble } from './testing/startEnsemble.ts';

test.each([1, 2, 3])('damaged frames, seed %i: answered or closed', { timeout: 60_000 }, (seed) => {
  const { frames, closed, answers } = fuzzFrames(seed, 1_000);
  expect(frames).toBe(1_000);
  expect(closed).toBeGreaterThan(50);
  expect(answers.size).toBeGreaterThan(8);
});

test('damaged frames over sockets: answered or closed', async () => {
  const ensemble = await startEnsemble({ servers: 2, maxClientCnxns: 0 });
  const counts = await fuzzSockets(1, 400, [portOf(ensemble, 1), portOf(ensemble, 2)]);
  expect(counts.frames).toBeGreaterThanOrEqual(400);
});

test.each([1, 2])('damaged files, seed %i: recovered or refused', (seed) => {
  const { files, served, refused } = fuzzFiles(seed, 150);
  expect(files).toBe(150);
  expect(served).toBeGreaterThan(20);
  expect(refused).toBeGreaterThan(20);
});

test('answers to requests that have the xid of an event are counted as answers', () => {
  const client = new FuzzedEnsemble({}).connect(1);
  for (let i = 0; i < 600; i++) {
    client.sendFrame(encodeRequest(Xid.notification, { type: 'exists', path: '/', watch: false }));
  }
  expect(client.socket.received).toHaveLength(600);
});
