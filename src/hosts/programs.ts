/**
 * What runs inside a participant: the server, and clients with their commands. One list for every
 * host.
 */

import { ClientProcess } from '../client/ClientProcess.ts';
import { createPlainCommands } from '../client/commands.ts';
import type { ClientConfig, ClientStepper } from '../client/events.ts';
import type { Drain } from '../conductor/ClientRunner.ts';
import type { Programs } from '../conductor/createParticipant.ts';
import type { ServerStepper } from '../conductor/ServerRunner.ts';
import { createKafkaCommands } from '../kafka/commands.ts';
import { createRecipeCommands } from '../recipes/commands.ts';
import type { ServerConfig } from '../server/config.ts';
import type { Tracing } from '../server/context.ts';
import { ZooKeeperServer } from '../server/ZooKeeperServer.ts';

export function createServer(config: ServerConfig, tracing: Tracing): ServerStepper {
  return new ZooKeeperServer(config, tracing);
}

export function createClient(config: ClientConfig): ClientStepper {
  const commands = new Map([
    ...createPlainCommands(),
    ...createRecipeCommands(),
    ...createKafkaCommands(),
  ]);
  return new ClientProcess(config, commands);
}

/** `drain` lets microtasks finish; how depends on where this runs. */
export function createPrograms(drain: Drain): Programs {
  return { createServer, createClient, drain };
}
