/**
 * A run of a database that remembers what was promised, so that any disk a power cut leaves can be
 * judged. Each change of history (truncation, restore) begins a new version.
 */

import type { Zxid } from '../../../protocol/zxid.ts';
import { counterOf, epochOf, makeZxid, ZERO_ZXID } from '../../../protocol/zxid.ts';
import type { DiskFiles } from '../../disk.ts';
import type { Proposal } from '../../replication.ts';
import { applyDiskOps } from '../applyDiskOps.ts';
import { zxidsOf } from '../fileNames.ts';
import { MemoryDatabase } from '../MemoryDatabase.ts';
import { encodeSnapshotBody } from '../snapshotFile.ts';
import { ZKDatabase } from '../ZKDatabase.ts';
import type { CrashPoint } from './crashPoints.ts';
import { history, recoverState, stateOf } from './histories.ts';
import { ManualDisk } from './ManualDisk.ts';

export type Step =
  | { readonly type: 'append'; readonly count: number }
  | { readonly type: 'apply'; readonly count: number }
  | { readonly type: 'finish'; readonly count: number }
  | { readonly type: 'save' }
  | { readonly type: 'epoch' }
  | { readonly type: 'truncate'; readonly back: number }
  /** `isOlder`: the leader's history ends before this server's. */
  | { readonly type: 'restore'; readonly keep: number; readonly isOlder: boolean };

interface Version {
  readonly history: Proposal[];
  /** The least of it that the disk may hold. */
  readonly floor: number;
  readonly isTruncation: boolean;
}

interface Promised {
  readonly ops: number;
  readonly version: number;
  readonly length: number;
  readonly acceptedEpoch: number;
}

const EPOCH_STRIDE = 10;
const COMMIT_LOG_COUNT = 500;

export class CrashRun {
  readonly disk: ManualDisk;
  private readonly database: ZKDatabase;
  private readonly versions: Version[] = [{ history: [], floor: 0, isTruncation: false }];
  private readonly promises: Promised[] = [];
  private readonly prints = new Map<Zxid, string>();
  private epoch = 0;
  private applied = 0;
  private durableEpoch = 0;

  constructor(steps: readonly Step[]) {
    this.disk = new ManualDisk(new Map(), { snapCount: 6 });
    const opened = ZKDatabase.open(this.disk, this.disk.files);
    if (!opened.ok) throw new Error(opened.error.reason);
    this.database = opened.value;
    this.nextEpoch(EPOCH_STRIDE);
    for (const step of steps) this.take(step);
    this.disk.finishAll();
  }

  /** Why the files of this crash break a promise, or null. */
  judge({ ops, cut, files }: CrashPoint): string | null {
    const found = recoverState(files, COMMIT_LOG_COUNT);
    for (let done = 1; done <= found.repairs.length; done++) {
      const again = recoverState(applyDiskOps(files, found.repairs.slice(0, done)));
      if (again.state.zxid !== found.state.zxid) return `repair ${done} changes the history`;
      if (again.state.digest !== found.state.digest) return `repair ${done} changes the tree`;
    }
    // Beginnings of a file, of a record, and some of the rest.
    if (cut % 16 === 1 && !isUsable(files)) return 'no txn can follow';
    const promise = this.promises.findLast((each) => each.ops <= ops);
    if (found.acceptedEpoch < (promise?.acceptedEpoch ?? 0)) return 'acceptedEpoch went back';
    for (let v = promise?.version ?? 0; v < this.versions.length; v++) {
      const version = this.versions[v];
      const next = this.versions[v + 1];
      const floor =
        v !== promise?.version
          ? (version?.floor ?? 0)
          : Math.min(promise.length, next?.isTruncation ? next.floor : promise.length);
      if (this.isPrefix(version, floor, found.state)) return null;
    }
    return `found ${found.state.zxid.toString(16)}, no history from ${JSON.stringify(promise)} on`;
  }

  private isPrefix(version: Version | undefined, floor: number, found: FoundState): boolean {
    const history = version?.history ?? [];
    const length = history.findIndex(({ zxid }) => zxid === found.zxid) + 1;
    if (length < floor || (length === 0 && found.zxid !== 0)) return false;
    return this.printed(history.slice(0, length)) === print(found);
  }

  /** What a database is after these txns. No two histories of a run end with the same zxid. */
  private printed(proposals: readonly Proposal[]): string {
    const zxid = zxidAt(proposals, proposals.length);
    const printed = this.prints.get(zxid) ?? print(stateOf(memoryAfter(proposals)));
    this.prints.set(zxid, printed);
    return printed;
  }

  private get now(): Version {
    const version = this.versions.at(-1);
    if (version === undefined) throw new Error('a run has a version');
    return version;
  }

  private promise(version: number, length: number): void {
    const { finishedOps: ops } = this.disk;
    this.promises.push({ ops, version, length, acceptedEpoch: this.durableEpoch });
  }

  private take(step: Step): void {
    switch (step.type) {
      case 'append':
        return this.append(step.count);
      case 'apply':
        return this.apply(step.count);
      case 'finish':
        for (let i = 0; i < step.count; i++) this.disk.finishOne();
        return;
      case 'save':
        return this.save();
      case 'epoch':
        return this.nextEpoch(EPOCH_STRIDE);
      case 'truncate':
        return this.truncate(step.back);
      case 'restore':
        return this.restore(step.keep, step.isOlder);
    }
  }

  private append(count: number): void {
    const { history: log } = this.now;
    const version = this.versions.length - 1;
    const begun = log.filter(({ zxid }) => zxid >= makeZxid(this.epoch, 0)).length;
    for (const proposal of history(this.epoch, count, begun + 1)) {
      log.push(proposal);
      const length = log.length;
      this.database.append(proposal, () => this.promise(version, length));
    }
  }

  private apply(count: number): void {
    const proposals = this.now.history.slice(this.applied, this.applied + count);
    for (const proposal of proposals) this.database.apply(proposal);
    this.applied += proposals.length;
  }

  private save(): void {
    const version = this.versions.length - 1;
    const length = this.applied;
    this.database.saveSnapshot(() => {
      const before = this.promises.findLast((each) => each.version === version)?.length ?? 0;
      this.promise(version, Math.max(before, length));
    });
  }

  private nextEpoch(stride: number): void {
    this.epoch += stride;
    const { epoch } = this;
    this.database.setAcceptedEpoch(epoch, () => {
      this.durableEpoch = epoch;
      const last = this.promises.at(-1);
      this.promise(last?.version ?? 0, last?.length ?? 0);
    });
  }

  /** With a flush under way, which may write a snapshot and purge the oldest. */
  private truncate(back: number): void {
    this.disk.finishAll();
    const snapshots = zxidsOf(this.disk.files, 'snapshot');
    const base = snapshots.at(-2) ?? snapshots[0];
    this.append(2);
    const { history: log } = this.now;
    const lowest = log.findIndex(({ zxid }) => zxid === base) + 1;
    const length = Math.max(lowest, log.length - back);
    this.versions.push({ history: log.slice(0, length), floor: length, isTruncation: true });
    const version = this.versions.length - 1;
    this.database.truncate(zxidAt(log, length), () => this.promise(version, length));
    this.disk.finishAll();
    this.applied = length;
    this.nextEpoch(EPOCH_STRIDE);
  }

  private restore(keep: number, isOlder: boolean): void {
    const { history: log } = this.now;
    const kept = isOlder ? [] : log.slice(0, keep);
    if (!isOlder) this.nextEpoch(EPOCH_STRIDE / 2);
    const epoch = isOlder ? 1 : this.epoch;
    const restored = [...kept, ...history(epoch, 4)];
    const [direct] = history(epoch, 1, 5);
    const memory = memoryAfter(restored);
    this.database.restore(encodeSnapshotBody(memory), memory.lastProcessedZxid);
    if (direct !== undefined) {
      this.database.apply(direct);
      restored.push(direct);
    }
    this.versions.push({ history: restored, floor: restored.length, isTruncation: false });
    this.applied = restored.length;
    this.save();
    this.nextEpoch(EPOCH_STRIDE);
  }
}

function zxidAt(log: readonly Proposal[], length: number): Zxid {
  return log[length - 1]?.zxid ?? ZERO_ZXID;
}

/** Whether a server that starts with these files can log the next txn and find it again. */
function isUsable(files: DiskFiles): boolean {
  const disk = new ManualDisk(files);
  const opened = ZKDatabase.open(disk, files);
  if (!opened.ok) return false;
  const last = opened.value.lastLoggedZxid;
  const [next] = history(epochOf(last), 1, counterOf(last) + 1);
  if (next === undefined) return false;
  opened.value.append(next, () => {});
  disk.finishAll();
  return recoverState(disk.files).state.zxid === next.zxid;
}

type FoundState = ReturnType<typeof stateOf>;

function print({ zxid, digest, sessions }: FoundState): string {
  return [zxid, digest, ...sessions].join();
}

function memoryAfter(proposals: readonly Proposal[]): MemoryDatabase {
  const memory = new MemoryDatabase(COMMIT_LOG_COUNT);
  for (const proposal of proposals) memory.apply(proposal);
  return memory;
}
