/** One server of a TestEnsemble: a QuorumPeer over a real database, a disk and a tiny pipeline. */

import { assert } from '../../../base/assert.ts';
import { Prng } from '../../../base/prng.ts';
import { utf8Encode } from '../../../base/utf8.ts';
import type { Txn } from '../../../protocol/txns.ts';
import { encodeTxn } from '../../../protocol/txns.ts';
import type { Zxid } from '../../../protocol/zxid.ts';
import { makeZxid } from '../../../protocol/zxid.ts';
import type { PeerSpec, ServerConfig, Sid } from '../../config.ts';
import type { ServerContext } from '../../context.ts';
import { formatConfig } from '../../DynamicConfig.ts';
import type { DiskFiles, DiskOp } from '../../disk.ts';
import type { ServerEffect } from '../../effects.ts';
import { ServerMetrics } from '../../metrics/ServerMetrics.ts';
import type { Proposal, QuorumRequest, RequestPipeline, ServingRole } from '../../replication.ts';
import { applyDiskOps } from '../../storage/applyDiskOps.ts';
import { ZKDatabase } from '../../storage/ZKDatabase.ts';
import type { TimerName } from '../../timers.ts';
import type { ServerTrace } from '../../trace.ts';
import { CONFIG_NODE } from '../../tree/systemPaths.ts';
import { QuorumPeer } from '../QuorumPeer.ts';
import type { QuorumTimer } from '../QuorumRole.ts';

export interface TestWorld {
  readonly nowMs: number;
  after(delayMs: number, run: () => void): void;
  diskDelayMs(of: Sid): number;
  onEffect(from: TestServer, effect: ServerEffect): void;
  onTrace(from: TestServer, event: ServerTrace): void;
}

/** What a disk holds, and what it was asked to write and has not. */
export class TestDisk {
  files: DiskFiles = new Map();
  unsynced: (readonly DiskOp[])[] = [];
}

export class TestServer implements ServerContext, RequestPipeline {
  readonly isTracing = true;
  readonly config: ServerConfig;
  readonly random: Prng;
  readonly metrics = new ServerMetrics();
  readonly database: ZKDatabase;
  readonly peer: QuorumPeer;
  serving: ServingRole | null = null;
  isDown = false;
  /** What `revalidateFor` answers. */
  readonly revalidated: Sid[] = [];
  touchedCount = 0;
  private readonly world: TestWorld;
  readonly disk: TestDisk;
  private readonly timers = new Map<TimerName, number>();
  private timerCount = 0;
  private epoch = 0;
  private counter = 0;
  private diskFreeMs = 0;

  constructor(world: TestWorld, disk: TestDisk, config: ServerConfig) {
    this.world = world;
    this.disk = disk;
    this.config = config;
    this.random = new Prng(config.seed);
    const opened = ZKDatabase.open(this, disk.files);
    assert(opened.ok, opened.ok ? '' : `S${config.sid} does not recover: ${opened.error.reason}`);
    this.database = opened.value;
    this.peer = new QuorumPeer(this, this.database, this);
  }

  get sid(): Sid {
    return this.config.sid;
  }

  /** `keepsUnsynced`: a killed process leaves what it wrote, a power cut does not. */
  stop(keepsUnsynced: boolean): void {
    this.isDown = true;
    if (keepsUnsynced) {
      for (const ops of this.disk.unsynced) this.disk.files = applyDiskOps(this.disk.files, ops);
    }
    this.disk.unsynced = [];
  }

  // ServerContext

  get nowMs(): number {
    return this.world.nowMs;
  }

  emit(effect: ServerEffect): void {
    if (!this.isDown) this.world.onEffect(this, effect);
  }

  trace(event: ServerTrace): void {
    this.world.onTrace(this, event);
  }

  setTimer(timer: TimerName, afterMs: number): void {
    const id = ++this.timerCount;
    this.timers.set(timer, id);
    this.world.after(afterMs, () => {
      if (this.isDown || this.timers.get(timer) !== id) return;
      this.timers.delete(timer);
      this.peer.onTimer(timer as QuorumTimer);
    });
  }

  cancelTimer(timer: TimerName): void {
    this.timers.delete(timer);
  }

  persist(ops: readonly DiskOp[], onDurable: () => void): void {
    this.disk.unsynced.push(ops);
    this.onDisk(() => {
      const written = this.disk.unsynced.shift();
      assert(written === ops, 'the disk works in order');
      this.disk.files = applyDiskOps(this.disk.files, ops);
      onDurable();
    });
  }

  readDisk(onRead: (files: DiskFiles) => void): void {
    this.onDisk(() => onRead(this.disk.files));
  }

  private onDisk(done: () => void): void {
    const doneMs = Math.max(this.diskFreeMs, this.nowMs) + this.world.diskDelayMs(this.sid);
    this.diskFreeMs = doneMs;
    this.world.after(doneMs - this.nowMs, () => {
      if (!this.isDown) done();
    });
  }

  // RequestPipeline

  startServing(role: ServingRole, epoch: number): void {
    assert(this.serving === null, 'serving twice');
    this.serving = role;
    this.epoch = epoch;
    this.counter = 0;
  }

  stopServing(): void {
    assert(this.serving !== null, 'not serving');
    this.serving = null;
  }

  commit(proposal: Proposal): void {
    assert(this.serving !== null, 'commit while not serving');
    this.database.apply(proposal);
  }

  submit(_request: QuorumRequest, _origin: Sid): void {
    this.proposeCreate();
  }

  revalidateFor(session: { readonly sessionId: bigint }, owner: Sid): boolean {
    this.revalidated.push(owner);
    return session.sessionId % 2n === 0n;
  }

  touch(sessions: readonly unknown[]): void {
    this.touchedCount += sessions.length;
  }

  takeTouched(): readonly { readonly sessionId: bigint; readonly timeoutMs: number }[] {
    return [{ sessionId: BigInt(this.sid), timeoutMs: 1000 }];
  }

  /** Proposes other members. */
  proposeReconfig(peers: readonly PeerSpec[]): Zxid {
    const zxid = this.nextZxid();
    const data = utf8Encode(formatConfig({ peers, version: zxid }));
    const body = { type: 'reconfig', path: CONFIG_NODE, data, version: -1 } as const;
    const header = { clientId: 1n, cxid: 1, zxid, time: zxid };
    const txn: Txn = { header, body, digest: null };
    this.peer.propose({ zxid, txn, bytes: encodeTxn(txn) });
    return zxid;
  }

  /** Proposes a znode that no other txn names. */
  proposeCreate(): Zxid {
    const proposal = createProposal(this.nextZxid());
    this.peer.propose(proposal);
    return proposal.zxid;
  }

  private nextZxid(): Zxid {
    assert(this.serving === 'leader', 'only a leader proposes');
    this.counter++;
    return makeZxid(this.epoch, this.counter);
  }
}

export function znodeOf(zxid: Zxid): string {
  return `/n${zxid.toString(16)}`;
}

export function createProposal(zxid: Zxid): Proposal {
  const txn: Txn = {
    header: { clientId: 1n, cxid: 1, zxid, time: zxid },
    body: {
      type: 'create',
      path: znodeOf(zxid),
      data: null,
      acl: [],
      ephemeral: false,
      parentCVersion: -1,
    },
    digest: null,
  };
  return { zxid, txn, bytes: encodeTxn(txn) };
}
