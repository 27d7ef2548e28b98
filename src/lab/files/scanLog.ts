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

/**
 * Bytes whose checksum is computed in search of the next record: what looks like one everywhere
 * must not take for ever.
 */
const SEARCHED_BYTES_MAX = 64_000_000;

/** Ends after `recordsMax` records. */
export function scanLog(bytes: Uint8Array, recordsMax: number): LogScan {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const written = lengthWithoutZeros(bytes);
  const records: LogRecord[] = [];
  const damage: Damage[] = [];
  const search = { left: SEARCHED_BYTES_MAX };
  const nextAfter = (at: number): number | null => nextRecord(view, bytes, at + 1, written, search);
  const skip = (offset: number, reason: string): number => {
    const next = nextAfter(offset);
    damage.push({ type: 'corrupt', offset, end: next ?? written, reason });
    return next ?? written;
  };
  let at = isLog(bytes) ? HEADER_BYTES : skip(0, 'does not begin as a txn log');
  while (at < written && records.length < recordsMax) {
    const end = endOfRecord(view, at);
    const record = end === null ? null : readRecord(view, bytes, at, end);
    if (end !== null && record !== null && typeof record !== 'string') {
      records.push(record);
      at = end;
    } else if (end === null && written <= claimedEnd(view, at) && nextAfter(at) === null) {
      // The last record was not written to its end, and nothing that could be read follows.
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

/** Where the first record from `from` on begins whose checksum is right; null if there is none. */
function nextRecord(
  view: DataView,
  bytes: Uint8Array,
  from: number,
  written: number,
  search: { left: number },
): number | null {
  for (let at = from; at < written && search.left > 0; at++) {
    // The checksum is a long of 32 bits, and nearly all other places fail by this.
    if (bytes[at] !== 0 || bytes[at + 1] !== 0 || bytes[at + 2] !== 0 || bytes[at + 3] !== 0) {
      continue;
    }
    const end = endOfRecord(view, at);
    if (end === null) continue;
    search.left -= end - at;
    if (typeof readRecord(view, bytes, at, end) !== 'string') return at;
  }
  return null;
}
