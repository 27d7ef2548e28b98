/**
 * Whole servers in this thread, over links without latency and disks in memory, for tests that try
 * millions of things: virtual time stands still unless it is let go on.
 */

import { assert } from '../../../../base/assert.ts';
import { DEFAULT_CONFIG, type ServerConfig } from '../../../../server/config.ts';
import type { DiskFiles, DiskOp } from '../../../../server/disk.ts';
import type { ServerEffect } from '../../../../server/effects.ts';
import type { LinkKind, ServerEvent } from '../../../../server/events.ts';
import { createOperatorCommands } from '../../../../server/pipeline/operatorCommands.ts';
import { createSaslServer } from '../../../../server/pipeline/sasl/DigestMd5Server.ts';
import { applyDiskOps } from '../../../../server/storage/applyDiskOps.ts';
import type { TimerName } from '../../../../server/timers.ts';
import { ZooKeeperServer } from '../../../../server/ZooKeeperServer.ts';

const ELECTION_MS_MAX = 60_000;

export type ClientEffect = Extract<
  ServerEffect,
  { readonly type: 'sendClient' } | { readonly type: 'closeClient' }
>;

export interface WholeServersOptions {
  readonly size: number;
  readonly config?: Partial<ServerConfig>;
  /** What is on each disk. */
  readonly files?: DiskFiles;
  /** What the servers have for clients. */
  readonly onClient?: (effect: ClientEffect) => void;
  /** What arrives instead of a packet between servers. */
  readonly onPacket?: (link: LinkKind, bytes: Uint8Array) => Uint8Array;
}

interface Member {
  readonly sid: number;
  readonly server: ZooKeeperServer;
  readonly timers: Map<TimerName, number>;
  /** All that was written: put together when somebody reads it. */
  readonly written: DiskOp[];
  isServing: boolean;
  isLeading: boolean;
}

interface Link {
  readonly link: LinkKind;
  readonly ends: readonly [from: Member, to: Member];
}

export class WholeServers {
  nowMs = 0;
  /** Why a server went down; it must stay empty. */
  readonly crashes: string[] = [];
  /** Why a server refuses its disk. */
  readonly refusals: string[] = [];
  private readonly options: WholeServersOptions;
  private readonly members: readonly Member[];
  private readonly links = new Map<number, Link>();
  private readonly events: { readonly to: Member; readonly event: ServerEvent }[] = [];
  private lastConnection = 0;

  constructor(options: WholeServersOptions) {
    this.options = options;
    const peers = Array.from({ length: options.size }, (_, i) => ({
      sid: i + 1,
      role: 'participant' as const,
    }));
    this.members = peers.map(({ sid }) => ({
      sid,
      server: new ZooKeeperServer(
        { ...DEFAULT_CONFIG, ...options.config, sid, peers },
        { isOn: false },
        createOperatorCommands,
        createSaslServer,
      ),
      timers: new Map(),
      written: [],
      isServing: false,
      isLeading: false,
    }));
    const { files = new Map() } = options;
    for (const to of this.members) this.events.push({ to, event: { type: 'boot', files } });
    this.run();
  }

  get areServing(): boolean {
    return this.members.every((member) => member.isServing);
  }

  filesOf(sid: number): DiskFiles {
    return applyDiskOps(this.options.files ?? new Map(), this.member(sid).written);
  }

  /** False if it does not happen within a minute of virtual time. */
  untilServing(): boolean {
    const endMs = this.nowMs + ELECTION_MS_MAX;
    while (!this.areServing) if (!this.fireNext(endMs)) return false;
    return true;
  }

  advance(ms: number): void {
    const endMs = this.nowMs + ms;
    while (this.fireNext(endMs));
    this.nowMs = endMs;
  }

  tell(sid: number, event: ServerEvent): void {
    this.events.push({ to: this.member(sid), event });
  }

  /** Until nothing more follows from what was told. */
  run(): void {
    for (let i = 0; i < this.events.length; i++) {
      const next = this.events[i];
      if (next === undefined) break;
      const { to, event } = next;
      for (const effect of to.server.step(this.nowMs, event)) this.perform(to, effect);
    }
    this.events.length = 0;
  }

  private perform(member: Member, effect: ServerEffect): void {
    switch (effect.type) {
      case 'connectPeer':
        return this.dial(member, effect.link, effect.peer);
      case 'sendPeer':
        return this.send(member, effect.connection, effect.bytes);
      case 'disconnectPeer':
        return this.disconnect(member, effect.connection);
      case 'sendClient':
      case 'closeClient':
        return this.options.onClient?.(effect);
      case 'setTimer':
        member.timers.set(effect.timer, this.nowMs + effect.afterMs);
        return;
      case 'cancelTimer':
        member.timers.delete(effect.timer);
        return;
      case 'persist': {
        member.written.push(...effect.ops);
        const event = { type: 'persisted', token: effect.token } as const;
        this.events.push({ to: member, event });
        return;
      }
      case 'readDisk': {
        const files = this.filesOf(member.sid);
        this.events.push({ to: member, event: { type: 'diskRead', files } });
        return;
      }
      case 'trace':
        return this.observe(member, effect.event);
    }
  }

  private observe(member: Member, event: Extract<ServerEffect, { type: 'trace' }>['event']): void {
    if (event.type === 'stateChanged') {
      member.isServing = event.phase === 'BROADCAST';
      member.isLeading = event.state === 'LEADING';
    } else if (event.type === 'assertionFailed') {
      this.crashes.push(`S${member.sid}: ${event.message}`);
    } else if (event.type === 'recoveryRefused') {
      this.refusals.push(`${event.file} at ${event.offset}: ${event.reason}`);
    }
  }

  private dial(from: Member, link: LinkKind, peer: number): void {
    const to = this.members[peer - 1];
    if (to === undefined) {
      this.events.push({ to: from, event: { type: 'peerRefused', link, peer } });
      return;
    }
    const connection = ++this.lastConnection;
    this.links.set(connection, { link, ends: [from, to] });
    const told = { type: 'peerConnected', link, connection } as const;
    this.events.push({ to: from, event: { ...told, peer, dialled: true } });
    this.events.push({ to, event: { ...told, peer: from.sid, dialled: false } });
  }

  private send(from: Member, connection: number, sent: Uint8Array): void {
    const link = this.links.get(connection);
    if (link === undefined) return;
    const { onPacket } = this.options;
    const bytes = onPacket === undefined ? sent : onPacket(link.link, sent);
    const event = {
      type: 'peerPacket',
      link: link.link,
      peer: from.sid,
      connection,
      bytes,
    } as const;
    this.events.push({ to: this.otherEnd(link, from), event });
  }

  private disconnect(by: Member, connection: number): void {
    const link = this.links.get(connection);
    if (link === undefined || !this.links.delete(connection)) return;
    const event = { type: 'peerDisconnected', link: link.link, peer: by.sid, connection } as const;
    this.events.push({ to: this.otherEnd(link, by), event });
  }

  private otherEnd({ ends: [from, to] }: Link, member: Member): Member {
    return member === from ? to : from;
  }

  private member(sid: number): Member {
    const member = this.members[sid - 1];
    assert(member !== undefined, `no server ${sid}`);
    return member;
  }

  /** False if no timer is due by then. */
  private fireNext(endMs: number): boolean {
    let due: { readonly to: Member; readonly timer: TimerName; readonly atMs: number } | null =
      null;
    for (const to of this.members) {
      for (const [timer, atMs] of to.timers) {
        if (due === null || atMs < due.atMs) due = { to, timer, atMs };
      }
    }
    if (due === null || due.atMs > endMs) return false;
    const { to, timer, atMs } = due;
    to.timers.delete(timer);
    this.nowMs = Math.max(this.nowMs, atMs);
    this.events.push({ to, event: { type: 'timerFired', timer } });
    this.run();
    return true;
  }
}
