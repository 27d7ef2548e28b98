/**
 * Runs a client. After an event its program may go on in async code: the runner lets that finish
 * (`drain`) before the next event, so that all it does happens at the time of the event that woke
 * it.
 */

import { assert } from '../base/assert.ts';
import { utf8Decode, utf8Encode } from '../base/utf8.ts';
import type { ClientEffect, ClientEvent, ClientStepper } from '../client/events.ts';
import type { Connection } from '../network/Connection.ts';
import type { DiskFiles, DiskOp } from '../server/disk.ts';
import type { DiskWrite } from './Disk.ts';
import { sizeOf } from './DiskImage.ts';
import type { ProcessItem } from './localEvents.ts';
import { type Machine, nowMsOf, type Runner } from './Runner.ts';
import { SerialDisk } from './SerialDisk.ts';

/** Resolves when every microtask that waits now, and those that they start, have run. */
export type Drain = () => Promise<void>;

export class ClientRunner implements Runner {
  private readonly machine: Machine;
  private readonly client: ClientStepper;
  private readonly drain: Drain;
  private readonly files: DiskFiles;
  private readonly disk: SerialDisk;
  /** To the server. */
  private connection: Connection | null = null;
  private probe: { readonly connection: Connection; readonly word: string } | null = null;

  constructor(
    machine: Machine,
    client: ClientStepper,
    drain: Drain,
    files: DiskFiles,
    diskLatencyUs: number,
  ) {
    this.machine = machine;
    this.client = client;
    this.drain = drain;
    this.files = files;
    this.disk = new SerialDisk(files, diskLatencyUs);
  }

  get isSettling(): boolean {
    return this.client.isSettling;
  }

  handle(item: ProcessItem): void {
    const event = this.eventOf(item);
    if (event === null) return;
    for (const effect of this.client.step(nowMsOf(this.machine.nowUs), event)) this.perform(effect);
  }

  async settle(): Promise<void> {
    await this.drain();
    for (const effect of this.client.takeEffects()) this.perform(effect);
  }

  takeWrites(): readonly DiskWrite[] {
    return this.disk.takeWrites();
  }

  private eventOf(item: ProcessItem): ClientEvent | null {
    if ('connection' in item && item.connection === this.probe?.connection) {
      return this.probed(item);
    }
    switch (item.type) {
      case 'boot':
        return { type: 'start', files: this.files };
      case 'timer':
        return { type: 'timerFired', timer: item.timer.name };
      case 'connected':
        if (isToClient(item.connection)) return peerConnected(item.connection, item.dialled);
        return item.connection === this.connection ? { type: 'connected' } : null;
      case 'refused': {
        const { peer } = item.connection;
        if (isToClient(item.connection)) return { type: 'peerRefused', peer: peer.id };
        return this.over(item.connection, { type: 'refused' });
      }
      case 'message':
        if (isToClient(item.connection)) {
          const { connection, message } = item;
          return { type: 'peerMessage', connection: connection.local, payload: message.payload };
        }
        if (item.connection !== this.connection) return null;
        return { type: 'frame', payload: item.message.payload };
      case 'disconnected':
        if (isToClient(item.connection)) {
          return { type: 'peerDisconnected', connection: item.connection.local };
        }
        return this.over(item.connection, { type: 'disconnected' });
      case 'input':
        assert(item.input.type === 'command', 'a client expires no session');
        return item.input;
      case 'persisted':
      case 'diskRead':
        throw new Error('clients read their disk at the start, and wait for no write');
    }
  }

  /** What happens to the connection of a probe. */
  private probed(item: ProcessItem): ClientEvent | null {
    const { stack } = this.machine;
    if (this.probe === null) return null;
    const { connection, word } = this.probe;
    if (item.type === 'connected') {
      const summary = { kind: 'fourLetterWord', text: word } as const;
      stack.send(connection, 'word', utf8Encode(word), summary);
      return null;
    }
    this.probe = null;
    if (item.type !== 'message') return { type: 'probed', answer: null };
    stack.close(connection);
    return { type: 'probed', answer: utf8Decode(item.message.payload) };
  }

  /** `event` if it is the connection that the client knows of, which is over now. */
  private over(connection: Connection, event: ClientEvent): ClientEvent | null {
    if (connection !== this.connection) return null;
    this.connection = null;
    return event;
  }

  private perform(effect: ClientEffect): void {
    const { machine } = this;
    switch (effect.type) {
      case 'connect':
        this.disconnect();
        this.connection = machine.stack.dial(effect.server, 'client');
        return;
      case 'send': {
        const type = effect.summary.kind === 'fourLetterWord' ? 'word' : 'frame';
        if (this.connection === null) return;
        return machine.stack.send(this.connection, type, effect.payload, effect.summary);
      }
      case 'disconnect':
        return this.disconnect();
      case 'probe':
        if (this.probe !== null) machine.stack.close(this.probe.connection);
        this.probe = {
          connection: machine.stack.dial(effect.server, 'client'),
          word: effect.word,
        };
        return;
      case 'connectPeer':
        machine.stack.dial(effect.peer, 'broker');
        return;
      case 'sendPeer': {
        const connection = machine.stack.find(effect.connection);
        if (connection === undefined) return;
        return machine.stack.send(connection, 'frame', effect.payload, effect.summary);
      }
      case 'disconnectPeer': {
        const connection = machine.stack.find(effect.connection);
        if (connection !== undefined) machine.stack.close(connection);
        return;
      }
      case 'persist':
        return this.persist(effect.ops);
      case 'setTimer':
        return machine.setTimer(effect.timer, effect.afterMs);
      case 'cancelTimer':
        return machine.cancelTimer(effect.timer);
      case 'trace':
        return machine.trace(effect.event);
    }
  }

  private persist(ops: readonly DiskOp[]): void {
    const doneUs = this.disk.write(this.machine.nowUs, ops);
    let bytes = 0;
    for (const op of ops) bytes += sizeOf(op);
    this.machine.trace({ type: 'diskWrite', bytes, doneUs });
  }

  private disconnect(): void {
    if (this.connection !== null) this.machine.stack.close(this.connection);
    this.connection = null;
  }
}

const isToClient = ({ channel }: Connection): boolean => channel === 'broker';

function peerConnected({ peer, local }: Connection, dialled: boolean): ClientEvent {
  return { type: 'peerConnected', peer: peer.id, connection: local, dialled };
}
