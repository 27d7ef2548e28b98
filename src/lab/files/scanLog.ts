/**
 * All of a log that can be read, whatever has become of the rest. Where a server refuses a damaged
 * log, this goes on at the next record whose checksum is right.
 */

import {
  claimedEnd,
  encodeLogHeader,
  endOfRecord,
  HEADER_BYTES,
  type LogRecord,
  lengthWithoutZeros,
  readRecord,
} from '../../server/storage/txnLog.ts';
import type { Damage } from './Damage.ts';

export interface LogScan {
  readonly records: readonly LogRecord[];
  readonly damage: readonly Damage[];
  /** Zeros at the end, written ahead of the records. */
  readonly paddingBytes: number;
}

export function scanLog(bytes: Uint8Array): LogScan {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const written = lengthWithoutZeros(bytes);
  const records: LogRecord[] = [];
  const damage: Damage[] = [];
  const skip = (offset: number, reason: string): number => {
    const next = nextRecord(view, bytes, offset + 1, written);
    damage.push({ type: 'corrupt', offset, end: next ?? written, reason });
    return next ?? written;
  };
  let at = isLog(bytes) ? HEADER_BYTES : skip(0, 'does not begin as a txn log');
  while (at < written) {
    const end = endOfRecord(view, at);
    const record = end === null ? null : readRecord(view, bytes, at, end);
    if (end !== null && record !== null && typeof record !== 'string') {
      records.push(record);
      at = end;
    } else if (isTorn(view, bytes, at, written)) {
      damage.push({ type: 'torn', offset: at, end: written, reason: 'unfinished write' });
      break;
    } else {
      at = skip(at, typeof record === 'string' ? record : 'no record');
    }
  }
  return { records, damage, paddingBytes: bytes.length - written };
}

/** An empty file is a log that was just begun. */
function isLog(bytes: Uint8Array): boolean {
  const header = encodeLogHeader().subarray(0, bytes.length);
  return header.every((byte, i) => bytes[i] === byte);
}

/** The last record was not written to its end, and nothing that could be read follows. */
function isTorn(view: DataView, bytes: Uint8Array, at: number, written: number): boolean {
  if (endOfRecord(view, at) !== null || written > claimedEnd(view, at)) return false;
  return nextRecord(view, bytes, at + 1, written) === null;
}

/** Where the first record from `from` on begins whose checksum is right; null if there is none. */
function nextRecord(
  view: DataView,
  bytes: Uint8Array,
  from: number,
  written: number,
): number | null {
  for (let at = from; at < written; at++) {
    // The checksum is a long of 32 bits, and nearly all other places fail by this.
    if (bytes[at] !== 0 || bytes[at + 1] !== 0 || bytes[at + 2] !== 0 || bytes[at + 3] !== 0) {
      continue;
    }
    const end = endOfRecord(view, at);
    if (end !== null && typeof readRecord(view, bytes, at, end) !== 'string') return at;
  }
  return null;
}
