/**
 * One run of a recipe: clients use it while faults come and go; then everything is healed, every
 * client must come to its end, and the check has the last word.
 */

import type { CommandRegistry } from '../../client/ClientContext.ts';
import { ClientProcess } from '../../client/ClientProcess.ts';
import { createPlainCommands } from '../../client/commands.ts';
import type { Action } from '../../conductor/actions.ts';
import type { Drain } from '../../conductor/ClientRunner.ts';
import { Conductor } from '../../conductor/Conductor.ts';
import { SameThreadHost } from '../../conductor/SameThreadHost.ts';
import { serverId } from '../../network/address.ts';
import { ZooKeeperServer } from '../../server/ZooKeeperServer.ts';
import type { TraceEvent } from '../../trace/TraceEvent.ts';
import { actionsOf, type Sight } from '../Fault.ts';
import type { Scenario } from '../Scenario.ts';
import { Status } from '../Status.ts';
import type { RecipeCase } from './RecipeCase.ts';
import { ServiceTree } from './ServiceTree.ts';

const PATIENCE_US = 60_000_000;
const POLL_US = 100_000;
/** For what comes late, such as a watch of the last change. */
const REST_US = 3_000_000;

interface Step {
  readonly atUs: number;
  readonly actions: () => readonly Action[];
}

/** What is wrong, or null. */
export async function runRecipe(
  scenario: Scenario,
  recipe: RecipeCase,
  drain: Drain,
  onEvent: (event: TraceEvent) => void = () => {},
): Promise<string | null> {
  const status = new Status();
  const tree = new ServiceTree();
  const check = recipe.check();
  let violation: string | null = null;
  const onTrace = (events: readonly TraceEvent[]): void => {
    for (const event of events) {
      onEvent(event);
      status.observe(event);
      tree.observe(event);
      const sentence = check.observe(event, tree) ?? failureIn(event);
      if (sentence !== null) violation ??= `${secondsOf(event.atUs)} ${sentence}`;
    }
  };
  const host = new SameThreadHost({
    createServer: (config) => new ZooKeeperServer(config),
    createClient: (config) => new ClientProcess(config, programsOf(recipe)),
    drain,
  });
  const conductor = new Conductor(scenario.config, host, onTrace);
  for (const { atUs, actions } of stepsOf(scenario, status)) {
    if (atUs - 1 > conductor.nowUs) await conductor.advanceTo(atUs - 1);
    if (violation !== null) break;
    for (const action of actions()) await conductor.perform(action);
  }
  const deadlineUs = conductor.nowUs + PATIENCE_US;
  const lack = (): string | null => unfinished(scenario, status);
  while (violation === null && lack() !== null && conductor.nowUs < deadlineUs) {
    await conductor.advanceTo(conductor.nowUs + POLL_US);
  }
  if (violation === null && lack() === null) {
    await conductor.advanceTo(conductor.nowUs + REST_US);
    violation ??= check.atEnd?.(tree) ?? null;
  }
  conductor.dispose();
  return violation ?? lack();
}

function programsOf({ work }: RecipeCase): CommandRegistry {
  return new Map([
    ...createPlainCommands(),
    [
      'work',
      async (context, args) => {
        const { index, untilMs, name } = args as { index: number; untilMs: number; name: string };
        await work(context, { index, untilMs, name });
        return null;
      },
    ],
  ]);
}

function stepsOf({ config, clients, faults, healUs }: Scenario, status: Status): readonly Step[] {
  const servers = Array.from({ length: config.participants }, (_, i) => serverId(i + 1));
  const names = clients.map(({ client }) => client);
  const sight: Sight = {
    servers,
    clients: names,
    leader: () => status.leader(),
    sessionOf: (client) => status.sessionOf(client),
  };
  const untilMs = Math.floor(healUs / 1000);
  const steps: Step[] = clients.map(({ client, startUs, sessionTimeoutMs }, index) => ({
    atUs: startUs,
    actions: () => [
      { type: 'addClient', client, servers: [], sessionTimeoutMs, chroot: '' },
      {
        type: 'command',
        client,
        command: index + 1,
        name: 'work',
        args: { index, untilMs, name: client },
      },
    ],
  }));
  for (const fault of faults) {
    let end: readonly Action[] = [];
    const begin = (): readonly Action[] => {
      const actions = actionsOf(fault, sight);
      end = actions.end;
      return actions.begin;
    };
    steps.push({ atUs: fault.atUs, actions: begin });
    steps.push({ atUs: fault.atUs + fault.forUs, actions: () => end });
  }
  const heal = (): readonly Action[] => [
    { type: 'heal' },
    ...[...servers, ...names].map((target): Action => ({ type: 'resume', target })),
    ...servers.map((target): Action => ({ type: 'restart', target })),
  ];
  // What was just killed can be started again a moment later only.
  steps.push({ atUs: healUs, actions: heal }, { atUs: healUs + POLL_US, actions: heal });
  return steps.sort((a, b) => a.atUs - b.atUs);
}

/** A program that ends with an error, or a server that breaks a rule. */
function failureIn(event: TraceEvent): string | null {
  if (event.type === 'assertionFailed') return `${event.who}: ${event.message}`;
  if (event.type !== 'commandDone' || event.ok) return null;
  return `${event.who} fails: ${event.error}`;
}

function unfinished({ clients }: Scenario, status: Status): string | null {
  const waiting = clients.filter((_, index) => !status.commands.has(index + 1));
  if (waiting.length === 0) return null;
  return `healed, and yet not done: ${waiting.map(({ client }) => client).join(', ')}`;
}

function secondsOf(atUs: number): string {
  return `at ${Math.floor(atUs / 1000)} ms`;
}
