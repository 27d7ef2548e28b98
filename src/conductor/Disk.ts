/**
 * The disk of one server or client, which outlives its processes. The conductor holds it; the
 * process tells what it writes and when that is on stable storage. A kill keeps all that was
 * written (the machine flushes it), a power cut keeps what was on stable storage and, perhaps,
 * the beginning of the append after that: a torn tail.
 */

import type { Prng } from '../base/prng.ts';
import type { DiskFiles, DiskOp } from '../server/disk.ts';
import { DiskImage, sizeOf } from './DiskImage.ts';

/** One `persist`: written at once, on stable storage at `doneUs`. */
export interface DiskWrite {
  readonly doneUs: number;
  readonly ops: readonly DiskOp[];
}

/** What the conductor needs of a disk; a host with files has another. */
export type ServerDisk = Pick<Disk, keyof Disk>;

export class Disk {
  private image: DiskImage;
  private pending: DiskWrite[] = [];

  /** `files`: what it holds at first. */
  constructor(files: DiskFiles = new Map()) {
    this.image = DiskImage.of(files);
  }

  /** In the order in which the process wrote; `doneUs` never falls. */
  write(writes: readonly DiskWrite[]): void {
    this.pending.push(...writes);
  }

  /** All that was written up to `nowUs` is on stable storage if it is done by then. */
  settle(nowUs: number): void {
    let done = 0;
    for (const { doneUs, ops } of this.pending) {
      if (doneUs > nowUs) break;
      for (const op of ops) this.image.apply(op);
      done += 1;
    }
    if (done > 0) this.pending.splice(0, done);
  }

  /** The process is killed: nothing is lost. */
  keepAll(): void {
    this.settle(Number.POSITIVE_INFINITY);
  }

  /** The power fails at `nowUs`. Returns the bytes lost. */
  loseUnsynced(nowUs: number, random: Prng): number {
    this.settle(nowUs);
    let lostBytes = 0;
    for (const { ops } of this.pending) for (const op of ops) lostBytes += sizeOf(op);
    const first = this.pending[0]?.ops[0];
    if (first?.type === 'append' && first.bytes.length > 0 && random.chance(500)) {
      const torn = first.bytes.slice(0, random.below(first.bytes.length));
      this.image.apply({ type: 'append', file: first.file, bytes: torn });
      lostBytes -= torn.length;
    }
    this.pending = [];
    return lostBytes;
  }

  wipe(): void {
    this.image = new DiskImage();
    this.pending = [];
  }

  /** As a process would read it now. */
  files(): DiskFiles {
    const image = this.image.copy();
    for (const { ops } of this.pending) for (const op of ops) image.apply(op);
    return image.files();
  }
}
