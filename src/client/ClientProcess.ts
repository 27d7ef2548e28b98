/**
 * A client as a process: one session at a time, and the programs that commands start on it.
 * Programs are ordinary async code; they run in the microtasks after an event, at that event's
 * time.
 * Source: zkCli (ZooKeeperMain) for what a command prints when it fails.
 */

import { Prng } from '../base/prng.ts';
import type { ClientContext, Command, CommandRegistry } from './ClientContext.ts';
import { ClientDisk } from './ClientDisk.ts';
import { ClientSession } from './ClientSession.ts';
import type { ClientConfig, ClientEffect, ClientEvent, ClientStepper } from './events.ts';
import { KeeperError } from './KeeperError.ts';
import { Peers } from './Peers.ts';
import { ProgramTimers } from './ProgramTimers.ts';
import type { SessionHost } from './SessionHost.ts';
import type { ClientTrace, JsonValue } from './trace.ts';
import { uuid } from './uuid.ts';
import { ZooKeeper } from './ZooKeeper.ts';

/** Commands under way; one more is refused. */
export const RUNNING_MAX = 64;

export class ClientProcess implements ClientStepper {
  private readonly config: ClientConfig;
  private readonly commands: CommandRegistry;
  private readonly host: SessionHost;
  private readonly timers: ProgramTimers;
  private readonly peers: Peers;
  private readonly disk: ClientDisk;
  private readonly context: ClientContext;
  private session: ClientSession;
  private zk: ZooKeeper;
  private effects: ClientEffect[] = [];
  private nowMs = 0;
  private isWoken = false;
  private runningCount = 0;

  constructor(config: ClientConfig, commands: CommandRegistry) {
    this.config = config;
    this.commands = commands;
    const random = new Prng(config.seed);
    this.host = this.makeHost(random.fork('session'));
    this.timers = new ProgramTimers(this.host);
    this.peers = new Peers(config.id, this.host, this.timers);
    this.disk = new ClientDisk(this.host);
    this.session = new ClientSession(config, this.host);
    this.zk = new ZooKeeper(this.session);
    this.context = this.makeContext(random.fork('programs'));
  }

  /** False when nothing was called back: then no program has anything to do. */
  get isSettling(): boolean {
    return this.isWoken;
  }

  step(nowMs: number, event: ClientEvent): readonly ClientEffect[] {
    this.nowMs = nowMs;
    switch (event.type) {
      case 'start':
        if (event.files !== undefined) this.disk.load(event.files);
        this.session.start();
        break;
      case 'command':
        this.startCommand(event.command, event.name, event.args);
        break;
      case 'timerFired':
        if (!this.timers.onTimer(event.timer)) this.session.handle(event);
        break;
      case 'peerConnected':
      case 'peerRefused':
      case 'peerMessage':
      case 'peerDisconnected':
        this.peers.handle(event);
        break;
      default:
        this.session.handle(event);
    }
    return this.drainEffects();
  }

  /** Call it when the microtask queue is empty: what programs did counts as part of the event. */
  takeEffects(): readonly ClientEffect[] {
    this.isWoken = false;
    return this.drainEffects();
  }

  private drainEffects(): readonly ClientEffect[] {
    const { effects } = this;
    this.effects = [];
    return effects;
  }

  private startCommand(command: number, name: string, args: JsonValue): void {
    const run = this.commands.get(name);
    const problem =
      run === undefined
        ? `Command not found: ${name}`
        : this.runningCount >= RUNNING_MAX
          ? `${RUNNING_MAX} commands are under way: wait for one to end`
          : null;
    this.trace({ type: 'commandStarted', command, name });
    if (run === undefined || problem !== null) {
      this.trace({ type: 'commandDone', command, ok: false, error: problem ?? '', data: null });
      return;
    }
    this.isWoken = true;
    this.runningCount++;
    void this.run(run, args).then((outcome) => {
      this.runningCount--;
      this.trace({ type: 'commandDone', command, ...outcome });
    });
  }

  private async run(
    command: Command,
    args: JsonValue,
  ): Promise<{ readonly ok: boolean; readonly error: string; readonly data: JsonValue }> {
    try {
      // A client that has just been started waits, as `zkCli -waitforconnection` does.
      if (this.zk.isAlive && this.zk.sessionId === 0n) await this.zk.connected();
      return { ok: true, error: '', data: await command(this.context, args) };
    } catch (error) {
      return { ok: false, error: describeError(error), data: null };
    }
  }

  private openSession(): ZooKeeper {
    if (this.session.isAlive) return this.zk;
    this.session = new ClientSession(this.config, this.host);
    this.zk = new ZooKeeper(this.session);
    this.session.start();
    return this.zk;
  }

  private trace(event: ClientTrace): void {
    this.effects.push({ type: 'trace', event });
  }

  private makeHost(random: Prng): SessionHost {
    const now = (): number => this.nowMs;
    return {
      get nowMs() {
        return now();
      },
      random,
      emit: (effect) => {
        this.effects.push(effect);
      },
      wake: () => {
        this.isWoken = true;
      },
    };
  }

  private makeContext(random: Prng): ClientContext {
    const now = (): number => this.nowMs;
    const handle = (): ZooKeeper => this.zk;
    const { id, timeOriginMs } = this.config;
    const { chroot } = this.session;
    return {
      id,
      get zk() {
        return handle();
      },
      get nowMs() {
        return now();
      },
      get dateMs() {
        return timeOriginMs + now();
      },
      random,
      peers: this.peers,
      disk: this.disk,
      openSession: () => this.openSession(),
      sleep: (ms) => this.timers.sleep(ms),
      within: (ms, promise) => this.timers.within(ms, promise),
      step: (recipe, path, step) =>
        this.trace({ type: 'step', recipe, path: chroot.toServer(path), step }),
      belief: (recipe, path, { holds, fence, znode }) => {
        const full = { path: chroot.toServer(path), znode: znode && chroot.toServer(znode) };
        this.trace({ type: 'belief', recipe, holds, fence, ...full });
      },
      note: (program, subject, data) => this.trace({ type: 'note', program, subject, data }),
      uuid: () => uuid(random),
    };
  }
}

/** zkCli's words for what the service refused; for the rest, what the program says itself. */
function describeError(error: unknown): string {
  if (error instanceof KeeperError) return error.cliMessage;
  return error instanceof Error ? error.message : String(error);
}
