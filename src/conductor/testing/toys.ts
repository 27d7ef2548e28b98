/**
 * Toy programs: servers that gossip over all that a host offers them, and clients that ask them.
 */

import { Prng } from '../../base/prng.ts';
import { utf8Decode, utf8Encode } from '../../base/utf8.ts';
import type {
  ClientConfig,
  ClientEffect,
  ClientEvent,
  ClientStepper,
} from '../../client/events.ts';
import { asZxid, ZERO_ZXID } from '../../protocol/zxid.ts';
import type { ServerConfig } from '../../server/config.ts';
import type { ServerEffect } from '../../server/effects.ts';
import type { ServerEvent } from '../../server/events.ts';
import type { TraceEvent } from '../../trace/TraceEvent.ts';
import { Conductor } from '../Conductor.ts';
import { DEFAULT_ENSEMBLE, type EnsembleConfig } from '../config.ts';
import type { Programs } from '../createParticipant.ts';
import { SameThreadHost } from '../SameThreadHost.ts';
import type { ServerStepper } from '../ServerRunner.ts';

/**
 * Dials every server with a lower sid and dials again when that fails; each tick it sends a
 * rumour to a peer and writes it to disk; each rumour is answered until it has lived out its
 * hops. Throws when told `crash`.
 */
class GossipServer implements ServerStepper {
  private readonly config: ServerConfig;
  private readonly random: Prng;
  private readonly peers = new Map<number, number>();
  private token = 0;
  private nowMs = 0;
  private out: ServerEffect[] = [];

  constructor(config: ServerConfig) {
    this.config = config;
    this.random = new Prng(config.seed);
  }

  step(nowMs: number, event: ServerEvent): readonly ServerEffect[] {
    this.nowMs = nowMs;
    this.out = [];
    this.on(event);
    return this.out;
  }

  private on(event: ServerEvent): void {
    switch (event.type) {
      case 'boot':
        this.out.push({
          type: 'trace',
          event: {
            type: 'recovered',
            lastZxid: asZxid(event.files.get('log')?.length ?? 0),
            acceptedEpoch: 0,
            currentEpoch: 0,
            snapshotZxid: ZERO_ZXID,
            cutBytes: 0,
          },
        });
        for (const { sid } of this.config.peers) if (sid < this.config.sid) this.dial(sid);
        this.out.push({
          type: 'setTimer',
          timer: 'leaderPing',
          afterMs: this.random.between(1, 40),
        });
        return;
      case 'timerFired':
        return this.onTimer(event.timer);
      case 'peerConnected':
        this.peers.set(event.connection, event.peer);
        return;
      case 'peerRefused':
        this.out.push({ type: 'setTimer', timer: 'connectLeader', afterMs: 300 });
        return;
      case 'peerDisconnected':
        this.peers.delete(event.connection);
        if (event.peer < this.config.sid) this.dial(event.peer);
        return;
      case 'peerPacket':
        return this.onPacket(event.connection, event.bytes);
      case 'clientFrame':
        if (utf8Decode(event.payload) === 'crash') throw new Error('told to crash');
        this.out.push({
          type: 'sendClient',
          connection: event.connection,
          payload: event.payload,
          summary: { kind: 'reply', text: `${this.config.sid}` },
        });
        return;
      default:
        return;
    }
  }

  private onTimer(timer: string): void {
    if (timer === 'connectLeader') {
      for (const { sid } of this.config.peers) {
        if (sid < this.config.sid && ![...this.peers.values()].includes(sid)) this.dial(sid);
      }
      return;
    }
    this.out.push({ type: 'setTimer', timer: 'leaderPing', afterMs: this.random.between(5, 60) });
    const [connection] = this.random.shuffle([...this.peers.keys()]);
    if (connection === undefined) return;
    this.send(connection, this.random.between(1, 6));
    if (this.random.chance(30)) this.out.push({ type: 'disconnectPeer', connection });
    const bytes = utf8Encode(`${this.nowMs};`);
    const ops = [{ type: 'append', file: 'log', bytes }] as const;
    this.out.push({ type: 'persist', token: this.token++, ops });
  }

  private onPacket(connection: number, bytes: Uint8Array): void {
    const hops = bytes[0] ?? 0;
    if (hops > 0) this.send(connection, hops - 1);
  }

  private send(connection: number, hops: number): void {
    const bytes = new Uint8Array([hops, this.config.sid]);
    const summary = { kind: 'PING', text: `${hops} hops` } as const;
    this.out.push({ type: 'sendPeer', connection, bytes, summary });
  }

  private dial(peer: number): void {
    this.out.push({ type: 'connectPeer', link: 'quorum', peer });
  }
}

/**
 * Stays connected to some server, and says there what it is told to say, after a few turns of
 * async code.
 */
class EchoClient implements ClientStepper {
  isSettling = false;
  private readonly config: ClientConfig;
  private dials = 0;
  private isConnected = false;
  private out: ClientEffect[] = [];

  constructor(config: ClientConfig) {
    this.config = config;
  }

  step(_nowMs: number, event: ClientEvent): readonly ClientEffect[] {
    if (event.type === 'start') this.dial();
    else if (event.type === 'connected') this.isConnected = true;
    else if (event.type === 'command') void this.say(event.name);
    else if (event.type === 'timerFired') this.dial();
    else if (event.type === 'refused' || event.type === 'disconnected') {
      this.isConnected = false;
      this.out.push({ type: 'setTimer', timer: 'reconnect', afterMs: 50 });
    }
    const { out } = this;
    this.out = [];
    return out;
  }

  takeEffects(): readonly ClientEffect[] {
    const { out } = this;
    this.out = [];
    this.isSettling = false;
    return out;
  }

  private dial(): void {
    const server = this.config.servers[this.dials++ % this.config.servers.length] ?? 'S1';
    this.out.push({ type: 'connect', server });
  }

  private async say(text: string): Promise<void> {
    this.isSettling = true;
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
    if (!this.isConnected) return;
    const summary = { kind: 'request', text } as const;
    this.out.push({ type: 'send', payload: utf8Encode(text), summary });
  }
}

export const TOYS: Programs = {
  createServer: (config) => new GossipServer(config),
  createClient: (config) => new EchoClient(config),
  drain: () => new Promise((resolve) => setImmediate(resolve)),
};

export interface Run {
  readonly conductor: Conductor;
  readonly events: TraceEvent[];
}

export function startToys(change: Partial<EnsembleConfig> = {}): Run {
  const events: TraceEvent[] = [];
  const config = { ...DEFAULT_ENSEMBLE, participants: 3, ...change };
  const conductor = new Conductor(config, new SameThreadHost(TOYS), (batch) => {
    events.push(...batch);
  });
  return { conductor, events };
}
