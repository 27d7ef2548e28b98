/** What runs inside the participants of a host that is one program: servers and clients. */

import type { Drain } from '../conductor/ClientRunner.ts';
import type { Programs } from '../conductor/createParticipant.ts';
import type { ServerStepper } from '../conductor/ServerRunner.ts';
import type { ServerConfig } from '../server/config.ts';
import type { Tracing } from '../server/context.ts';
import { createOperatorCommands } from '../server/pipeline/operatorCommands.ts';
import { ZooKeeperServer } from '../server/ZooKeeperServer.ts';
import { createClient } from './createClient.ts';

export function createServer(config: ServerConfig, tracing: Tracing): ServerStepper {
  return new ZooKeeperServer(config, tracing, createOperatorCommands);
}

/** `drain` lets microtasks finish; how depends on where this runs. */
export function createPrograms(drain: Drain): Programs {
  return { createServer, createClient, drain };
}
