/**
 * The transaction log: a file header, then records `long checksum, int length, payload, 'B'`.
 * Source: persistence.FileTxnLog, persistence.Util.readTxnBytes.
 * Departs: no padding is written; a disk that grows by appending needs none. Padding is read.
 */

import { adler32 } from '../../base/adler32.ts';
import { assert } from '../../base/assert.ts';
import { ByteBlocks } from '../../base/ByteBlocks.ts';
import type { Result } from '../../base/result.ts';
import { err, ok } from '../../base/result.ts';
import { writeBytes } from '../../protocol/codec.ts';
import { MAX_FIELD_BYTES } from '../../protocol/JuteReader.ts';
import { JuteWriter } from '../../protocol/JuteWriter.ts';
import { decodeTxn } from '../../protocol/txns.ts';
import type { Zxid } from '../../protocol/zxid.ts';
import type { Proposal } from '../replication.ts';
import type { RecoveryError } from './RecoveryError.ts';

const MAGIC = 0x5a4b4c47;
const VERSION = 2;
const DATABASE_ID = 0n;
const END_OF_RECORD = 0x42;
export const HEADER_BYTES = 16;
/** Before the payload: checksum and length. */
const PREFIX_BYTES = 12;
/** All but the payload. */
const FRAME_BYTES = PREFIX_BYTES + 1;
const CHECKSUM_HIGH = 0x1_0000_0000;
/** As for any buffer (jute.maxbuffer and its extra size). */
const PAYLOAD_BYTES_MAX = MAX_FIELD_BYTES;

export interface LogRecord {
  readonly zxid: Zxid;
  readonly proposal: Proposal;
  /** Where the record begins in its file, and where the next one would. */
  readonly offset: number;
  readonly end: number;
}

export interface LogFile {
  readonly records: readonly LogRecord[];
  /** Bytes up to the end of the last whole record, 0 if there is none. */
  readonly length: number;
  /** Bytes after that which a write that was cut off has left behind. Padding is not counted. */
  readonly tornBytes: number;
}

export function encodeLogHeader(): Uint8Array {
  const w = new JuteWriter();
  w.int(MAGIC);
  w.int(VERSION);
  w.long(DATABASE_ID);
  return w.toBytes();
}

/** `payload`: TxnHeader, body and digest, as in a PROPOSAL. */
export function encodeLogRecord(payload: Uint8Array): Uint8Array {
  assert(
    payload.length > 0 && payload.length <= PAYLOAD_BYTES_MAX,
    () => `txn of ${payload.length} B`,
  );
  return writeBytes((w) => {
    w.exactLong(adler32(payload));
    w.buffer(payload);
    w.byte(END_OF_RECORD);
  });
}

/**
 * Reads a whole log file. A record that was not written to its end closes the file if nothing but
 * zeros follow it.
 * Departs: bytes behind an unfinished record are damage and refused; ZooKeeper drops them unseen.
 */
export function readLog(file: string, bytes: Uint8Array): Result<LogFile, RecoveryError> {
  const header = encodeLogHeader();
  for (let i = 0; i < Math.min(bytes.length, HEADER_BYTES); i++) {
    if (bytes[i] !== header[i]) return err({ file, offset: 0, reason: 'not a txn log' });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const records: LogRecord[] = [];
  let at = HEADER_BYTES;
  for (;;) {
    const end = endOfRecord(view, at);
    if (end === null) break;
    const record = readRecord(view, bytes, at, end);
    if (typeof record === 'string') return err({ file, offset: at, reason: record });
    records.push(record);
    at = end;
  }
  const length = records.length > 0 ? at : 0;
  const written = lengthWithoutZeros(bytes);
  const claimed = claimedEnd(view, at);
  if (claimed - at > FRAME_BYTES + PAYLOAD_BYTES_MAX) {
    return err({ file, offset: at, reason: 'unreasonable length' });
  }
  if (written > claimed) {
    return err({ file, offset: at, reason: 'bytes follow an unfinished record' });
  }
  return ok({ records, length, tornBytes: Math.max(0, written - length) });
}

/** Where the record at `at` ends, or null if it was not written to its end. */
export function endOfRecord(view: DataView, at: number): number | null {
  if (at + PREFIX_BYTES > view.byteLength || view.getInt32(at + 8) === 0) return null;
  const end = claimedEnd(view, at);
  return end <= view.byteLength && view.getUint8(end - 1) === END_OF_RECORD ? end : null;
}

/** Where the record would end by its length field, if that much of it is there. */
export function claimedEnd(view: DataView, at: number): number {
  if (at + PREFIX_BYTES > view.byteLength) return view.byteLength;
  return at + FRAME_BYTES + view.getUint32(at + 8);
}

/** Copies: what is kept of a log must not keep all of it. */
const payloads = new ByteBlocks();

/** The record between these offsets, or what is wrong with it. */
export function readRecord(
  view: DataView,
  bytes: Uint8Array,
  offset: number,
  end: number,
): LogRecord | string {
  const payload = payloads.copy(bytes.subarray(offset + PREFIX_BYTES, end - 1));
  const checksum = view.getUint32(offset) * CHECKSUM_HIGH + view.getUint32(offset + 4);
  if (checksum !== adler32(payload)) return 'checksum mismatch';
  const txn = decodeTxn(payload);
  if (!txn.ok) return `undecodable txn: ${txn.error.message}`;
  const { zxid } = txn.value.header;
  return { zxid, proposal: { zxid, txn: txn.value, bytes: payload }, offset, end };
}

/** Without padding. The header's own zeros count. */
export function lengthWithoutZeros(bytes: Uint8Array): number {
  let length = bytes.length;
  while (length > HEADER_BYTES && bytes[length - 1] === 0) length--;
  return length;
}
