/** What runs inside a participant: the server, and clients with their commands. One list for every host. */

import { ClientProcess } from '../client/ClientProcess.ts';
import { createPlainCommands } from '../client/commands.ts';
import type { Drain } from '../conductor/ClientRunner.ts';
import type { Programs } from '../conductor/createParticipant.ts';
import { createRecipeCommands } from '../recipes/commands.ts';
import { ZooKeeperServer } from '../server/ZooKeeperServer.ts';

/** `drain` lets microtasks finish; how depends on where this runs. */
export function createPrograms(drain: Drain): Programs {
  return {
    createServer: (config) => new ZooKeeperServer(config),
    createClient: (config) => {
      const commands = new Map([...createPlainCommands(), ...createRecipeCommands()]);
      return new ClientProcess(config, commands);
    },
    drain,
  };
}
