/**
 * One replica's log: records with the epoch of the leader that took them, on the broker's disk as
 * one JSON line each. Epochs never fall along the log; where each begins is what truncation needs.
 * Source: Kafka UnifiedLog and LeaderEpochFileCache; KIP-101, KIP-279.
 *
 * Departs: no segments, no retention, no checkpoint of the high watermark, which is learned anew.
 */

import { assert } from '../base/assert.ts';
import { concatBytes } from '../base/bytes.ts';
import { utf8Decode, utf8Encode } from '../base/utf8.ts';
import type { ClientDisk } from '../client/ClientDisk.ts';
import type { JsonValue } from '../client/trace.ts';

/** Records kept by one log; more are refused. */
export const RECORDS_MAX = 10_000;

export interface LogRecord {
  readonly leaderEpoch: number;
  readonly value: string;
}

export interface EpochEnd {
  readonly epoch: number;
  readonly endOffset: number;
}

export class ReplicaLog {
  private readonly disk: ClientDisk;
  private readonly file: string;
  private readonly records: LogRecord[] = [];
  /** Where the line of each record begins in the file, and where the last one ends. */
  private readonly positions: number[] = [0];

  constructor(disk: ClientDisk, file: string) {
    this.disk = disk;
    this.file = file;
    this.load();
  }

  /** Log end offset: the next record gets it. */
  get endOffset(): number {
    return this.records.length;
  }

  /** -1 for an empty log. */
  get latestEpoch(): number {
    return this.records.at(-1)?.leaderEpoch ?? -1;
  }

  get isFull(): boolean {
    return this.records.length >= RECORDS_MAX;
  }

  append(records: readonly LogRecord[]): void {
    const lines: Uint8Array[] = [];
    for (const record of records) {
      assert(record.leaderEpoch >= this.latestEpoch, `epoch ${record.leaderEpoch} goes back`);
      const line = utf8Encode(`${JSON.stringify([record.leaderEpoch, record.value])}\n`);
      lines.push(line);
      this.push(record, line.length);
    }
    if (lines.length > 0) this.disk.append(this.file, concatBytes(...lines));
  }

  /** From `offset` on, below `untilOffset`, at most `max`. */
  read(offset: number, untilOffset: number, max: number): readonly LogRecord[] {
    return this.records.slice(offset, Math.min(untilOffset, offset + max));
  }

  /** Drops everything from `offset` on. True if there was something. */
  truncate(offset: number): boolean {
    if (offset >= this.records.length) return false;
    this.records.length = offset;
    this.positions.length = offset + 1;
    this.disk.truncate(this.file, this.positions[offset] ?? 0);
    return true;
  }

  /**
   * Where the highest epoch that is not above `epoch` ends, and which that is; an epoch of -1 if
   * there is none.
   */
  endOffsetFor(epoch: number): EpochEnd {
    let end = this.records.length;
    while (end > 0 && (this.records[end - 1]?.leaderEpoch ?? 0) > epoch) end -= 1;
    return { epoch: this.records[end - 1]?.leaderEpoch ?? -1, endOffset: end };
  }

  remove(): void {
    this.records.length = 0;
    this.positions.length = 1;
    this.disk.remove(this.file);
  }

  /** A torn last line, or anything else that is no record, ends the log. */
  private load(): void {
    const bytes = this.disk.read(this.file);
    let start = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
      const record = parse(utf8Decode(bytes, start, end));
      if (record === null) break;
      this.push(record, end + 1 - start);
      start = end + 1;
    }
    if (start < bytes.length) this.disk.truncate(this.file, start);
  }

  private push(record: LogRecord, size: number): void {
    this.records.push(record);
    this.positions.push((this.positions.at(-1) ?? 0) + size);
  }
}

function parse(line: string): LogRecord | null {
  try {
    const value: JsonValue = JSON.parse(line);
    if (!Array.isArray(value)) return null;
    const [leaderEpoch, text]: readonly JsonValue[] = value;
    if (typeof leaderEpoch !== 'number' || typeof text !== 'string') return null;
    return { leaderEpoch, value: text };
  } catch {
    return null;
  }
}
