/**
 * The database of one server: in memory what was applied, on disk what was logged, and the two
 * epochs of Zab. README.md has the invariants.
 * Source: ZKDatabase, FileTxnSnapLog, SyncRequestProcessor, QuorumPeer; Zab (DSN 2011) §IV.
 */

import { assert } from '../../base/assert.ts';
import { concatBytes } from '../../base/bytes.ts';
import type { Prng } from '../../base/prng.ts';
import type { Result } from '../../base/result.ts';
import { ok } from '../../base/result.ts';
import { utf8Encode } from '../../base/utf8.ts';
import type { Zxid } from '../../protocol/zxid.ts';
import { formatZxid } from '../../protocol/zxid.ts';
import type { ServerContext } from '../context.ts';
import { formatConfig } from '../DynamicConfig.ts';
import type { Database } from '../database.ts';
import type { DiskFiles, DiskOp } from '../disk.ts';
import { countWrite, countWrites } from '../metrics/countWrites.ts';
import type { Proposal } from '../replication.ts';
import type { ApplyResult } from '../tree/applyTxn.ts';
import type { DataTree } from '../tree/DataTree.ts';
import { DIGEST_VERSION } from '../tree/digest.ts';
import { CONFIG_NODE } from '../tree/systemPaths.ts';
import { applyDiskOps } from './applyDiskOps.ts';
import { ConfigStore, readConfigs, type StoredConfigs } from './ConfigStore.ts';
import { DiskQueue } from './DiskQueue.ts';
import type { EpochFile } from './epochFiles.ts';
import { writeEpoch } from './epochFiles.ts';
import { fileName } from './fileNames.ts';
import { follows } from './follows.ts';
import { MemoryDatabase } from './MemoryDatabase.ts';
import { proposalsFromTxnLog } from './proposalsFromTxnLog.ts';
import type { RecoveryError } from './RecoveryError.ts';
import type { Recovered } from './recovery.ts';
import { recover } from './recovery.ts';
import { decodeSnapshotBody, encodeSnapshotBody, encodeSnapshotFile } from './snapshotFile.ts';
import type { HistoryFiles } from './snapshotOps.ts';
import { purgeable, removeOps, restoreOps, truncateOps } from './snapshotOps.ts';
import { encodeLogHeader, encodeLogRecord } from './txnLog.ts';

export class ZKDatabase implements Database {
  readonly configs: ConfigStore;
  private readonly context: ServerContext;
  private readonly queue: DiskQueue;
  private readonly random: Prng;
  private readonly epochs: Record<EpochFile, number>;
  private memory: MemoryDatabase;
  private loggedZxid: Zxid;
  /** The files there are once the queue is empty, ascending. */
  private files: HistoryFiles;
  /** Null until the next txn opens a file of its own. */
  private currentLog: string | null = null;
  private loggedSinceRoll = 0;
  private snapshotAfterTxns = 0;
  /** The memory holds another history than the disk. */
  private isRestored = false;
  /** A truncation waits for the disk; memory is as before. */
  private isReloading = false;

  private constructor(context: ServerContext, recovered: Recovered, configs: StoredConfigs) {
    this.context = context;
    this.queue = new DiskQueue(context);
    const { reconfigEnabled } = context.config;
    this.configs = new ConfigStore(configs, reconfigEnabled, (ops) => this.queue.add(ops, nothing));
    this.random = context.random.fork('snapshots');
    const { acceptedEpoch, currentEpoch, memory } = recovered;
    this.epochs = { acceptedEpoch, currentEpoch };
    this.memory = memory;
    this.files = recovered;
    this.loggedZxid = memory.lastProcessedZxid;
    this.rollLog();
  }

  /** Recovers from what the disk holds. A disk that it refuses is left as it is. */
  static open(context: ServerContext, files: DiskFiles): Result<ZKDatabase, RecoveryError> {
    const recovered = recover(files, context.config.commitLogCount);
    if (!recovered.ok) return recovered;
    const configs = readConfigs(context.config, files);
    if (!configs.ok) return configs;
    const { repairs, snapshots, acceptedEpoch, currentEpoch, snapshotZxid, cutBytes } =
      recovered.value;
    const database = new ZKDatabase(context, recovered.value, configs.value);
    database.countLoaded(recovered.value);
    context.trace({
      type: 'recovered',
      lastZxid: database.lastLoggedZxid,
      acceptedEpoch,
      currentEpoch,
      snapshotZxid,
      cutBytes,
    });
    if (repairs.length > 0) database.queue.add(repairs, nothing);
    database.noteLoggedConfig();
    // From now on a log without any snapshot means that something was lost.
    if (snapshots.length === 0) database.saveSnapshot(nothing);
    return ok(database);
  }

  /** Another object after `truncate` and `restore`: ask for it each time. */
  get tree(): DataTree {
    return this.memory.tree;
  }

  get sessions(): ReadonlyMap<bigint, number> {
    return this.memory.sessions;
  }

  get lastProcessedZxid(): Zxid {
    return this.memory.lastProcessedZxid;
  }

  get lastLoggedZxid(): Zxid {
    const { lastProcessedZxid } = this.memory;
    return this.isRestored ? lastProcessedZxid : this.loggedZxid;
  }

  get acceptedEpoch(): number {
    return this.epochs.acceptedEpoch;
  }

  get currentEpoch(): number {
    return this.epochs.currentEpoch;
  }

  get committedLog(): readonly Proposal[] {
    return this.memory.committedLog;
  }

  /**
   * The value counts at once, so that no lower epoch is accepted while it is being written.
   * Whatever this server says about it waits for `onDurable`.
   */
  setAcceptedEpoch(epoch: number, onDurable: () => void): void {
    this.setEpoch('acceptedEpoch', epoch, onDurable);
  }

  /**
   * Counts at once, as above. A history in memory only is written first: the epoch vouches for it.
   */
  setCurrentEpoch(epoch: number, onDurable: () => void): void {
    assert(!this.isReloading, 'currentEpoch vouches for a history that is being cut');
    assert(epoch <= this.acceptedEpoch, `currentEpoch ${epoch} was never accepted`);
    this.saveRestored();
    this.setEpoch('currentEpoch', epoch, onDurable);
  }

  append(proposal: Proposal, onDurable: () => void): void {
    const { zxid, bytes } = proposal;
    assert(!this.isReloading, 'append during a truncation');
    const last = this.lastLoggedZxid;
    assert(follows(zxid, last), () => `${formatZxid(zxid)} appended after ${formatZxid(last)}`);
    this.saveRestored();
    this.queue.add(this.appendOps(zxid, bytes), () => {
      if (this.context.isTracing) this.context.trace({ type: 'logged', zxid });
      onDurable();
    });
    this.context.metrics.counters.sync_processor_request_queued++;
    this.loggedZxid = zxid;
    this.loggedSinceRoll++;
    if (this.loggedSinceRoll > this.snapshotAfterTxns) this.saveSnapshot(nothing);
  }

  apply(proposal: Proposal): ApplyResult {
    const { zxid } = proposal;
    assert(!this.isReloading, 'apply during a truncation');
    const isLogged = this.isRestored || zxid <= this.loggedZxid;
    assert(isLogged, () => `${formatZxid(zxid)} applied, but not logged`);
    const result = this.memory.apply(proposal);
    countWrites(this.context.metrics, proposal.txn.body);
    this.compareDigest(proposal);
    if (this.context.isTracing) {
      const digest = String(this.tree.digest());
      this.context.trace({ type: 'applied', zxid, digest, error: result.error });
    }
    return result;
  }

  /** Until `onDone` only `setAcceptedEpoch` may be called. Callbacks of earlier calls still run. */
  truncate(zxid: Zxid, onDone: () => void): void {
    assert(!this.isReloading, 'truncate during a truncation');
    assert(!this.isRestored, 'the history on disk is another one');
    assert(zxid <= this.lastLoggedZxid, `truncate to ${formatZxid(zxid)}, which is not in the log`);
    this.isReloading = true;
    this.queue.add([], () => {
      this.context.readDisk((files) => this.finishTruncate(files, zxid, onDone));
    });
  }

  readTxnLog(zxid: Zxid, onRead: (older: readonly Proposal[]) => void): void {
    const { snapshotSizeFactor } = this.context.config;
    if (snapshotSizeFactor < 0 || !this.files.logs.some((log) => log <= zxid)) return onRead([]);
    this.context.readDisk((files) => {
      const to = this.committedLog[0]?.zxid;
      const range = { from: zxid, snapshotSizeFactor };
      onRead(to === undefined ? [] : proposalsFromTxnLog(files, { ...range, to }));
    });
  }

  snapshotBody(): Uint8Array {
    assert(!this.isReloading, 'snapshot during a truncation');
    return encodeSnapshotBody(this.memory);
  }

  restore(body: Uint8Array, zxid: Zxid): boolean {
    assert(!this.isReloading, 'restore during a truncation');
    const snapshot = decodeSnapshotBody(body);
    if (!snapshot.ok) return false;
    const { commitLogCount } = this.context.config;
    this.memory = new MemoryDatabase(commitLogCount, { ...snapshot.value, zxid });
    this.isRestored = true;
    this.noteLoggedConfig();
    this.context.trace({ type: 'snapshotLoaded', zxid, digest: String(this.tree.digest()) });
    return true;
  }

  saveSnapshot(onDurable: () => void): void {
    assert(!this.isReloading, 'snapshot during a truncation');
    const zxid = this.lastProcessedZxid;
    this.rollLog();
    if (!this.isRestored && this.files.snapshots.at(-1) === zxid) {
      this.queue.add([], onDurable);
      return;
    }
    const { digestEnabled } = this.context.config;
    const bytes = encodeSnapshotFile(this.memory, zxid, digestEnabled);
    const startMs = this.context.nowMs;
    this.queue.add(this.snapshotOps(zxid, bytes), () => {
      this.context.metrics.summaries.snapshottime.add(this.context.nowMs - startMs);
      this.context.trace({ type: 'snapshotTaken', zxid, bytes: bytes.length });
      onDurable();
    });
  }

  initConfig(): void {
    const { peers, version } = this.configs.committed;
    const node = this.tree.getNode(CONFIG_NODE);
    // A single server has nothing to configure, and what a txn has set stays as it is.
    if (peers.length < 2 || (version > 0 && node?.mzxid === version)) return;
    const data = utf8Encode(formatConfig(this.configs.committed));
    const time = this.context.nowMs + this.context.config.timeOriginMs;
    this.tree.setData(CONFIG_NODE, data, { version: -1, zxid: version, time });
    countWrite(this.context.metrics, CONFIG_NODE, data.length);
  }

  private countLoaded({ txnsLoaded }: Recovered): void {
    if (txnsLoaded > 0) this.context.metrics.summaries.startup_txns_loaded.add(txnsLoaded);
  }

  /** The leader said what the tree would be. */
  private compareDigest({ txn: { digest } }: Proposal): void {
    if (!this.context.config.digestEnabled || digest?.version !== DIGEST_VERSION) return;
    if (digest.treeDigest === BigInt.asIntN(64, this.tree.digest())) return;
    this.context.metrics.counters.digest_mismatches_count++;
  }

  private noteLoggedConfig(): void {
    this.configs.noteLogged(this.tree.getNode(CONFIG_NODE)?.data ?? null);
  }

  /** Notes the new file, and removes those that it makes superfluous. */
  private snapshotOps(zxid: Zxid, bytes: Uint8Array): DiskOp[] {
    const old = this.files;
    if (this.isRestored) {
      this.isRestored = false;
      this.loggedZxid = zxid;
      this.files = { snapshots: [zxid], logs: [] };
      return restoreOps({ zxid, bytes }, old);
    }
    const all = { ...old, snapshots: [...old.snapshots, zxid] };
    const superfluous = purgeable(all);
    this.files = {
      snapshots: all.snapshots.filter((each) => !superfluous.snapshots.includes(each)),
      logs: all.logs.filter((each) => !superfluous.logs.includes(each)),
    };
    const write: DiskOp = { type: 'replace', file: fileName('snapshot', zxid), bytes };
    return [write, ...removeOps(superfluous)];
  }

  private appendOps(zxid: Zxid, payload: Uint8Array): DiskOp[] {
    const record = encodeLogRecord(payload);
    if (this.currentLog !== null) {
      return [{ type: 'append', file: this.currentLog, bytes: record }];
    }
    const file = fileName('log', zxid);
    this.currentLog = file;
    this.files = { ...this.files, logs: [...this.files.logs, zxid] };
    return [{ type: 'append', file, bytes: concatBytes(encodeLogHeader(), record) }];
  }

  private finishTruncate(files: DiskFiles, zxid: Zxid, onDone: () => void): void {
    const ops = truncateOps(files, zxid);
    const { commitLogCount } = this.context.config;
    const recovered = recover(applyDiskOps(files, ops), commitLogCount);
    const isCut = recovered.ok && recovered.value.memory.lastProcessedZxid === zxid;
    assert(isCut, `truncate to ${formatZxid(zxid)}, which is not in the log`);
    this.countLoaded(recovered.value);
    this.memory = recovered.value.memory;
    this.files = recovered.value;
    this.loggedZxid = zxid;
    this.isReloading = false;
    this.rollLog();
    this.queue.add([...ops, ...recovered.value.repairs], () => {
      this.context.trace({ type: 'truncated', zxid });
      onDone();
    });
  }

  /** What is written next must not follow a history that is in memory only. */
  private saveRestored(): void {
    if (this.isRestored) this.saveSnapshot(nothing);
  }

  private setEpoch(file: EpochFile, epoch: number, onDurable: () => void): void {
    assert(epoch >= this.epochs[file], `${file} ${epoch} is below ${this.epochs[file]}`);
    this.epochs[file] = epoch;
    this.queue.add([writeEpoch(file, epoch)], () => {
      this.context.trace({ type: file, epoch });
      onDurable();
    });
  }

  /** The next txn opens a new file; a snapshot follows after a new random number of txns. */
  private rollLog(): void {
    const half = Math.max(1, Math.floor(this.context.config.snapCount / 2));
    this.currentLog = null;
    this.loggedSinceRoll = 0;
    this.snapshotAfterTxns = half + this.random.below(half);
  }
}

function nothing(): void {}
