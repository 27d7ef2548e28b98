/** What runs in a swarm: the real server, and clients that know the workload. */

import { ClientProcess } from '../client/ClientProcess.ts';
import type { Drain } from '../conductor/ClientRunner.ts';
import type { Programs } from '../conductor/createParticipant.ts';
import { ZooKeeperServer } from '../server/ZooKeeperServer.ts';
import { createWorkload } from './workload.ts';

export function swarmPrograms(drain: Drain): Programs {
  return {
    createServer: (config) => new ZooKeeperServer(config),
    createClient: (config) => new ClientProcess(config, createWorkload()),
    drain,
  };
}
