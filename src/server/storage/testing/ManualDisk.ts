/** A server's context over a disk that finishes its work only when a test says so. */

import { Prng } from '../../../base/prng.ts';
import { DEFAULT_CONFIG, type ServerConfig } from '../../config.ts';
import type { ServerContext } from '../../context.ts';
import type { DiskFiles, DiskOp } from '../../disk.ts';
import { ServerMetrics } from '../../metrics/ServerMetrics.ts';
import type { ServerTrace } from '../../trace.ts';
import { applyDiskOps } from '../applyDiskOps.ts';

type Work =
  | { readonly type: 'persist'; readonly ops: readonly DiskOp[]; readonly done: () => void }
  | { readonly type: 'read'; readonly done: (files: DiskFiles) => void };

export class ManualDisk implements ServerContext {
  readonly isTracing = true;
  readonly config: ServerConfig;
  readonly random = new Prng(7);
  readonly metrics = new ServerMetrics();
  readonly nowMs = 0;
  readonly traces: ServerTrace[] = [];
  /** Everything that was asked to be written, in order. */
  readonly written: DiskOp[] = [];
  readonly started: DiskFiles;
  files: DiskFiles;
  persists = 0;
  /** How many of `written` are done. */
  finishedOps = 0;
  private readonly work: Work[] = [];

  constructor(files: DiskFiles = new Map(), config: Partial<ServerConfig> = {}) {
    this.config = { ...DEFAULT_CONFIG, sid: 1, peers: [], ...config };
    this.files = files;
    this.started = files;
  }

  emit(): void {}
  setTimer(): void {}
  cancelTimer(): void {}

  trace(event: ServerTrace): void {
    this.traces.push(event);
  }

  persist(ops: readonly DiskOp[], done: () => void): void {
    this.persists++;
    this.written.push(...ops);
    this.work.push({ type: 'persist', ops, done });
  }

  readDisk(done: (files: DiskFiles) => void): void {
    this.work.push({ type: 'read', done });
  }

  /** Finishes the oldest work. False if there was none. */
  finishOne(): boolean {
    const work = this.work.shift();
    if (work === undefined) return false;
    if (work.type === 'read') {
      work.done(this.files);
    } else {
      this.files = applyDiskOps(this.files, work.ops);
      this.finishedOps += work.ops.length;
      work.done();
    }
    return true;
  }

  finishAll(): void {
    while (this.finishOne());
  }

  zxidsTraced(type: 'logged' | 'applied' | 'truncated' | 'snapshotTaken'): number[] {
    return this.traces.flatMap((event) => (event.type === type ? [event.zxid] : []));
  }
}
