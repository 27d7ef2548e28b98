/** How many bytes a server's files take, kept by what is written to them. For the `dirs` word. */

import type { DiskFiles, DiskOp } from './disk.ts';

export class DiskUsage {
  private readonly bytes = new Map<string, number>();

  constructor(files: DiskFiles) {
    for (const [file, { length }] of files) this.bytes.set(file, length);
  }

  add(ops: readonly DiskOp[]): void {
    for (const op of ops) {
      switch (op.type) {
        case 'append':
          this.bytes.set(op.file, (this.bytes.get(op.file) ?? 0) + op.bytes.length);
          break;
        case 'replace':
          this.bytes.set(op.file, op.bytes.length);
          break;
        case 'truncate':
          this.bytes.set(op.file, op.length);
          break;
        case 'remove':
          this.bytes.delete(op.file);
          break;
      }
    }
  }

  get total(): number {
    let sum = 0;
    for (const length of this.bytes.values()) sum += length;
    return sum;
  }
}
