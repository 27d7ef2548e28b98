/**
 * Client processes against one real server in virtual time, a millisecond apart, with the wire in
 * the test's hands: it may break a connection instead of delivering a message.
 */

import { assert } from '../../base/assert.ts';
import { createRecipeCommands } from '../../recipes/commands.ts';
import { DEFAULT_CONFIG } from '../../server/config.ts';
import type { MessageSummary, ServerEffect } from '../../server/effects.ts';
import type { ServerEvent } from '../../server/events.ts';
import { ZooKeeperServer } from '../../server/ZooKeeperServer.ts';
import type { CommandRegistry } from '../ClientContext.ts';
import { ClientProcess } from '../ClientProcess.ts';
import { createPlainCommands } from '../commands.ts';
import type { ClientConfig, ClientEffect, ClientEvent } from '../events.ts';
import type { ClientTrace, JsonValue } from '../trace.ts';

const LATENCY_MS = 1;

type TraceOf<T extends ClientTrace['type']> = Extract<ClientTrace, { readonly type: T }>;

export interface WireMessage {
  readonly client: string;
  readonly to: 'server' | 'client';
  readonly summary: MessageSummary;
}

class BenchClient {
  readonly process: ClientProcess;
  readonly traces: ClientTrace[] = [];
  readonly timers = new Map<string, number>();
  connection: number | null = null;

  constructor(config: ClientConfig, programs: CommandRegistry) {
    const commands = new Map([...createPlainCommands(), ...createRecipeCommands(), ...programs]);
    this.process = new ClientProcess(config, commands);
  }
}

export class ClientBench {
  nowMs = 0;
  /** Answers `cut` to have the connection broken and the message lost. */
  wire: (message: WireMessage) => 'pass' | 'cut' = () => 'pass';
  /** False: new connections are refused. */
  isReachable = true;
  private readonly server: ZooKeeperServer;
  private readonly open = new Set<number>();
  private readonly serverTimers = new Map<string, number>();
  private readonly clients = new Map<string, BenchClient>();
  private readonly queue: { readonly atMs: number; readonly run: () => Promise<void> }[] = [];
  private lastConnection = 0;
  private lastCommand = 0;

  constructor(server: Partial<typeof DEFAULT_CONFIG> = {}) {
    const peers = [{ sid: 1, role: 'participant' as const }];
    this.server = new ZooKeeperServer({
      ...DEFAULT_CONFIG,
      tickTimeMs: 1000,
      ...server,
      sid: 1,
      peers,
    });
  }

  static async start(server: Partial<typeof DEFAULT_CONFIG> = {}): Promise<ClientBench> {
    const bench = new ClientBench(server);
    bench.toServer({ type: 'boot', files: new Map() });
    await bench.run(2000);
    return bench;
  }

  /** Starts a client and lets it connect. */
  async add(
    name: string,
    options: Partial<ClientConfig> = {},
    programs: CommandRegistry = new Map(),
  ): Promise<void> {
    const config = {
      id: name,
      servers: ['S1'],
      sessionTimeoutMs: 6000,
      chroot: '',
      seed: 1,
      timeOriginMs: 0,
    };
    const client = new BenchClient(
      { ...config, ...options, seed: this.clients.size + 1 },
      programs,
    );
    this.clients.set(name, client);
    this.after(0, () => this.toClient(client, { type: 'start' }));
    await this.run(20);
  }

  /** Starts a command; its number. */
  tell(name: string, command: string, args: JsonValue = {}): number {
    const client = this.client(name);
    const number = ++this.lastCommand;
    this.after(0, () =>
      this.toClient(client, { type: 'command', command: number, name: command, args }),
    );
    return number;
  }

  /** Runs a command to its end, which must come within `ms`. */
  async call(
    name: string,
    command: string,
    args: JsonValue = {},
    ms = 50,
  ): Promise<TraceOf<'commandDone'>> {
    const number = this.tell(name, command, args);
    await this.run(ms);
    const done = this.result(name, number);
    assert(done !== null, `${command} has not ended`);
    return done;
  }

  /** Null while the command runs. */
  result(name: string, command: number): TraceOf<'commandDone'> | null {
    return this.traced(name, 'commandDone').find((done) => done.command === command) ?? null;
  }

  traced<T extends ClientTrace['type']>(name: string, type: T): readonly TraceOf<T>[] {
    return this.client(name).traces.filter((event): event is TraceOf<T> => event.type === type);
  }

  timersOf(name: string): readonly string[] {
    return [...this.client(name).timers.keys()];
  }

  /** The steps of a client, oldest first. */
  steps(name: string): readonly string[] {
    return this.traced(name, 'step').map(({ step }) => step);
  }

  belief(name: string): TraceOf<'belief'> | undefined {
    return this.traced(name, 'belief').at(-1);
  }

  /** The connection breaks, as both ends notice at once. */
  cut(name: string): void {
    const client = this.client(name);
    const { connection } = client;
    if (connection === null) return;
    client.connection = null;
    this.close(connection);
    this.after(0, () => this.toClient(client, { type: 'disconnected' }));
  }

  /** The process is gone without a word. */
  kill(name: string): void {
    const { connection } = this.client(name);
    this.clients.delete(name);
    if (connection !== null) this.close(connection);
  }

  expire(sessionId: string): void {
    this.toServer({ type: 'expireSession', sessionId: BigInt(sessionId) });
  }

  sessionIdOf(name: string): string {
    return this.traced(name, 'clientStateChanged').at(-1)?.sessionId ?? '';
  }

  /** Lets `ms` pass. */
  async run(ms: number): Promise<void> {
    const endMs = this.nowMs + ms;
    for (let next = this.takeNext(endMs); next !== null; next = this.takeNext(endMs)) {
      this.nowMs = next.atMs;
      await next.run();
    }
    this.nowMs = endMs;
  }

  /** The server's end. */
  private close(connection: number): void {
    if (this.open.delete(connection)) this.toServer({ type: 'clientDisconnected', connection });
  }

  private client(name: string): BenchClient {
    const client = this.clients.get(name);
    assert(client !== undefined, `no client ${name}`);
    return client;
  }

  private takeNext(
    endMs: number,
  ): { readonly atMs: number; readonly run: () => Promise<void> } | null {
    const timer = this.nextTimer();
    const first = this.queue.reduce<number>(
      (best, { atMs }, i) => (atMs < (this.queue[best]?.atMs ?? atMs) ? i : best),
      0,
    );
    const queued = this.queue[first];
    if (queued !== undefined && (timer === null || queued.atMs <= timer.atMs)) {
      if (queued.atMs > endMs) return null;
      this.queue.splice(first, 1);
      return queued;
    }
    if (timer === null || timer.atMs > endMs) return null;
    timer.clear();
    return timer;
  }

  private nextTimer() {
    type Due = { readonly atMs: number; clear(): void; run(): Promise<void> };
    const due: Due[] = [];
    for (const [timer, atMs] of this.serverTimers) {
      const event = { type: 'timerFired', timer } as ServerEvent;
      const clear = () => void this.serverTimers.delete(timer);
      due.push({ atMs, clear, run: async () => this.toServer(event) });
    }
    for (const client of this.clients.values()) {
      for (const [timer, atMs] of client.timers) {
        const clear = () => void client.timers.delete(timer);
        const run = () => this.toClient(client, { type: 'timerFired', timer });
        due.push({ atMs, clear, run });
      }
    }
    return due.reduce<Due | null>(
      (best, one) => (best && best.atMs <= one.atMs ? best : one),
      null,
    );
  }

  private after(ms: number, run: () => Promise<void>): void {
    this.queue.push({ atMs: this.nowMs + ms, run });
  }

  private toServer(event: ServerEvent): void {
    for (const effect of this.server.step(this.nowMs, event)) this.performServer(effect);
  }

  private performServer(effect: ServerEffect): void {
    switch (effect.type) {
      case 'persist': {
        const { token } = effect;
        this.after(0, async () => this.toServer({ type: 'persisted', token }));
        return;
      }
      case 'setTimer':
        this.serverTimers.set(effect.timer, this.nowMs + effect.afterMs);
        return;
      case 'cancelTimer':
        this.serverTimers.delete(effect.timer);
        return;
      case 'sendClient': {
        const { connection, payload, summary } = effect;
        this.after(LATENCY_MS, () => this.deliver(connection, payload, summary));
        return;
      }
      case 'closeClient': {
        const { connection } = effect;
        this.open.delete(connection);
        this.after(LATENCY_MS, () => this.hangUp(connection));
        return;
      }
      case 'trace':
        assert(effect.event.type !== 'assertionFailed', JSON.stringify(effect.event));
        return;
      default:
        assert(false, `a single server has no use for ${effect.type}`);
    }
  }

  private async deliver(
    connection: number,
    payload: Uint8Array,
    summary: MessageSummary,
  ): Promise<void> {
    for (const [name, client] of this.clients) {
      if (client.connection !== connection) continue;
      if (this.wire({ client: name, to: 'client', summary }) === 'cut') this.cut(name);
      else await this.toClient(client, { type: 'frame', payload });
    }
  }

  private async hangUp(connection: number): Promise<void> {
    for (const client of this.clients.values()) {
      if (client.connection !== connection) continue;
      client.connection = null;
      await this.toClient(client, { type: 'disconnected' });
    }
  }

  private async toClient(client: BenchClient, event: ClientEvent): Promise<void> {
    for (const effect of client.process.step(this.nowMs, event)) this.performClient(client, effect);
    while (client.process.isSettling) {
      await new Promise((resolve) => setImmediate(resolve));
      for (const effect of client.process.takeEffects()) this.performClient(client, effect);
    }
  }

  private performClient(client: BenchClient, effect: ClientEffect): void {
    switch (effect.type) {
      case 'trace':
        client.traces.push(effect.event);
        return;
      case 'setTimer':
        client.timers.set(effect.timer, this.nowMs + effect.afterMs);
        return;
      case 'cancelTimer':
        client.timers.delete(effect.timer);
        return;
      case 'connect':
        this.connect(client);
        return;
      case 'disconnect': {
        const { connection } = client;
        client.connection = null;
        if (connection === null) return;
        this.after(LATENCY_MS, async () => this.close(connection));
        return;
      }
      case 'send':
        this.send(client, effect.payload, effect.summary);
        return;
      default:
        assert(false, `clients here have no use for ${effect.type}`);
    }
  }

  private connect(client: BenchClient): void {
    if (!this.isReachable) {
      this.after(LATENCY_MS, () => this.toClient(client, { type: 'refused' }));
      return;
    }
    const connection = ++this.lastConnection;
    client.connection = connection;
    this.after(LATENCY_MS, async () => {
      this.open.add(connection);
      this.toServer({ type: 'clientConnected', connection, address: `10.0.0.1:${connection}` });
      await this.toClient(client, { type: 'connected' });
    });
  }

  private send(client: BenchClient, payload: Uint8Array, summary: MessageSummary): void {
    const { connection } = client;
    const [name] = [...this.clients].find(([, one]) => one === client) ?? [''];
    if (connection === null) return;
    if (this.wire({ client: name, to: 'server', summary }) === 'cut') {
      this.after(0, async () => this.cut(name));
      return;
    }
    this.after(LATENCY_MS, async () => {
      if (this.open.has(connection)) this.toServer({ type: 'clientFrame', connection, payload });
    });
  }
}
