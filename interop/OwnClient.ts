/** A client process of ours on the wall clock: its connection is a socket, its timers are real. */

import { connect, type Socket } from 'node:net';
import { ClientProcess } from '../src/client/ClientProcess.ts';
import { createPlainCommands } from '../src/client/commands.ts';
import type { ClientEffect, ClientEvent } from '../src/client/events.ts';
import type { ClientTrace, JsonValue } from '../src/client/trace.ts';
import { FrameSplitter, frame } from '../src/protocol/frames.ts';
import { createRecipeCommands } from '../src/recipes/commands.ts';

type Done = Extract<ClientTrace, { readonly type: 'commandDone' }>;

export class OwnClient {
  readonly traces: ClientTrace[] = [];
  private readonly process: ClientProcess;
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly waiting = new Map<number, (done: Done) => void>();
  private socket: Socket | null = null;
  private lastCommand = 0;

  /** `servers`: `127.0.0.1:2181`. */
  constructor(servers: readonly string[], sessionTimeoutMs: number, seed: number) {
    const [id, chroot, timeOriginMs] = [`C${seed}`, '', 0];
    this.process = new ClientProcess(
      { id, servers, sessionTimeoutMs, chroot, seed, timeOriginMs },
      new Map([...createPlainCommands(), ...createRecipeCommands()]),
    );
    this.step({ type: 'start' });
  }

  /** What the command answers. Errors: as zkCli words them. */
  async run(name: string, args: JsonValue = {}): Promise<JsonValue> {
    const command = ++this.lastCommand;
    const done = new Promise<Done>((resolve) => this.waiting.set(command, resolve));
    this.step({ type: 'command', command, name, args });
    const { ok, error, data } = await done;
    if (!ok) throw new Error(error);
    return data;
  }

  /** As if it had been killed. */
  end(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
    this.socket?.removeAllListeners().destroy();
  }

  private step(event: ClientEvent): void {
    const effects = this.process.step(Math.floor(performance.now()), event);
    for (const effect of effects) this.perform(effect);
    if (this.process.isSettling) this.settle();
  }

  /** Once programs have done what this event lets them do. */
  private settle(): void {
    setImmediate(() => {
      for (const effect of this.process.takeEffects()) this.perform(effect);
    });
  }

  private perform(effect: ClientEffect): void {
    switch (effect.type) {
      case 'connect':
        return this.connect(effect.server);
      case 'send':
        this.socket?.write(frame(effect.payload));
        return;
      case 'disconnect':
        this.socket
          ?.removeAllListeners()
          .on('error', () => {})
          .end();
        this.socket = null;
        return;
      case 'setTimer':
        return this.setTimer(effect.timer, effect.afterMs);
      case 'cancelTimer':
        return clearTimeout(this.timers.get(effect.timer));
      case 'trace':
        return this.note(effect.event);
      default:
        throw new Error(`${effect.type} is not for a client on its own`);
    }
  }

  private connect(server: string): void {
    const [host = '', port] = server.split(':');
    const splitter = new FrameSplitter();
    const socket = connect(Number(port), host, () => this.step({ type: 'connected' }));
    this.socket = socket;
    let isConnected = false;
    socket.on('connect', () => {
      isConnected = true;
    });
    socket.on('error', () => {});
    socket.on('close', () => this.step({ type: isConnected ? 'disconnected' : 'refused' }));
    socket.on('data', (chunk) => {
      for (const event of splitter.push(chunk)) {
        if (event.type === 'frame') this.step({ type: 'frame', payload: event.bytes });
      }
    });
  }

  private setTimer(timer: string, afterMs: number): void {
    clearTimeout(this.timers.get(timer));
    this.timers.set(
      timer,
      setTimeout(() => this.step({ type: 'timerFired', timer }), afterMs),
    );
  }

  private note(event: ClientTrace): void {
    this.traces.push(event);
    if (event.type === 'commandDone') this.waiting.get(event.command)?.(event);
  }
}
