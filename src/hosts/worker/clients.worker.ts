/** Every client, each with its own session and clock; they never wait for each other. */

import { AssertionError } from '../../base/assert.ts';
import { createClient } from '../createClient.ts';
import { createDrain } from './createDrain.ts';
import { serveWorker } from './serveWorker.ts';

serveWorker({
  createServer: () => {
    throw new AssertionError('each server runs in a worker of its own');
  },
  createClient,
  drain: createDrain(),
});
