/** Builds the participant that a launch describes, from what knows how to make its program. */

import type { ClientConfig, ClientStepper } from '../client/events.ts';
import type { ParticipantId } from '../network/address.ts';
import type { Message } from '../network/Message.ts';
import type { ServerConfig } from '../server/config.ts';
import { ALWAYS_TRACING, type Tracing } from '../server/context.ts';
import { ClientRunner, type Drain } from './ClientRunner.ts';
import type { Outside } from './Outside.ts';
import { Participant } from './Participant.ts';
import type { Launch } from './ParticipantHost.ts';
import type { Machine, Runner } from './Runner.ts';
import { ServerRunner, type ServerStepper } from './ServerRunner.ts';

/** Handed in: the conductor knows no program itself. */
export interface Programs {
  createServer(config: ServerConfig, tracing: Tracing): ServerStepper;
  createClient(config: ClientConfig): ClientStepper;
  readonly drain: Drain;
  /** Left out: everything is traced. */
  readonly tracing?: Tracing;
  /** For a host with sockets or files of its own. */
  outsideOf?(server: ParticipantId): Outside;
}

export function createParticipant(
  launch: Launch,
  programs: Programs,
  sendOut: (message: Message) => void,
): Participant {
  const { program, diskLatencyUs } = launch;
  const tracing = programs.tracing ?? ALWAYS_TRACING;
  const createRunner = (machine: Machine): Runner => {
    if (program.type === 'server') {
      const server = programs.createServer(program.config, tracing);
      const outside = programs.outsideOf?.(launch.who) ?? null;
      return new ServerRunner(machine, server, program.files, diskLatencyUs, outside);
    }
    const client = programs.createClient(program.config);
    return new ClientRunner(machine, client, programs.drain, program.files, diskLatencyUs);
  };
  return new Participant(launch, createRunner, sendOut, tracing);
}
