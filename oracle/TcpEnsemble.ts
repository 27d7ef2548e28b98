/** Servers over TCP: Apache's, or ours as `npm run serve -- --zoo-cfg` starts them. */

import { connect, type Socket } from 'node:net';
import { FrameSplitter } from '../src/protocol/frames.ts';
import { ask, RealEnsemble, SUPER_DIGEST } from './ensemble.mjs';
import type { Release } from './releases.mjs';
import { ENFORCED_SCHEMES, JAAS, SASL_SUPER_USER } from './sasl.ts';
import type { Ensemble, Setting, Wire } from './Wire.ts';

interface Where {
  /** A disk that is there already, for a single server. */
  readonly dataDir?: string;
  /** Of Apache's servers; ours otherwise. */
  readonly release?: Release;
}

export class TcpEnsemble implements Ensemble {
  readonly real: RealEnsemble;

  static async start(setting: Setting, { dataDir, release }: Where = {}): Promise<TcpEnsemble> {
    const real = await RealEnsemble.start({
      size: setting.size,
      observers: setting.observers,
      ...(release === undefined ? { ours: [...Array(setting.size).keys()] } : { release }),
      ...(dataDir === undefined ? {} : { dataDir }),
      ...(setting.sasl === 'off' ? {} : { jaas: JAAS }),
      properties: {
        'zookeeper.extendedTypesEnabled': `${setting.extendedTypesEnabled}`,
        'zookeeper.enforceQuota': `${setting.enforceQuota}`,
        'znode.container.checkIntervalMs': `${setting.containerCheckIntervalMs}`,
        'zookeeper.DigestAuthenticationProvider.superDigest': setting.hasSuperUser
          ? SUPER_DIGEST
          : '',
        'zookeeper.request_throttle_max_requests': `${setting.requestThrottleMaxRequests}`,
        'zookeeper.DigestAuthenticationProvider.enabled': `${setting.digestAuthEnabled}`,
        'zookeeper.enableEagerACLCheck': `${setting.eagerACLCheckEnabled}`,
        'readonlymode.enabled': `${setting.readOnlyModeEnabled}`,
        ...saslProperties(setting),
      },
      settings: {
        ...weightLines(setting),
        tickTime: `${setting.tickTimeMs}`,
        maxSessionTimeout: `${setting.maxSessionTimeoutMs}`,
        '4lw.commands.whitelist': setting.fourLetterWords.join(','),
        maxClientCnxns: `${setting.maxClientCnxns}`,
        reconfigEnabled: `${setting.reconfigEnabled}`,
        localSessionsEnabled: `${setting.localSessions !== 'off'}`,
        localSessionsUpgradingEnabled: `${setting.localSessions === 'upgraded'}`,
      },
    });
    return new TcpEnsemble(real);
  }

  constructor(real: RealEnsemble) {
    this.real = real;
  }

  get size(): number {
    return this.real.ports.length;
  }

  open(server: number): Promise<Wire> {
    return TcpWire.open(this.real.ports[server] ?? 0);
  }

  word(server: number, word: string): Promise<string> {
    return ask(this.real.ports[server] ?? 0, word);
  }

  elapse(ms: number): Promise<void> {
    return new Promise((done) => setTimeout(done, ms));
  }

  kill(server: number): Promise<void> {
    return this.real.kill(server);
  }

  async restart(servers: readonly number[]): Promise<void> {
    for (const server of servers) this.real.run(server);
    // The others may have to find a leader, too.
    await Promise.all(this.real.alive().map((server) => this.real.untilServing(server)));
  }

  member(server: number): string {
    return this.real.member(server);
  }

  stop(): Promise<void> {
    return this.real.stop();
  }
}

function saslProperties({ sasl }: Setting): Readonly<Record<string, string>> {
  if (sasl === 'off') return {};
  return {
    'zookeeper.authProvider.1': 'org.apache.zookeeper.server.auth.SASLAuthenticationProvider',
    'zookeeper.superUser': SASL_SUPER_USER,
    'zookeeper.allowSaslFailedClients': `${sasl === 'allowed'}`,
    'zookeeper.enforce.auth.enabled': `${sasl === 'required'}`,
    'zookeeper.enforce.auth.schemes': ENFORCED_SCHEMES.join(','),
  };
}

function weightLines({ weights }: Setting): Readonly<Record<string, string>> {
  if (weights === null) return {};
  const sids = weights.map((_, i) => i + 1).join(':');
  const lines = weights.map((weight, i) => [`weight.${i + 1}`, `${weight}`]);
  return { 'group.1': sids, ...Object.fromEntries(lines) };
}

class TcpWire implements Wire {
  readonly frames: Uint8Array[] = [];
  isClosed = false;
  private readonly socket: Socket;
  private wake: () => void = () => {};

  static open(port: number): Promise<Wire> {
    return new Promise((done, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      const wire = new TcpWire(socket);
      socket.once('connect', () => done(wire));
      socket.once('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'ECONNREFUSED') reject(error);
        // Taken, and hung up at once.
        else socket.once('close', () => done(wire));
      });
    });
  }

  private constructor(socket: Socket) {
    this.socket = socket;
    const splitter = new FrameSplitter({ maxFrameBytes: 0x7fffffff });
    socket.on('data', (chunk) => {
      for (const event of splitter.push(chunk)) {
        if (event.type === 'frame') this.frames.push(event.bytes);
      }
      this.wake();
    });
    // A reset is a close as well.
    socket.on('error', () => {});
    socket.on('close', () => {
      this.isClosed = true;
      this.wake();
    });
  }

  write(bytes: Uint8Array): void {
    if (!this.isClosed) this.socket.write(bytes);
  }

  until(isDone: () => boolean, timeoutMs: number): Promise<boolean> {
    if (isDone()) return Promise.resolve(true);
    return new Promise((done) => {
      const finish = (isInTime: boolean) => {
        clearTimeout(timer);
        this.wake = () => {};
        done(isInTime);
      };
      const timer = setTimeout(finish, timeoutMs, false);
      this.wake = () => {
        if (isDone()) finish(true);
      };
    });
  }

  end(): void {
    this.isClosed = true;
    this.socket.destroy();
  }
}
