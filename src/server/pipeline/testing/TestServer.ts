/**
 * One server's pipeline over a real database, driven by raw frames: time, disk and the quorum side
 * are the test's.
 */

import { assert } from '../../../base/assert.ts';
import { Prng } from '../../../base/prng.ts';
import { DEFAULT_CONFIG, type ServerConfig, type Sid } from '../../config.ts';
import type { ServerContext } from '../../context.ts';
import type { DiskFiles, DiskOp } from '../../disk.ts';
import type { ServerEffect } from '../../effects.ts';
import { ServerMetrics } from '../../metrics/ServerMetrics.ts';
import type { Replication } from '../../replication.ts';
import { ZKDatabase } from '../../storage/ZKDatabase.ts';
import type { TimerName } from '../../timers.ts';
import type { ServerTrace } from '../../trace.ts';
import { FourLetterWords } from '../FourLetterWords.ts';
import { QuorumZooKeeperServer } from '../QuorumZooKeeperServer.ts';
import { createSaslServer } from '../sasl/DigestMd5Server.ts';
import { TestClient, type TestPort } from './TestClient.ts';

export class TestServer implements ServerContext, TestPort {
  readonly isTracing = true;
  readonly config: ServerConfig;
  readonly random: Prng;
  readonly metrics = new ServerMetrics();
  nowMs = 0;
  readonly database: ZKDatabase;
  readonly pipeline: QuorumZooKeeperServer;
  readonly traces: ServerTrace[] = [];
  readonly timers = new Map<TimerName, number>();
  private readonly words: FourLetterWords;
  private readonly clients = new Map<number, TestClient>();
  private durable: (() => void)[] = [];
  private lastConnection = 0;

  constructor(
    sid: Sid,
    options: Partial<ServerConfig>,
    replicationFor: (server: TestServer) => Replication,
  ) {
    const peers = [{ sid, role: 'participant' as const }];
    this.config = { ...DEFAULT_CONFIG, sid, peers, tickTimeMs: 1000, ...options };
    this.random = new Prng(this.config.seed);
    const opened = ZKDatabase.open(this, new Map());
    assert(opened.ok, 'an empty disk is fine');
    this.database = opened.value;
    this.settle();
    this.pipeline = new QuorumZooKeeperServer(this, this.database, createSaslServer);
    const replication = replicationFor(this);
    this.pipeline.attach(replication);
    const parts = {
      context: this,
      database: this.database,
      cnxns: this.pipeline.cnxns,
      digestLog: this.pipeline.digestLog,
      startedAtMs: 0,
      status: () => replication.status(),
      resetProposalStats: () => {},
      role: () => this.pipeline.role,
      diskUsage: () => 3,
    };
    this.words = new FourLetterWords(parts, () => ['host.name=here']);
  }

  /** A raw connection without a session. */
  open(address?: string): TestClient {
    const connection = ++this.lastConnection;
    const client = new TestClient(this, connection);
    this.clients.set(connection, client);
    this.pipeline.cnxns.open(connection, address ?? `127.0.0.1:${40_000 + connection}`);
    return client;
  }

  /** A connection with a session of its own, or with the one given. */
  connect(options: Parameters<TestClient['handshake']>[0] = {}): TestClient {
    const client = this.open();
    client.handshake(options);
    return client;
  }

  frame(connection: number, payload: Uint8Array): void {
    this.pipeline.onFrame(connection, payload);
    this.settle();
  }

  disconnect(connection: number): void {
    this.pipeline.cnxns.onDisconnected(connection);
  }

  word(word: string): string {
    const client = this.open();
    this.words.process(client.connection, word);
    return client.takeText();
  }

  /** Lets time pass, firing timers as they come due. */
  advance(ms: number): void {
    const end = this.nowMs + ms;
    for (;;) {
      const due = [...this.timers].sort(([, a], [, b]) => a - b)[0];
      if (due === undefined || due[1] > end) break;
      const [timer, atMs] = due;
      this.timers.delete(timer);
      this.nowMs = Math.max(this.nowMs, atMs);
      if (timer === 'sessionExpiry') this.pipeline.onSessionExpiry();
      else if (timer === 'containerCheck') this.pipeline.onContainerCheck();
      else if (timer === 'connectionExpiry') this.pipeline.cnxns.closeExpired();
      else if (timer === 'localSessionExpiry') this.pipeline.onLocalSessionExpiry();
      else if (timer === 'requestThrottle') this.pipeline.onRequestThrottle();
      this.settle();
    }
    this.nowMs = end;
  }

  traced<T extends ServerTrace['type']>(type: T): readonly Extract<ServerTrace, { type: T }>[] {
    return this.traces.filter((it): it is Extract<ServerTrace, { type: T }> => it.type === type);
  }

  emit(effect: ServerEffect): void {
    if (effect.type === 'sendClient') this.clients.get(effect.connection)?.received(effect);
    else if (effect.type === 'closeClient') this.clients.get(effect.connection)?.closed();
  }

  trace(event: ServerTrace): void {
    this.traces.push(event);
  }

  setTimer(timer: TimerName, afterMs: number): void {
    this.timers.set(timer, this.nowMs + afterMs);
  }

  cancelTimer(timer: TimerName): void {
    this.timers.delete(timer);
  }

  persist(_ops: readonly DiskOp[], onDurable: () => void): void {
    this.durable.push(onDurable);
  }

  readDisk(_onRead: (files: DiskFiles) => void): void {
    assert(false, 'nothing is truncated here');
  }

  settle(): void {
    while (this.durable.length > 0) {
      const durable = this.durable;
      this.durable = [];
      for (const onDurable of durable) onDurable();
    }
  }
}
