/**
 * The files of one server, as a list of chunks each, so that appending to a long log copies
 * nothing.
 */

import { concatBytes } from '../base/bytes.ts';
import type { DiskFiles, DiskOp } from '../server/disk.ts';

export class DiskImage {
  private readonly chunks = new Map<string, Uint8Array[]>();

  static of(files: DiskFiles): DiskImage {
    const image = new DiskImage();
    for (const [name, bytes] of files) image.chunks.set(name, [bytes]);
    return image;
  }

  copy(): DiskImage {
    const image = new DiskImage();
    for (const [name, chunks] of this.chunks) image.chunks.set(name, chunks.slice());
    return image;
  }

  apply(op: DiskOp): void {
    if (op.type === 'append') {
      const chunks = this.chunks.get(op.file);
      if (chunks === undefined) this.chunks.set(op.file, [op.bytes]);
      else chunks.push(op.bytes);
    } else if (op.type === 'replace') {
      this.chunks.set(op.file, [op.bytes]);
    } else if (op.type === 'truncate') {
      const bytes = this.join(op.file);
      if (bytes.length > op.length) this.chunks.set(op.file, [bytes.slice(0, op.length)]);
    } else {
      this.chunks.delete(op.file);
    }
  }

  /** Every file, whole. The bytes are the image's own: they must not be changed. */
  files(): DiskFiles {
    const files = new Map<string, Uint8Array>();
    for (const name of this.chunks.keys()) files.set(name, this.join(name));
    return files;
  }

  private join(name: string): Uint8Array {
    const chunks = this.chunks.get(name) ?? [];
    const [first] = chunks;
    if (chunks.length === 1 && first !== undefined) return first;
    const whole = concatBytes(...chunks);
    this.chunks.set(name, [whole]);
    return whole;
  }
}

/** Bytes that an operation writes. */
export function sizeOf(op: DiskOp): number {
  return op.type === 'append' || op.type === 'replace' ? op.bytes.length : 0;
}
