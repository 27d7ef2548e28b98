/**
 * The disk as its server's process sees it: one operation after the other, each taking the same
 * time.
 */

import type { DiskFiles, DiskOp } from '../server/disk.ts';
import type { DiskWrite } from './Disk.ts';
import { DiskImage } from './DiskImage.ts';

export class SerialDisk {
  private readonly image: DiskImage;
  private readonly latencyUs: number;
  private freeUs = 0;
  private writes: DiskWrite[] = [];

  constructor(files: DiskFiles, latencyUs: number) {
    this.image = DiskImage.of(files);
    this.latencyUs = latencyUs;
  }

  /** Returns when it is on stable storage. */
  write(nowUs: number, ops: readonly DiskOp[]): number {
    const doneUs = this.take(nowUs);
    for (const op of ops) this.image.apply(op);
    this.writes.push({ doneUs, ops });
    return doneUs;
  }

  /** Everything written so far, and when it has been read. */
  read(nowUs: number): { readonly doneUs: number; readonly files: DiskFiles } {
    return { doneUs: this.take(nowUs), files: this.image.files() };
  }

  /** Writes since the last call, for the disk that outlives this process. */
  takeWrites(): readonly DiskWrite[] {
    const { writes } = this;
    if (writes.length > 0) this.writes = [];
    return writes;
  }

  private take(nowUs: number): number {
    this.freeUs = Math.max(nowUs, this.freeUs) + this.latencyUs;
    return this.freeUs;
  }
}
