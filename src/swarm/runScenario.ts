/**
 * One run: the clients work while faults come and go; then everything is healed, and the ensemble
 * must come to rest, serve everybody, and have one tree, the one that its committed txns make. The
 * checks watch all the time.
 */

import { createChecks } from '../checks/allChecks.ts';
import type { Check } from '../checks/Check.ts';
import { seconds } from '../checks/Check.ts';
import { CommittedTxns } from '../checks/CommittedTxns.ts';
import { Histories } from '../checks/Histories.ts';
import { Znodes } from '../checks/Znodes.ts';
import type { JsonValue } from '../client/trace.ts';
import type { Action } from '../conductor/actions.ts';
import { Conductor } from '../conductor/Conductor.ts';
import type { ParticipantHost } from '../conductor/ParticipantHost.ts';
import { type ParticipantId, serverId } from '../network/address.ts';
import type { TraceEvent } from '../trace/TraceEvent.ts';
import { Disks } from './Disks.ts';
import { actionsOf, type Fault, type FaultActions, type Sight } from './Fault.ts';
import { type Mark, Marks } from './Marks.ts';
import type { ClientPlan, Scenario } from './Scenario.ts';
import { Status } from './Status.ts';

export interface Outcome {
  /** Null if all is well. `check` is the id of the check that failed, or `liveness`. */
  readonly violation: { readonly check: string; readonly sentence: string } | null;
  readonly marks: ReadonlySet<Mark>;
  readonly eventCount: number;
  readonly endUs: number;
  readonly traceHash: string;
}

/** How long the healed ensemble may take for each thing that it must do. */
const PATIENCE_US = 60_000_000;
const POLL_US = 250_000;
const LISTINGS = 3;

interface Step {
  readonly atUs: number;
  /** Worked out when its time has come. */
  readonly actions: () => readonly Action[];
}

export function runScenario(
  scenario: Scenario,
  host: ParticipantHost,
  onEvent: (event: TraceEvent) => void = () => {},
): Promise<Outcome> {
  return new Run(scenario, host, onEvent).run();
}

class Run implements Sight {
  readonly servers: readonly ParticipantId[];
  readonly clients: readonly ParticipantId[];
  private readonly scenario: Scenario;
  private readonly onEvent: (event: TraceEvent) => void;
  private readonly conductor: Conductor;
  private readonly checks: readonly Check[] = createChecks();
  private readonly marks = new Marks();
  private readonly status = new Status();
  private readonly disks: Disks;
  private readonly znodes = new Znodes(new CommittedTxns(new Histories()));
  private violation: Outcome['violation'] = null;
  private eventCount = 0;
  private lastCommand = 0;

  constructor(scenario: Scenario, host: ParticipantHost, onEvent: (event: TraceEvent) => void) {
    this.scenario = scenario;
    this.onEvent = onEvent;
    const { participants, observers } = scenario.config;
    const ids = Array.from({ length: participants + observers }, (_, i) => serverId(i + 1));
    this.servers = ids;
    this.clients = scenario.clients.map(({ client }) => client);
    this.disks = new Disks(ids.slice(0, participants));
    this.conductor = new Conductor(scenario.config, host, (events) => this.observe(events));
  }

  async run(): Promise<Outcome> {
    for (const { atUs, actions } of this.steps()) {
      if (atUs - 1 > this.conductor.nowUs) await this.conductor.advanceTo(atUs - 1);
      if (this.violation !== null) break;
      for (const action of actions()) await this.conductor.perform(action);
    }
    if (this.violation === null) await this.rest();
    this.conductor.dispose();
    const { violation, eventCount, conductor } = this;
    const { nowUs: endUs, traceHash } = conductor;
    return { violation, marks: this.marks.seen, eventCount, endUs, traceHash };
  }

  leader(): ParticipantId | null {
    return this.status.leader();
  }

  sessionOf(client: ParticipantId): string | undefined {
    return this.status.sessionOf(client);
  }

  private observe(events: readonly TraceEvent[]): void {
    this.eventCount += events.length;
    for (const event of events) {
      this.onEvent(event);
      this.marks.observe(event);
      this.status.observe(event);
      this.disks.observe(event);
      this.znodes.observe(event);
      for (const check of this.checks) {
        check.observe(event);
        const { violation: sentence, id } = check;
        if (sentence !== null) this.violation ??= { check: id, sentence };
      }
    }
  }

  private steps(): readonly Step[] {
    const { clients, faults, healUs } = this.scenario;
    const steps: Step[] = [];
    for (const plan of clients) {
      steps.push({ atUs: plan.startUs, actions: () => this.startClient(plan) });
    }
    for (const fault of faults) {
      let actions: FaultActions | null = null;
      const begin = () => {
        actions = this.isAllowed(fault) ? actionsOf(fault, this) : null;
        return actions?.begin ?? [];
      };
      steps.push({ atUs: fault.atUs, actions: begin });
      steps.push({ atUs: fault.atUs + fault.forUs, actions: () => actions?.end ?? [] });
    }
    steps.push({ atUs: healUs, actions: () => this.heal() });
    // What was just killed can be started again a moment later only.
    steps.push({ atUs: healUs + POLL_US, actions: () => this.heal() });
    return steps.sort((a, b) => a.atUs - b.atUs);
  }

  private isAllowed(fault: Fault): boolean {
    return fault.type !== 'wipe' || this.disks.canWipe(fault.target);
  }

  private startClient(plan: ClientPlan): readonly Action[] {
    const { client, sessionTimeoutMs, paceMs, recipe } = plan;
    const untilMs = Math.floor(this.scenario.healUs / 1000);
    const actions: Action[] = [
      { type: 'addClient', client, servers: [], sessionTimeoutMs, chroot: '' },
      this.command(client, 'churn', { untilMs, paceMs }),
    ];
    if (recipe === 'lock') actions.push(this.command(client, 'lockLoop', { untilMs }));
    if (recipe === 'elect') actions.push(this.command(client, 'elect', { path: '/election' }));
    return actions;
  }

  private heal(): readonly Action[] {
    const all = [...this.servers, ...this.clients];
    return [
      { type: 'heal' },
      ...all.map((target): Action => ({ type: 'resume', target })),
      ...this.servers.map((target): Action => ({ type: 'restart', target })),
    ];
  }

  private command(client: ParticipantId, name: string, args: JsonValue): Action {
    this.lastCommand += 1;
    return { type: 'command', client, command: this.lastCommand, name, args };
  }

  /** After the healing: liveness, and the state that everything has come to. */
  private async rest(): Promise<void> {
    await this.until('the servers', () => this.status.whatServersLack());
    const { clients } = this;
    await this.until('the clients', async () => {
      await this.reopenSessions();
      return this.status.whatClientsLack();
    });
    for (const client of clients) {
      // A new name for each try: the one before may have been carried out.
      await this.ask(client, 'create', (command) => ({ path: `/final-${client}-${command}` }));
    }
    await this.until('the trees', () => this.status.whatTreesLack());
    const [reader] = clients;
    if (reader !== undefined) await this.judgeTree(reader);
  }

  private async reopenSessions(): Promise<void> {
    for (const client of this.status.expiredClients()) {
      await this.conductor.perform(this.command(client, 'connect', {}));
    }
  }

  /** Asks until it succeeds. A client may learn only now that its session is over. */
  private async ask(
    client: ParticipantId,
    name: string,
    argsOf: (command: number) => JsonValue,
  ): Promise<JsonValue> {
    let command = 0;
    const outcome = () => this.status.commands.get(command);
    const isOver = () => command === 0 || outcome()?.ok === false;
    await this.until(`${client} ${name}`, async () => {
      if (isOver()) {
        const why = outcome()?.error ?? 'not asked';
        await this.reopenSessions();
        const action = this.command(client, name, argsOf(this.lastCommand + 1));
        command = this.lastCommand;
        await this.conductor.perform(action);
        return why;
      }
      return outcome() === undefined ? 'no answer' : null;
    });
    return outcome()?.data ?? null;
  }

  /** `lack` says what is missing, or null. */
  private async until(
    who: string,
    lack: () => string | null | Promise<string | null>,
  ): Promise<void> {
    const { conductor } = this;
    const deadlineUs = conductor.nowUs + PATIENCE_US;
    while (this.violation === null) {
      const missing = await lack();
      if (missing === null) return;
      if (conductor.nowUs >= deadlineUs) {
        const since = seconds(deadlineUs - PATIENCE_US);
        const sentence = `healthy since ${since}: ${who}: ${missing}.`;
        this.violation ??= {
          check: 'liveness',
          sentence: `At ${seconds(conductor.nowUs)}, ${sentence}`,
        };
        return;
      }
      await conductor.advanceTo(conductor.nowUs + POLL_US);
    }
  }

  /** Several times, since a container may be removed between listing and comparing. */
  private async judgeTree(reader: ParticipantId): Promise<void> {
    await this.ask(reader, 'sync', () => ({ path: '/' }));
    let difference: string | null = null;
    for (let i = 0; i < LISTINGS && this.violation === null; i++) {
      const listed = await this.ask(reader, 'ls', () => ({ path: '/', recursive: true }));
      difference = this.violation === null ? this.differenceTo(listed) : null;
      if (difference === null) return;
    }
    if (difference === null) return;
    const sentence = `At ${seconds(this.conductor.nowUs)} the trees ${difference}.`;
    this.violation ??= { check: 'finalTree', sentence };
  }

  private differenceTo(listed: JsonValue): string | null {
    const { children } = listed as { readonly children: readonly string[] };
    const isOurs = (path: string) => path !== '/' && !path.startsWith('/zookeeper');
    const seen = new Set(children.filter(isOurs));
    const known = new Set(this.znodes.paths().filter(isOurs));
    const wrong = [...seen].find((path) => !known.has(path));
    const missing = [...known].find((path) => !seen.has(path));
    if (wrong === undefined && missing === undefined) return null;
    return wrong === undefined
      ? `lack ${missing}, which the history has`
      : `have ${wrong}, which the history has not`;
  }
}
