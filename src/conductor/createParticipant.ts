/** Builds the participant that a launch describes, from what knows how to make its program. */

import type { ClientConfig, ClientStepper } from '../client/events.ts';
import type { Message } from '../network/Message.ts';
import type { ServerConfig } from '../server/config.ts';
import { ClientRunner, type Drain } from './ClientRunner.ts';
import { Participant } from './Participant.ts';
import type { Launch } from './ParticipantHost.ts';
import type { Machine, Runner } from './Runner.ts';
import { ServerRunner, type ServerStepper } from './ServerRunner.ts';

/** Handed in: the conductor knows no program itself. */
export interface Programs {
  createServer(config: ServerConfig): ServerStepper;
  createClient(config: ClientConfig): ClientStepper;
  readonly drain: Drain;
}

export function createParticipant(
  launch: Launch,
  programs: Programs,
  sendOut: (message: Message) => void,
): Participant {
  const { program, diskLatencyUs } = launch;
  const createRunner = (machine: Machine): Runner => {
    if (program.type === 'server') {
      const server = programs.createServer(program.config);
      return new ServerRunner(machine, server, program.files, diskLatencyUs);
    }
    return new ClientRunner(machine, programs.createClient(program.config), programs.drain);
  };
  return new Participant(launch, createRunner, sendOut);
}
