/**
 * The disk of one server as real files, laid out as ZooKeeper's dataDir: `version-2/` with
 * snapshots, logs and epochs. Operations are carried out at once and in order; only the flush of a
 * log takes its time. So a killed process loses nothing that it wrote, and nothing is acknowledged
 * before it is flushed.
 * Source: ZooKeeper FileTxnLog.commit, AtomicFileWritingIdiom.
 */

import {
  closeSync,
  fdatasync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Prng } from '../../base/prng.ts';
import type { ServerDisk } from '../../conductor/Disk.ts';
import type { DiskFiles, DiskOp } from '../../server/disk.ts';

const UNFINISHED = '.tmp';

/** The file that is appended to. */
interface OpenLog {
  readonly file: string;
  readonly fd: number;
  length: number;
  /** A power cut keeps so much. */
  flushedLength: number;
  flushes: number;
  isDone: boolean;
}

export class FileDisk implements ServerDisk {
  private readonly directory: string;
  private readonly fsync: boolean;
  private log: OpenLog | null = null;

  /** `directory`: of this server alone; made if it is not there. Throws what node:fs throws. */
  constructor(directory: string, fsync: boolean) {
    this.directory = join(directory, 'version-2');
    this.fsync = fsync;
    mkdirSync(this.directory, { recursive: true });
  }

  /** `onDone` comes later, with null once everything is on stable storage. */
  carryOut(ops: readonly DiskOp[], onDone: (error: Error | null) => void): void {
    for (const op of ops) this.apply(op);
    const { log } = this;
    if (!this.fsync || log === null || log.flushedLength === log.length) {
      setImmediate(onDone, null);
      return;
    }
    const { length } = log;
    log.flushes += 1;
    fdatasync(log.fd, (error) => {
      log.flushes -= 1;
      if (error === null) log.flushedLength = Math.max(log.flushedLength, length);
      if (log.isDone && log.flushes === 0) closeSync(log.fd);
      onDone(error);
    });
  }

  files(): DiskFiles {
    const files = new Map<string, Uint8Array>();
    for (const name of readdirSync(this.directory).sort()) {
      if (!name.endsWith(UNFINISHED)) files.set(name, readFileSync(this.pathOf(name)));
    }
    return files;
  }

  loseUnsynced(_nowUs: number, random: Prng): number {
    const { log } = this;
    if (log === null || log.flushedLength === log.length) return 0;
    const kept = log.flushedLength + random.below(log.length - log.flushedLength);
    const lost = log.length - kept;
    truncateSync(this.pathOf(log.file), kept);
    this.closeLog();
    return lost;
  }

  wipe(): void {
    this.closeLog();
    for (const name of readdirSync(this.directory)) rmSync(this.pathOf(name));
  }

  /** The process wrote here itself. */
  write(): void {}
  settle(): void {}
  keepAll(): void {}

  private apply(op: DiskOp): void {
    const path = this.pathOf(op.file);
    switch (op.type) {
      case 'append':
        return this.append(op.file, op.bytes);
      case 'replace':
        return this.replace(path, op.bytes);
      case 'truncate':
        this.closeLog();
        if (statSync(path).size > op.length) truncateSync(path, op.length);
        return this.flush(path);
      case 'remove':
        if (op.file === this.log?.file) this.closeLog();
        return rmSync(path, { force: true });
    }
  }

  private append(file: string, bytes: Uint8Array): void {
    const log = this.log?.file === file ? this.log : this.openLog(file);
    writeFileSync(log.fd, bytes);
    log.length += bytes.length;
    if (!this.fsync) log.flushedLength = log.length;
  }

  private openLog(file: string): OpenLog {
    this.closeLog();
    const path = this.pathOf(file);
    const fd = openSync(path, 'a');
    this.flush(this.directory);
    const length = statSync(path).size;
    const log = { file, fd, length, flushedLength: length, flushes: 0, isDone: false };
    this.log = log;
    return log;
  }

  /** Flushed first: whatever is written next must not be safe before it. */
  private closeLog(): void {
    const { log } = this;
    if (log === null) return;
    this.log = null;
    if (this.fsync) fsyncSync(log.fd);
    log.isDone = true;
    if (log.flushes === 0) closeSync(log.fd);
  }

  private replace(path: string, bytes: Uint8Array): void {
    const unfinished = `${path}${UNFINISHED}`;
    writeFileSync(unfinished, bytes);
    this.flush(unfinished);
    renameSync(unfinished, path);
    this.flush(this.directory);
  }

  private flush(path: string): void {
    if (!this.fsync) return;
    const fd = openSync(path, 'r');
    fsyncSync(fd);
    closeSync(fd);
  }

  private pathOf(file: string): string {
    return join(this.directory, file);
  }
}
