/**
 * Runs a server: what happens on its machine becomes server events, its effects become messages,
 * timers, writes.
 */

import { assert } from '../base/assert.ts';
import { utf8Decode } from '../base/utf8.ts';
import { numberOf, serverId } from '../network/address.ts';
import type { Connection } from '../network/Connection.ts';
import type { MessageType } from '../network/Message.ts';
import type { Channel } from '../network/trace.ts';
import type { DiskFiles, DiskOp } from '../server/disk.ts';
import type { MessageSummary, ServerEffect } from '../server/effects.ts';
import type { LinkKind, ServerEvent } from '../server/events.ts';
import type { TimerName } from '../server/timers.ts';
import type { ServerTrace } from '../server/trace.ts';
import type { DiskWrite } from './Disk.ts';
import { sizeOf } from './DiskImage.ts';
import type { ProcessInput, ProcessItem } from './localEvents.ts';
import { OUTSIDE_CONNECTIONS_FROM, type Outside } from './Outside.ts';
import { type Machine, nowMsOf, type Runner } from './Runner.ts';
import { SerialDisk } from './SerialDisk.ts';

/** `ZooKeeperServer` is one. */
export interface ServerStepper {
  step(nowMs: number, event: ServerEvent): readonly ServerEffect[];
}

export class ServerRunner implements Runner {
  readonly isSettling = false;
  private readonly machine: Machine;
  private readonly server: ServerStepper;
  private readonly disk: SerialDisk;
  /** Until the server has booted. */
  private files: DiskFiles;
  private readonly outside: Outside | null;
  /** Connections that the server has been told of and has not closed. */
  private readonly live = new Set<number>();

  constructor(
    machine: Machine,
    server: ServerStepper,
    files: DiskFiles,
    diskLatencyUs: number,
    outside: Outside | null,
  ) {
    this.machine = machine;
    this.outside = outside;
    this.server = server;
    this.disk = new SerialDisk(outside?.disk ? new Map() : files, diskLatencyUs);
    this.files = files;
  }

  handle(item: ProcessItem): void {
    if (item.type === 'input' && item.input.type === 'outside') {
      for (const event of item.input.events) this.step(event);
      return;
    }
    const event = this.eventOf(item);
    if (event !== null) this.step(event);
  }

  private step(event: ServerEvent): void {
    const effects = this.server.step(nowMsOf(this.machine.nowUs), event);
    for (const effect of effects) this.perform(effect);
  }

  async settle(): Promise<void> {}

  takeWrites(): readonly DiskWrite[] {
    return this.disk.takeWrites();
  }

  private eventOf(item: ProcessItem): ServerEvent | null {
    switch (item.type) {
      case 'boot': {
        const { files } = this;
        this.files = new Map();
        return { type: 'boot', files };
      }
      case 'timer':
        return { type: 'timerFired', timer: item.timer.name as TimerName };
      case 'connected':
        return this.connected(item.connection, item.dialled);
      case 'refused': {
        const { channel, peer } = item.connection;
        return { type: 'peerRefused', link: linkOf(channel), peer: numberOf(peer.id) };
      }
      case 'message':
        return this.received(item.connection, item.message.type, item.message.payload);
      case 'disconnected':
        return this.disconnected(item.connection);
      case 'persisted':
      case 'diskRead':
        return item;
      case 'input':
        return inputEvent(item.input);
    }
  }

  private connected({ local, channel, peer, key }: Connection, dialled: boolean): ServerEvent {
    this.live.add(local);
    if (channel === 'client') {
      const address = clientAddress(numberOf(peer.id), key);
      return { type: 'clientConnected', connection: local, address };
    }
    const sid = numberOf(peer.id);
    return { type: 'peerConnected', link: linkOf(channel), peer: sid, connection: local, dialled };
  }

  private received(
    { local, channel, peer }: Connection,
    type: MessageType,
    payload: Uint8Array,
  ): ServerEvent | null {
    if (!this.live.has(local)) return null;
    if (channel !== 'client') {
      const sid = numberOf(peer.id);
      return {
        type: 'peerPacket',
        link: linkOf(channel),
        peer: sid,
        connection: local,
        bytes: payload,
      };
    }
    if (type === 'frame') return { type: 'clientFrame', connection: local, payload };
    return { type: 'fourLetterWord', connection: local, word: utf8Decode(payload) };
  }

  private disconnected({ local, channel, peer }: Connection): ServerEvent | null {
    if (!this.live.delete(local)) return null;
    if (channel === 'client') return { type: 'clientDisconnected', connection: local };
    return {
      type: 'peerDisconnected',
      link: linkOf(channel),
      peer: numberOf(peer.id),
      connection: local,
    };
  }

  private perform(effect: ServerEffect): void {
    const { machine } = this;
    switch (effect.type) {
      case 'connectPeer':
        machine.stack.dial(serverId(effect.peer), effect.link);
        return;
      case 'sendPeer':
        return this.send(effect.connection, effect.bytes, effect.summary);
      case 'sendClient':
        if (effect.connection >= OUTSIDE_CONNECTIONS_FROM) {
          return this.outside?.send(effect.connection, effect.payload, effect.summary.kind);
        }
        return this.send(effect.connection, effect.payload, effect.summary);
      case 'closeClient':
        if (effect.connection >= OUTSIDE_CONNECTIONS_FROM) {
          return this.outside?.close(effect.connection);
        }
        return this.close(effect.connection);
      case 'disconnectPeer':
        return this.close(effect.connection);
      case 'setTimer':
        return machine.setTimer(effect.timer, effect.afterMs);
      case 'cancelTimer':
        return machine.cancelTimer(effect.timer);
      case 'persist':
        return this.persist(effect.token, effect.ops);
      case 'readDisk':
        return this.readDisk();
      case 'trace':
        machine.trace(effect.event);
        if (isLastWord(effect.event)) machine.exit();
        return;
    }
  }

  /** A connection that broke a moment ago may still be written to: nothing happens. */
  private send(local: number, bytes: Uint8Array, summary: MessageSummary): void {
    const connection = this.machine.stack.find(local);
    if (connection !== undefined) this.machine.stack.send(connection, 'frame', bytes, summary);
  }

  private close(local: number): void {
    this.live.delete(local);
    const connection = this.machine.stack.find(local);
    if (connection !== undefined) this.machine.stack.close(connection);
  }

  private readDisk(): void {
    const { machine, outside } = this;
    const { doneUs, files } = outside?.disk
      ? { doneUs: machine.nowUs, files: outside.disk.files() }
      : this.disk.read(machine.nowUs);
    machine.schedule(doneUs, { type: 'diskRead', files });
  }

  private persist(token: number, ops: readonly DiskOp[]): void {
    const { machine, outside } = this;
    if (outside?.disk) return outside.disk.persist(token, ops);
    const doneUs = this.disk.write(machine.nowUs, ops);
    machine.schedule(doneUs, { type: 'persisted', token });
    if (!machine.isTracing) return;
    let bytes = 0;
    for (const op of ops) bytes += sizeOf(op);
    machine.trace({ type: 'diskWrite', bytes, doneUs });
  }
}

/** A broken invariant, or a disk that the server refuses: it has nothing more to say. */
function isLastWord({ type }: ServerTrace): boolean {
  return type === 'assertionFailed' || type === 'recoveryRefused';
}

function inputEvent(input: ProcessInput): ServerEvent {
  assert(input.type === 'expireSession', 'a server takes no client commands');
  return { type: 'expireSession', sessionId: input.sessionId };
}

function linkOf(channel: Channel): LinkKind {
  assert(channel === 'election' || channel === 'quorum', 'servers dial servers only');
  return channel;
}

/** `10.1.0.3:40017` for a dial of C3: one ip per client, and the port tells its dials apart. */
function clientAddress(client: number, connectionKey: number): string {
  const port = 32_768 + (connectionKey % 28_232);
  return `10.1.${(client >> 8) & 0xff}.${client & 0xff}:${port}`;
}
