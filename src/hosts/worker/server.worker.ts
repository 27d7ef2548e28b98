/** One server: the worker that a kill terminates. */

import { AssertionError } from '../../base/assert.ts';
import { ZooKeeperServer } from '../../server/ZooKeeperServer.ts';
import { serveWorker } from './serveWorker.ts';

serveWorker({
  createServer: (config, tracing) => new ZooKeeperServer(config, tracing),
  createClient: () => {
    throw new AssertionError('clients run in a worker of their own');
  },
  drain: () => Promise.resolve(),
});
