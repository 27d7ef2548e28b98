/** How a launch becomes a running program: the conductor is handed this and knows no program itself. */

import { assert } from '../base/assert.ts';
import type { ClientConfig, ClientStepper } from '../client/events.ts';
import type { ServerConfig } from '../server/config.ts';
import { ClientRunner, type Drain } from './ClientRunner.ts';
import type { Launch } from './ParticipantHost.ts';
import type { Machine, Runner } from './Runner.ts';
import { ServerRunner, type ServerStepper } from './ServerRunner.ts';

export type RunnerFactory = (launch: Launch, machine: Machine) => Runner;

export function serverRunners(
  createServer: (config: ServerConfig) => ServerStepper,
): RunnerFactory {
  return ({ program, diskLatencyUs }, machine) => {
    assert(program.type === 'server', 'this host runs servers only');
    return new ServerRunner(machine, createServer(program.config), program.files, diskLatencyUs);
  };
}

export function clientRunners(
  createClient: (config: ClientConfig) => ClientStepper,
  drain: Drain,
): RunnerFactory {
  return ({ program }, machine) => {
    assert(program.type === 'client', 'this host runs clients only');
    return new ClientRunner(machine, createClient(program.config), drain);
  };
}

/** Servers and clients in one place. */
export function runners(servers: RunnerFactory, clients: RunnerFactory): RunnerFactory {
  return (launch, machine) =>
    launch.program.type === 'server' ? servers(launch, machine) : clients(launch, machine);
}
