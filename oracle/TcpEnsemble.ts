/** The real ZooKeeper, over TCP. */

import { connect, type Socket } from 'node:net';
import { FrameSplitter } from '../src/protocol/frames.ts';
import { ask, RealEnsemble, SUPER_DIGEST } from './ensemble.mjs';
import type { Ensemble, Setting, Wire } from './Wire.ts';

export class TcpEnsemble implements Ensemble {
  readonly real: RealEnsemble;

  static async start(setting: Setting, dataDir?: string): Promise<TcpEnsemble> {
    const real = await RealEnsemble.start({
      size: setting.size,
      ...(dataDir === undefined ? {} : { dataDir }),
      properties: {
        'zookeeper.extendedTypesEnabled': `${setting.extendedTypesEnabled}`,
        'zookeeper.enforceQuota': `${setting.enforceQuota}`,
        'znode.container.checkIntervalMs': `${setting.containerCheckIntervalMs}`,
        'zookeeper.DigestAuthenticationProvider.superDigest': setting.hasSuperUser
          ? SUPER_DIGEST
          : '',
      },
      settings: {
        tickTime: `${setting.tickTimeMs}`,
        maxSessionTimeout: `${setting.maxSessionTimeoutMs}`,
        '4lw.commands.whitelist': setting.fourLetterWords.join(','),
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

  async restart(server: number): Promise<void> {
    this.real.run(server);
    await this.real.untilServing(server);
  }

  stop(): Promise<void> {
    return this.real.stop();
  }
}

class TcpWire implements Wire {
  readonly frames: Uint8Array[] = [];
  isClosed = false;
  private readonly socket: Socket;
  private wake: () => void = () => {};

  static open(port: number): Promise<Wire> {
    return new Promise((done, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        done(new TcpWire(socket));
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
