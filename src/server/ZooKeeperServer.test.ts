/** A whole server: boot, recovery, one client, and what ends it. */

import { describe, expect, it } from 'vitest';
import { encode } from '../protocol/codec.ts';
import { ConnectRequest } from '../protocol/records.ts';
import { encodeRequest } from '../protocol/requests.ts';
import { ZERO_ZXID } from '../protocol/zxid.ts';
import { DEFAULT_CONFIG, type ServerConfig } from './config.ts';
import type { DiskFiles } from './disk.ts';
import type { ServerEffect } from './effects.ts';
import type { ServerEvent } from './events.ts';
import { applyDiskOps } from './storage/applyDiskOps.ts';
import type { TimerName } from './timers.ts';
import type { ServerTrace } from './trace.ts';
import { ZooKeeperServer } from './ZooKeeperServer.ts';

const CONFIG: ServerConfig = {
  ...DEFAULT_CONFIG,
  sid: 1,
  peers: [{ sid: 1, role: 'participant' }],
};

const ACL = [{ perms: 31, id: { scheme: 'world', id: 'anyone' } }];

/** Carries out effects at once: an ensemble of one needs nobody else. */
class Host {
  files: DiskFiles;
  nowMs = 0;
  readonly server = new ZooKeeperServer(CONFIG);
  readonly effects: ServerEffect[] = [];
  private readonly timers = new Map<TimerName, number>();

  constructor(files: DiskFiles = new Map()) {
    this.files = files;
    this.step({ type: 'boot', files });
  }

  step(event: ServerEvent): void {
    for (const effect of this.server.step(this.nowMs, event)) {
      this.effects.push(effect);
      if (effect.type === 'setTimer') this.timers.set(effect.timer, this.nowMs + effect.afterMs);
      else if (effect.type === 'cancelTimer') this.timers.delete(effect.timer);
      else if (effect.type === 'persist') {
        this.files = applyDiskOps(this.files, effect.ops);
        this.step({ type: 'persisted', token: effect.token });
      }
    }
  }

  runUntil(endMs: number): void {
    for (;;) {
      const [next] = [...this.timers].sort(([, a], [, b]) => a - b);
      if (next === undefined || next[1] > endMs) break;
      this.timers.delete(next[0]);
      this.nowMs = next[1];
      this.step({ type: 'timerFired', timer: next[0] });
    }
    this.nowMs = endMs;
  }

  connect(connection: number): void {
    this.step({ type: 'clientConnected', connection, address: '127.0.0.1:9' });
    const request = {
      protocolVersion: 0,
      lastZxidSeen: ZERO_ZXID,
      timeOut: 10_000,
      sessionId: 0n,
      passwd: null,
      readOnly: false,
    };
    this.step({ type: 'clientFrame', connection, payload: encode(ConnectRequest, request) });
  }

  get traces(): readonly ServerTrace[] {
    return this.effects.flatMap((effect) => (effect.type === 'trace' ? [effect.event] : []));
  }

  get sent(): readonly string[] {
    return this.effects.flatMap((it) => (it.type === 'sendClient' ? [it.summary.text] : []));
  }
}

function served(files?: DiskFiles): Host {
  const host = new Host(files);
  host.runUntil(2_000);
  host.connect(1);
  const create = encodeRequest(1, { type: 'create', path: '/a', data: null, acl: ACL, flags: 0 });
  host.step({ type: 'clientFrame', connection: 1, payload: create });
  return host;
}

describe('ZooKeeperServer', () => {
  it('boots, leads itself, and answers', () => {
    const host = served();
    expect(host.traces.map(({ type }) => type)).toContain('leaderEstablished');
    expect(host.sent).toEqual(['session 0x19b76daa8000000', 'create /a']);
    const states = host.traces.filter(({ type }) => type === 'assertionFailed');
    expect(states).toEqual([]);
  });

  it('answers a write only when it is durable', () => {
    const host = served();
    const kinds = host.effects.map((it) => (it.type === 'trace' ? it.event.type : it.type));
    expect(kinds.lastIndexOf('sendClient')).toBeGreaterThan(kinds.lastIndexOf('persist'));
    expect(kinds.indexOf('logged')).toBeLessThan(kinds.indexOf('applied'));
  });

  it('finds everything again after a restart', () => {
    const again = served(served().files);
    expect(again.sent.at(-1)).toBe('NodeExists for /a');
  });

  it('does the same for the same events', () => {
    expect(served().effects).toEqual(served().effects);
  });

  it('stays down when recovery refuses its disk', () => {
    const { files } = served();
    const noSnapshot = new Map([...files].filter(([file]) => !file.startsWith('snapshot')));
    const host = new Host(noSnapshot);
    expect(host.traces.map(({ type }) => type)).toEqual(['recoveryRefused']);
    expect(host.server.step(5_000, { type: 'timerFired', timer: 'notification' })).toEqual([]);
  });

  it('ends alone when an assertion fails, and then does nothing', () => {
    const host = served();
    host.step({ type: 'persisted', token: 999 });
    expect(host.traces.at(-1)).toMatchObject({ type: 'assertionFailed' });
    const length = host.effects.length;
    host.runUntil(60_000);
    expect(host.effects).toHaveLength(length);
  });
});
