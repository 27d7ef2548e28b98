/**
 * An ensemble in this process that real clients reach by TCP: the conductor with its participants
 * in this thread, paced by the wall clock, and a client port for each server.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Action } from '../../conductor/actions.ts';
import { type ActionResult, Conductor } from '../../conductor/Conductor.ts';
import { DEFAULT_ENSEMBLE, type EnsembleConfig } from '../../conductor/config.ts';
import type { OutsideInput } from '../../conductor/Outside.ts';
import { SameThreadHost } from '../../conductor/SameThreadHost.ts';
import { numberOf, type ParticipantId, serverId } from '../../network/address.ts';
import type { SaslConfig, ServerConfig } from '../../server/config.ts';
import type { Tracing } from '../../server/context.ts';
import { createOperatorCommands } from '../../server/pipeline/operatorCommands.ts';
import { createSaslServer } from '../../server/pipeline/sasl/DigestMd5Server.ts';
import { ZooKeeperServer } from '../../server/ZooKeeperServer.ts';
import type { TraceEvent } from '../../trace/TraceEvent.ts';
import { createPrograms } from '../programs.ts';
import { ClientPort, type ClientPortOptions } from './ClientPort.ts';
import { EnsembleState } from './EnsembleState.ts';
import { environment } from './environment.ts';
import { readJaas } from './jaas.ts';
import { lockDirectory } from './lockDirectory.ts';
import { Pacer } from './Pacer.ts';
import { ServedServer } from './ServedServer.ts';
import type { ServeOptions } from './ServeOptions.ts';

export type EnsembleOptions = Pick<
  ServeOptions,
  | 'host'
  | 'port'
  | 'servers'
  | 'observers'
  | 'latencyUs'
  | 'tickTimeMs'
  | 'seed'
  | 'data'
  | 'tls'
  | 'maxClientCnxns'
  | 'globalOutstandingLimit'
  | 'jaas'
  | 'server'
>;

/** What broke: a server that crashed, a disk that failed, or (fatal) the ensemble itself. */
export type OnTrouble = (message: string, isFatal: boolean) => void;
export type OnEvents = (events: readonly TraceEvent[]) => void;

/** More than the limit per address lets through, from many addresses. */
const CLIENT_CONNECTIONS_MAX = 20_000;
const CONNECT_TIMEOUT_MS = 10_000;
const NO_PORT = 0;

export class TcpEnsemble {
  readonly servers: ReadonlyMap<ParticipantId, ServedServer>;
  readonly state: EnsembleState;
  private readonly options: EnsembleOptions;
  private readonly conductor: Conductor;
  private readonly pacer: Pacer;
  private readonly onTrouble: OnTrouble;
  private readonly listeners = new Set<OnEvents>();
  /** Telling all that happens costs more than doing it: off unless somebody listens. */
  private readonly tracing = { isOn: false };
  private isServing = false;
  private onServing = (): void => {};
  private readonly unlock: () => void;

  /** `servers` have their ports already. */
  private constructor(
    options: EnsembleOptions,
    sasl: SaslConfig | null,
    servers: ReadonlyMap<ParticipantId, ServedServer>,
    unlock: () => void,
    onTrouble: OnTrouble,
  ) {
    this.options = options;
    this.unlock = unlock;
    this.onTrouble = onTrouble;
    this.state = new EnsembleState(servers.size);
    this.servers = servers;
    const programs = {
      ...createPrograms(() => new Promise((resolve) => setImmediate(resolve))),
      createServer: (config: ServerConfig, tracing: Tracing) =>
        new ZooKeeperServer(
          config,
          tracing,
          (parts) => createOperatorCommands(parts, environment),
          createSaslServer,
        ),
      tracing: this.tracing,
      outsideOf: (id: ParticipantId) => this.serverOf(id).outside,
    };
    this.conductor = new Conductor(
      configOf(options, sasl, [...servers.values()]),
      new SameThreadHost(programs),
      (events) => this.observe(events),
      (sid) => this.serverOf(serverId(sid)).disk,
    );
    this.pacer = new Pacer(this.conductor, {
      takeInputs: () => this.takeInputs(),
      flush: () => this.flush(),
      onFailure: (error) => this.onTrouble(messageOf(error), true),
    });
  }

  /** Resolves once every port is open and a leader serves. Errors: a port or a file says no. */
  static async start(options: EnsembleOptions, onTrouble: OnTrouble): Promise<TcpEnsemble> {
    const sasl = saslOf(options.jaas);
    const unlock = options.data === null ? () => {} : lockDirectory(options.data.directory);
    let ensemble: TcpEnsemble | null = null;
    let servers: ReadonlyMap<ParticipantId, ServedServer> = new Map();
    try {
      servers = createServers(
        options,
        () => ensemble?.pacer.wake(),
        (sid, error) => ensemble?.onDiskFailure(sid, error),
      );
      for (const server of servers.values()) await server.onStarted();
    } catch (error) {
      for (const server of servers.values()) server.onKilled(false);
      unlock();
      throw error;
    }
    ensemble = new TcpEnsemble(options, sasl, servers, unlock, onTrouble);
    await ensemble.untilServing();
    return ensemble;
  }

  /** As clients take it: `127.0.0.1:2181,127.0.0.1:2182`. */
  get connectString(): string {
    const host = this.options.host.includes(':') ? `[${this.options.host}]` : this.options.host;
    return [...this.servers.values()].map(({ port }) => `${host}:${port.port}`).join(',');
  }

  async perform(action: Action): Promise<ActionResult> {
    const result = this.conductor.perform(action);
    this.pacer.wake();
    return await result;
  }

  /** A snapshot of the server's database, as `snapCount` txns would bring about. */
  takeSnapshot(server: ServedServer): void {
    server.port.push({ type: 'takeSnapshot' });
  }

  /** Gets all that happens from now on; ends when the returned function is called. */
  listen(onEvents: OnEvents): () => void {
    this.listeners.add(onEvents);
    this.tracing.isOn = true;
    return () => {
      this.listeners.delete(onEvents);
      this.tracing.isOn = this.listeners.size > 0;
    };
  }

  /** Every socket is closed; nothing happens any more. What was acknowledged is on the disk. */
  close(): void {
    this.isServing = false;
    this.pacer.stop();
    for (const server of this.servers.values()) server.onKilled(false);
    this.conductor.dispose();
    this.unlock();
  }

  private untilServing(): Promise<void> {
    return new Promise((resolve) => {
      this.onServing = resolve;
      this.isServing = true;
      this.pacer.wake();
    });
  }

  private takeInputs(): readonly OutsideInput[] {
    const inputs: OutsideInput[] = [];
    for (const [to, { port }] of this.servers) {
      const events = port.takeEvents();
      if (events.length > 0) inputs.push({ to, events });
    }
    return inputs;
  }

  private flush(): boolean {
    let hasMore = false;
    for (const { port } of this.servers.values()) hasMore = port.flush() || hasMore;
    return hasMore;
  }

  private observe(events: readonly TraceEvent[]): void {
    for (const event of events) {
      this.state.add(event);
      if (this.isServing) this.react(event);
    }
    for (const listener of this.listeners) listener(events);
  }

  private react(event: TraceEvent): void {
    switch (event.type) {
      case 'processStarted':
        // The first lives have their ports already.
        if (event.incarnation === 1) return;
        this.serverOf(event.target)
          .onStarted()
          .catch((error: unknown) => this.onTrouble(`${event.target}: ${messageOf(error)}`, true));
        return;
      case 'processKilled':
        return this.serverOf(event.target).onKilled(event.cause === 'powerCut');
      case 'leaderEstablished':
        return this.onServing();
      case 'assertionFailed':
        return this.onTrouble(`S${numberOf(event.who)} crashed: ${event.message}`, false);
      case 'recoveryRefused': {
        const { who, file, offset, reason } = event;
        return this.onTrouble(`${who} refuses its disk: ${file} at ${offset}: ${reason}`, false);
      }
      default:
        return;
    }
  }

  /** What could not be written must not be acknowledged later: the process ends, as a real one. */
  private onDiskFailure(sid: number, error: Error): void {
    this.onTrouble(`S${sid}: disk: ${error.message}`, false);
    void this.perform({ type: 'kill', target: serverId(sid) });
  }

  private serverOf(id: ParticipantId): ServedServer {
    const server = this.servers.get(id);
    if (server === undefined) throw new Error(`${id} does not exist`);
    return server;
  }
}

/** One for each sid; their ports are not open yet. */
function createServers(
  { host, port, tls, data, servers, observers, ...limits }: EnsembleOptions,
  wake: () => void,
  onDiskFailure: (sid: number, error: Error) => void,
): ReadonlyMap<ParticipantId, ServedServer> {
  const pem =
    tls === null ? null : { cert: readFileSync(tls.certFile), key: readFileSync(tls.keyFile) };
  const created = new Map<ParticipantId, ServedServer>();
  for (let sid = 1; sid <= servers + observers; sid++) {
    const options: ClientPortOptions = {
      host,
      port: port === 0 ? 0 : port + sid - 1,
      tls: pem,
      frameBytesMax: limits.server.frameBytesMax ?? DEFAULT_ENSEMBLE.server.frameBytesMax,
      maxClientCnxns: limits.maxClientCnxns,
      globalOutstandingLimit: limits.globalOutstandingLimit,
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
    };
    const own = data && { ...data, directory: join(data.directory, `server${sid}`) };
    const clientPort = new ClientPort(options, wake);
    const onFailure = (error: Error) => onDiskFailure(sid, error);
    created.set(serverId(sid), new ServedServer(sid, clientPort, own, onFailure));
  }
  return created;
}

function configOf(
  options: EnsembleOptions,
  sasl: SaslConfig | null,
  served: readonly ServedServer[],
): EnsembleConfig {
  const { seed, servers, observers, latencyUs, tickTimeMs, maxClientCnxns, host } = options;
  const clientConnectionsMax = CLIENT_CONNECTIONS_MAX;
  return {
    seed,
    participants: servers,
    observers,
    latencyUs: { min: latencyUs, max: latencyUs },
    diskLatencyUs: latencyUs,
    addresses: served.map(({ port }) => addressOf(host, port.port)),
    server: {
      ...DEFAULT_ENSEMBLE.server,
      tickTimeMs,
      finalizeWaitMs: finalizeWaitMs(latencyUs),
      minSessionTimeoutMs: 2 * tickTimeMs,
      maxSessionTimeoutMs: 20 * tickTimeMs,
      timeOriginMs: Date.now(),
      clientConnectionsMax,
      maxClientCnxns,
      sasl,
      ...options.server,
    },
  };
}

function saslOf(jaas: EnsembleOptions['jaas']): SaslConfig | null {
  if (jaas === null) return null;
  const { file, ...rest } = jaas;
  return { ...rest, users: readJaas(file) };
}

/** The servers are near each other: a better vote that was on its way has come by then. */
const finalizeWaitMs = (latencyUs: number): number =>
  Math.min(DEFAULT_ENSEMBLE.server.finalizeWaitMs, 40 + Math.ceil(latencyUs / 250));

/**
 * As /zookeeper/config has it. The servers reach each other within this process: there is no port
 * for that. An IPv6 address does not fit the form.
 */
function addressOf(host: string, clientPort: number): string {
  const name = host.includes(':') ? 'localhost' : host;
  return `${name}:${NO_PORT}:${NO_PORT};${name}:${clientPort}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
