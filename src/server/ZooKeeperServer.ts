/**
 * One server, whole: events in, effects out, nothing else. It never reads a clock, waits, or
 * touches a socket or a disk; the same events give the same effects, byte for byte.
 * Source: ZooKeeper QuorumPeerMain, for what is put together here.
 */

import { assert } from '../base/assert.ts';
import { Prng } from '../base/prng.ts';
import type { ServerConfig } from './config.ts';
import { ALWAYS_TRACING, type ServerContext, type Tracing } from './context.ts';
import { DiskUsage } from './DiskUsage.ts';
import type { DiskFiles, DiskOp } from './disk.ts';
import type { ServerEffect } from './effects.ts';
import type { ConnectionId, ServerEvent } from './events.ts';
import { ServerMetrics } from './metrics/ServerMetrics.ts';
import type { FourLetterParts } from './pipeline/FourLetterParts.ts';
import type { OperatorCommands } from './pipeline/operatorCommands.ts';
import { QuorumZooKeeperServer } from './pipeline/QuorumZooKeeperServer.ts';
import type { SaslServerFactory } from './pipeline/sasl/SaslServer.ts';
import { QuorumPeer } from './quorum/QuorumPeer.ts';
import { ZKDatabase } from './storage/ZKDatabase.ts';
import type { TimerName } from './timers.ts';
import type { ServerTrace } from './trace.ts';

/** What there is once the disk has been read. */
interface Running {
  readonly pipeline: QuorumZooKeeperServer;
  readonly peer: QuorumPeer;
  readonly operators: OperatorCommands | null;
  readonly database: ZKDatabase;
}

type OperatorsFactory = (parts: FourLetterParts) => OperatorCommands;

export class ZooKeeperServer implements ServerContext {
  readonly config: ServerConfig;
  readonly random: Prng;
  readonly metrics = new ServerMetrics();
  nowMs = 0;
  private readonly tracing: Tracing;
  private readonly createOperators: OperatorsFactory | null;
  private readonly createSaslServer: SaslServerFactory | null;
  private effects: ServerEffect[] = [];
  /** The disk was refused, or an assertion failed: nothing happens any more. */
  private isDown = false;
  private running: Running | null = null;
  private diskUsage = new DiskUsage(new Map());
  private lastToken = 0;
  private readonly onDurable = new Map<number, () => void>();
  /** In the order of the `readDisk` effects. */
  private readonly onRead: ((files: DiskFiles) => void)[] = [];

  /**
   * Without `createOperators` it hangs up on operators, and needs none of their commands. Without
   * `createSaslServer` SASL cannot be set up.
   */
  constructor(
    config: ServerConfig,
    tracing: Tracing = ALWAYS_TRACING,
    createOperators: OperatorsFactory | null = null,
    createSaslServer: SaslServerFactory | null = null,
  ) {
    this.config = config;
    this.tracing = tracing;
    this.createOperators = createOperators;
    this.createSaslServer = createSaslServer;
    this.random = new Prng(config.seed).fork(`S${config.sid}`);
  }

  /**
   * Handles one event at `nowMs` (whole ms, never going back). The first event is `boot`. Whatever
   * is thrown inside ends this server alone: `assertionFailed` is then its last effect.
   */
  step(nowMs: number, event: ServerEvent): readonly ServerEffect[] {
    if (this.isDown) return [];
    this.effects = [];
    try {
      assert(Number.isInteger(nowMs) && nowMs >= this.nowMs, `time went back to ${nowMs}`);
      this.nowMs = nowMs;
      if (this.running !== null) this.dispatch(event, this.running);
      else if (event.type === 'boot') this.boot(event.files);
      else assert(false, `${event.type} before boot`);
    } catch (failure) {
      this.isDown = true;
      const message = failure instanceof Error ? failure.message : String(failure);
      this.trace({ type: 'assertionFailed', message });
    }
    return this.effects;
  }

  get isTracing(): boolean {
    return this.tracing.isOn;
  }

  emit(effect: ServerEffect): void {
    this.effects.push(effect);
  }

  trace(event: ServerTrace): void {
    this.effects.push({ type: 'trace', event });
  }

  setTimer(timer: TimerName, afterMs: number): void {
    this.effects.push({ type: 'setTimer', timer, afterMs });
  }

  cancelTimer(timer: TimerName): void {
    this.effects.push({ type: 'cancelTimer', timer });
  }

  persist(ops: readonly DiskOp[], onDurable: () => void): void {
    const token = ++this.lastToken;
    this.onDurable.set(token, onDurable);
    this.diskUsage.add(ops);
    this.effects.push({ type: 'persist', token, ops });
  }

  readDisk(onRead: (files: DiskFiles) => void): void {
    this.onRead.push(onRead);
    this.effects.push({ type: 'readDisk' });
  }

  private boot(files: DiskFiles): void {
    this.diskUsage = new DiskUsage(files);
    const opened = ZKDatabase.open(this, files);
    if (!opened.ok) {
      this.isDown = true;
      this.trace({ type: 'recoveryRefused', ...opened.error });
      return;
    }
    const database = opened.value;
    const pipeline = new QuorumZooKeeperServer(this, database, this.createSaslServer);
    const peer = new QuorumPeer(this, database, pipeline);
    pipeline.attach(peer);
    const parts: FourLetterParts = {
      context: this,
      database,
      cnxns: pipeline.cnxns,
      digestLog: pipeline.digestLog,
      startedAtMs: this.nowMs,
      status: () => peer.status(),
      resetProposalStats: () => peer.resetProposalStats(),
      role: () => pipeline.role,
      diskUsage: () => this.diskUsage.total,
    };
    const operators = this.createOperators?.(parts) ?? null;
    this.running = { pipeline, peer, operators, database };
    peer.start();
  }

  private dispatch(event: ServerEvent, running: Running): void {
    const { pipeline, peer, operators, database } = running;
    switch (event.type) {
      case 'boot':
        assert(false, 'a process boots once');
        break;
      case 'timerFired':
        if (event.timer === 'sessionExpiry') pipeline.onSessionExpiry();
        else if (event.timer === 'containerCheck') pipeline.onContainerCheck();
        else if (event.timer === 'connectionExpiry') pipeline.cnxns.closeExpired();
        else if (event.timer === 'localSessionExpiry') pipeline.onLocalSessionExpiry();
        else if (event.timer === 'requestThrottle') pipeline.onRequestThrottle();
        else peer.onTimer(event.timer);
        return;
      case 'peerConnected':
        peer.onPeerConnected(event);
        return;
      case 'peerRefused':
        peer.onPeerRefused(event);
        return;
      case 'peerPacket':
        peer.onPeerPacket(event);
        return;
      case 'peerDisconnected':
        peer.onPeerDisconnected(event);
        return;
      case 'clientConnected':
        pipeline.cnxns.open(event.connection, event.address);
        return;
      case 'clientFrame':
        pipeline.onFrame(event.connection, event.payload);
        return;
      case 'fourLetterWord':
        if (operators !== null) operators.onFourLetterWord(event.connection, event.word);
        else this.hangUp(event.connection);
        return;
      case 'adminCommand':
        if (operators !== null) operators.onAdminCommand(event.connection, event.command);
        else this.hangUp(event.connection);
        return;
      case 'takeSnapshot':
        if (pipeline.role !== null) database.saveSnapshot(() => {});
        return;
      case 'clientDisconnected':
        pipeline.cnxns.onDisconnected(event.connection);
        return;
      case 'persisted':
        this.onPersisted(event.token);
        return;
      case 'diskRead':
        this.onRead.shift()?.(event.files);
        return;
      case 'expireSession':
        pipeline.expireSession(event.sessionId);
        return;
    }
  }

  private hangUp(connection: ConnectionId): void {
    this.emit({ type: 'closeClient', connection });
  }

  private onPersisted(token: number): void {
    const onDurable = this.onDurable.get(token);
    assert(onDurable !== undefined, `persisted ${token}, which was not asked for`);
    this.onDurable.delete(token);
    onDurable();
  }
}
