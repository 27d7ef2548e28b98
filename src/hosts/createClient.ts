/** A client with every command that it can be given. */

import { ClientProcess } from '../client/ClientProcess.ts';
import { createPlainCommands } from '../client/commands.ts';
import type { ClientConfig, ClientStepper } from '../client/events.ts';
import { createKafkaCommands } from '../kafka/commands.ts';
import { createRecipeCommands } from '../recipes/commands.ts';

export function createClient(config: ClientConfig): ClientStepper {
  const commands = new Map([
    ...createPlainCommands(),
    ...createRecipeCommands(),
    ...createKafkaCommands(),
  ]);
  return new ClientProcess(config, commands);
}
