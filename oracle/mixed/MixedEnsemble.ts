/**
 * Three servers in processes of their own, some Apache's and some ours, who know each other by TCP
 * alone; and what a test does to them.
 */

import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from '../../src/base/assert.ts';
import type { DiskFiles } from '../../src/server/disk.ts';
import { create } from '../Case.ts';
import { RealEnsemble, SUPER_DIGEST } from '../ensemble.mjs';
import { type SimpleClient, superClient } from '../Helper.ts';
import type { Release } from '../releases.mjs';
import { TcpEnsemble } from '../TcpEnsemble.ts';

export type SyncMode = 'DIFF' | 'TRUNC' | 'SNAP';

const SIZE = 3;
const WAIT_MS = 120_000;
const POLL_MS = 50;

/** Servers are counted from 0, as everywhere here. */
export interface MixedSetting {
  readonly ours: readonly number[];
  readonly observers?: readonly number[];
  readonly reconfig?: boolean;
}

export class MixedEnsemble {
  readonly clients: TcpEnsemble;
  readonly ours: ReadonlySet<number>;
  private readonly real: RealEnsemble;
  /** How long each server's output was when a server was started last. */
  private marks: readonly number[] = [];
  private elections = 0;

  static async start(
    release: Release,
    { ours, observers = [], reconfig }: MixedSetting,
  ): Promise<MixedEnsemble> {
    const real = await RealEnsemble.start({
      release,
      size: SIZE,
      ours,
      observers,
      properties: { 'org.slf4j.simpleLogger.defaultLogLevel': 'info' },
      settings: {
        tickTime: '1000',
        initLimit: '30',
        syncLimit: '15',
        maxSessionTimeout: '600000',
        forceSync: 'no',
        reconfigEnabled: `${reconfig ?? false}`,
        extendedTypesEnabled: 'true',
        'DigestAuthenticationProvider.superDigest': SUPER_DIGEST,
      },
    });
    return new MixedEnsemble(real, new Set(ours));
  }

  private constructor(real: RealEnsemble, ours: ReadonlySet<number>) {
    this.real = real;
    this.clients = new TcpEnsemble(real);
    this.ours = ours;
  }

  get all(): readonly number[] {
    return this.real.ports.map((_, i) => i);
  }

  name(server: number): string {
    return `${this.ours.has(server) ? 'our' : "Apache's"} S${server + 1}`;
  }

  stop(): Promise<void> {
    return this.real.stop();
  }

  kill(server: number): Promise<void> {
    return this.real.kill(server);
  }

  /** Resolves when it does nothing any more; its connections stay. */
  async freeze(server: number): Promise<void> {
    const child = this.real.children[server];
    child?.kill('SIGSTOP');
    const threads = `/proc/${child?.pid}/task`;
    await this.until('a process to stop', () =>
      readdirSync(threads).every((thread) =>
        / T /.test(readFileSync(join(threads, thread, 'stat'), 'utf8')),
      ),
    );
  }

  /** Of a server that does not run. */
  wipe(server: number): void {
    rmSync(this.folder(server), { recursive: true });
  }

  /** Resolves when all of them serve. */
  async restart(...servers: readonly number[]): Promise<void> {
    this.marks = this.all.map((i) => this.real.log(i).length);
    for (const server of servers) this.real.run(server);
    for (const server of servers) await this.real.untilServing(server);
  }

  files(server: number): DiskFiles {
    const folder = this.folder(server);
    return new Map(
      readdirSync(folder).map((name) => [name, new Uint8Array(readFileSync(join(folder, name)))]),
    );
  }

  clientAddress(server: number): string {
    return `127.0.0.1:${this.real.ports[server]}`;
  }

  /** What it has printed since a server was started last. */
  news(server: number): string {
    return this.real.log(server).slice(this.marks[server]);
  }

  log(server: number): string {
    return this.real.log(server);
  }

  async leader(): Promise<number> {
    let leader: number | undefined;
    await this.until('a leader', async () => {
      const modes = await Promise.all(this.all.map((i) => this.mode(i)));
      leader = modes.indexOf('leader');
      return leader >= 0;
    });
    return leader ?? -1;
  }

  /** Once it serves. */
  async client(server: number): Promise<SimpleClient> {
    let client: SimpleClient | null = null;
    await this.until(`${this.name(server)} to take clients`, async () => {
      client = await superClient(this.clients, server).catch(() => null);
      return client !== null;
    });
    assert(client !== null, 'a client');
    return client;
  }

  /**
   * Makes `server` the leader: it gets a history that is longer than that of one of the others, and
   * then the leader goes.
   */
  async elect(server: number): Promise<void> {
    const leader = await this.leader();
    if (leader === server) return;
    const other = this.all.find((i) => i !== server && i !== leader) ?? -1;
    await this.kill(other);
    const client = await this.client(server);
    await client.ask(create(`/election${++this.elections}`));
    await client.leave();
    await this.kill(leader);
    await this.restart(other);
    assert((await this.leader()) === server, `${this.name(server)} does not lead`);
    await this.restart(leader);
  }

  /**
   * How `learner` was brought to the history of `leader` when it was started last; if it tried more
   * than once, how it was the first time.
   */
  syncMode(learner: number, leader: number): SyncMode | null {
    const theirs = this.news(leader);
    const own = this.news(learner);
    if (this.ours.has(leader)) {
      const sent = new RegExp(`S${learner + 1} gets (\\w+)`).exec(theirs);
      return (sent?.[1] as SyncMode | undefined) ?? null;
    }
    if (/cut its log|Truncating log to get in sync/.test(own)) return 'TRUNC';
    if (/took over a snapshot|Getting a snapshot from leader/.test(own)) return 'SNAP';
    const sid = learner + 1;
    const sent = new RegExp(`(Sending DIFF .*|ommittedLog) for peer sid: ${sid}\\b`);
    return sent.test(theirs) ? 'DIFF' : null;
  }

  async until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
    const endMs = Date.now() + WAIT_MS;
    while (!(await isSo())) {
      if (Date.now() > endMs) throw new Error(`waited in vain for ${what}`);
      await new Promise((done) => setTimeout(done, POLL_MS));
    }
  }

  private async mode(server: number): Promise<string> {
    const text = await this.clients.word(server, 'srvr');
    return /^Mode: (\w+)/m.exec(text)?.[1] ?? '';
  }

  private folder(server: number): string {
    return join(this.real.dataDir(server), 'version-2');
  }
}
