/** Brokers and tools against real servers in this thread, and what they wrote read back. */

import { Prng } from '../../base/prng.ts';
import { utf8Decode } from '../../base/utf8.ts';
import type { CommandRegistry } from '../../client/ClientContext.ts';
import { ClientProcess } from '../../client/ClientProcess.ts';
import { createPlainCommands } from '../../client/commands.ts';
import type { JsonValue } from '../../client/trace.ts';
import type { Action } from '../../conductor/actions.ts';
import { Conductor } from '../../conductor/Conductor.ts';
import { DEFAULT_ENSEMBLE, type EnsembleConfig } from '../../conductor/config.ts';
import { SameThreadHost } from '../../conductor/SameThreadHost.ts';
import { createPrograms } from '../../hosts/programs.ts';
import type { TraceEvent } from '../../trace/TraceEvent.ts';
import { createKafkaCommands } from '../commands.ts';

const SLICE_US = 50_000;

type Data = { readonly [key: string]: JsonValue };

export interface Answer {
  readonly ok: boolean;
  readonly error: string;
  readonly data: JsonValue;
}

/** The tools' client. Broker N runs on the client N higher: 1 on C2. */
export const TOOLS = 'C1';
export const hostOf = (broker: number): string => `C${broker + 1}`;

export interface BenchOptions {
  readonly brokers?: number;
  readonly config?: Partial<EnsembleConfig>;
  readonly sessionTimeoutMs?: number;
  readonly commands?: () => CommandRegistry;
  readonly onEvent?: (event: TraceEvent) => void;
}

export class KafkaBench {
  readonly conductor: Conductor;
  readonly events: TraceEvent[] = [];
  readonly sessions = new Map<string, string>();
  readonly random: Prng;
  private readonly answers = new Map<number, Answer>();
  private readonly sessionTimeoutMs: number;
  private lastCommand = 0;

  constructor({ config, sessionTimeoutMs = 4_000, commands, onEvent }: BenchOptions) {
    this.sessionTimeoutMs = sessionTimeoutMs;
    const programs = createPrograms(() => new Promise((resolve) => setImmediate(resolve)));
    const ensemble = { ...DEFAULT_ENSEMBLE, participants: 1, ...config };
    this.random = new Prng(ensemble.seed);
    const extra = commands ?? createKafkaCommands;
    const host = new SameThreadHost({
      ...programs,
      createClient: (client) =>
        new ClientProcess(client, new Map([...createPlainCommands(), ...extra()])),
    });
    this.conductor = new Conductor(ensemble, host, (batch) => {
      for (const event of batch) {
        this.observe(event);
        onEvent?.(event);
      }
    });
  }

  static async start(options: BenchOptions = {}): Promise<KafkaBench> {
    const bench = new KafkaBench(options);
    const { brokers = 3 } = options;
    for (let number = 0; number <= brokers; number++) await bench.addClient(`C${number + 1}`);
    await bench.run(1_000);
    const ids = Array.from({ length: brokers }, (_, index) => index + 1);
    for (const id of ids) {
      await bench.must(hostOf(id), 'kafkaBroker', { id });
    }
    await bench.run(1_000);
    return bench;
  }

  get nowMs(): number {
    return Math.floor(this.conductor.nowUs / 1_000);
  }

  async addClient(client: string): Promise<void> {
    const { sessionTimeoutMs } = this;
    const rest = { servers: [], sessionTimeoutMs, chroot: '', meetsClients: true };
    await this.act({ type: 'addClient', client, ...rest });
  }

  async act(action: Action): Promise<void> {
    const result = await this.conductor.perform(action);
    if (!result.ok) throw new Error(result.error);
  }

  async run(ms: number): Promise<void> {
    await this.conductor.advanceTo(this.conductor.nowUs + ms * 1_000);
  }

  /** Runs until it holds, for 60 s at most. */
  async until(what: string, holds: () => boolean | Promise<boolean>, ms = 60_000): Promise<void> {
    const deadlineMs = this.nowMs + ms;
    while (!(await holds())) {
      if (this.nowMs > deadlineMs) throw new Error(`after ${ms} ms not yet: ${what}`);
      await this.run(100);
    }
  }

  /** Starts a command; its number. */
  async tell(client: string, name: string, args: JsonValue = {}): Promise<number> {
    const command = ++this.lastCommand;
    await this.act({ type: 'command', client, command, name, args });
    return command;
  }

  /** Runs until the answer is there. */
  async call(client: string, name: string, args: JsonValue = {}): Promise<Answer> {
    const command = await this.tell(client, name, args);
    const deadlineUs = this.conductor.nowUs + 60_000_000;
    for (;;) {
      const answer = this.answers.get(command);
      if (answer !== undefined) return answer;
      if (this.conductor.nowUs > deadlineUs) throw new Error(`${client} ${name}: no answer`);
      await this.conductor.advanceTo(this.conductor.nowUs + SLICE_US);
    }
  }

  answerOf(command: number): Answer | undefined {
    return this.answers.get(command);
  }

  async must(client: string, name: string, args: JsonValue = {}): Promise<JsonValue> {
    const { ok, error, data } = await this.call(client, name, args);
    if (!ok) throw new Error(`${client} ${name}: ${error}`);
    return data;
  }

  /** What a znode holds; null if it is not there. */
  async get(path: string): Promise<string | null> {
    await this.must(TOOLS, 'sync', { path: '/' });
    const answer = await this.call(TOOLS, 'get', { path });
    if (!answer.ok) return null;
    const { data: text } = answer.data as Data;
    return typeof text === 'string' ? text : '';
  }

  async stateOf(topic: string, partition = 0): Promise<Data> {
    const text = await this.get(`/brokers/topics/${topic}/partitions/${partition}/state`);
    return JSON.parse(text ?? '{}') as Data;
  }

  async createTopic(
    topic: string,
    partitions: number,
    replicas: number,
    config: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const settings = Object.entries(config).map(([name, value]) => ({ name, value }));
    await this.must(TOOLS, 'kafkaCreateTopic', { topic, partitions, replicas, config: settings });
    await this.until(`${topic} is led`, async () => {
      const states = await Promise.all([(await this.stateOf(topic, partitions - 1))['leader']]);
      return states.every((leader) => typeof leader === 'number' && leader > 0);
    });
    await this.run(200);
  }

  async kill(broker: number): Promise<void> {
    await this.act({ type: 'kill', target: hostOf(broker) });
  }

  async restart(broker: number): Promise<void> {
    await this.act({ type: 'restart', target: hostOf(broker) });
    await this.tell(hostOf(broker), 'kafkaBroker', { id: broker });
  }

  async controller(): Promise<number> {
    const text = await this.get('/controller');
    const { brokerid } = JSON.parse(text ?? '{"brokerid":-1}') as { readonly brokerid: number };
    return brokerid;
  }

  notes(subject: string): readonly Data[] {
    return this.events.flatMap((event) =>
      event.type === 'note' && event.program === 'kafka' && event.subject === subject
        ? [event.data as Data]
        : [],
    );
  }

  steps(): readonly string[] {
    return this.events.flatMap((event) =>
      event.type === 'step' ? [`${event.who} ${event.path}: ${event.step}`] : [],
    );
  }

  async values(topic: string): Promise<readonly string[]> {
    const records = await this.must(TOOLS, 'kafkaConsume', { topic });
    return (records as readonly Data[]).map(({ value }) => String(value));
  }

  private observe(event: TraceEvent): void {
    if (event.type === 'note' || event.type === 'step') this.events.push(event);
    else if (event.type === 'commandDone') this.answers.set(event.command, event);
    else if (event.type === 'clientStateChanged') this.sessions.set(event.who, event.sessionId);
    else if (event.type === 'assertionFailed') throw new Error(event.message);
  }
}

export const textOf = (bytes: Uint8Array): string => utf8Decode(bytes);
