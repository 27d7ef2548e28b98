/**
 * What a client keeps beyond its process: named files of bytes, as a server has them. A kill loses
 * nothing of it; a power cut loses what was not flushed yet.
 */

import { concatBytes } from '../base/bytes.ts';
import type { DiskFiles, DiskOp } from '../server/disk.ts';
import type { SessionHost } from './SessionHost.ts';

export class ClientDisk {
  private readonly host: SessionHost;
  private readonly files = new Map<string, Uint8Array[]>();

  constructor(host: SessionHost) {
    this.host = host;
  }

  /** At the start of a life, before anything else. */
  load(files: DiskFiles): void {
    for (const [name, bytes] of files) this.files.set(name, [bytes]);
  }

  names(): readonly string[] {
    return [...this.files.keys()];
  }

  /** Empty for a file that is not there. */
  read(file: string): Uint8Array {
    return concatBytes(...(this.files.get(file) ?? []));
  }

  append(file: string, bytes: Uint8Array): void {
    const chunks = this.files.get(file);
    if (chunks === undefined) this.files.set(file, [bytes]);
    else chunks.push(bytes);
    this.persist({ type: 'append', file, bytes });
  }

  /** To at most `length` bytes. */
  truncate(file: string, length: number): void {
    this.files.set(file, [this.read(file).slice(0, length)]);
    this.persist({ type: 'truncate', file, length });
  }

  remove(file: string): void {
    if (this.files.delete(file)) this.persist({ type: 'remove', file });
  }

  private persist(op: DiskOp): void {
    this.host.emit({ type: 'persist', ops: [op] });
  }
}
