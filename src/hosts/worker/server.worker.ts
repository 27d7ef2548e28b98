/** One server: the worker that a kill terminates. */

import { AssertionError } from '../../base/assert.ts';
import { createServer } from '../programs.ts';
import { serveWorker } from './serveWorker.ts';

serveWorker({
  createServer,
  createClient: () => {
    throw new AssertionError('clients run in a worker of their own');
  },
  drain: () => Promise.resolve(),
});
