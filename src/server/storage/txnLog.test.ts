import { expect, test } from 'vitest';
import { concatBytes, fromHex, toHex } from '../../base/bytes.ts';
import type { Zxid } from '../../protocol/zxid.ts';
import { makeZxid } from '../../protocol/zxid.ts';
import { history, proposalOf } from './testing/histories.ts';
import { zookeeperDisk } from './testing/zookeeperDisk.ts';
import { encodeLogHeader, encodeLogRecord, readLog } from './txnLog.ts';

const FILE = 'log.100000001';
const PROPOSALS = history(1, 6);
const RECORDS = PROPOSALS.map(({ bytes }) => encodeLogRecord(bytes));
const LOG = concatBytes(encodeLogHeader(), ...RECORDS);
const ENDS = RECORDS.map((_, i) => 16 + concatBytes(...RECORDS.slice(0, i + 1)).length);

function read(bytes: Uint8Array) {
  const log = readLog(FILE, bytes);
  if (!log.ok) throw new Error(JSON.stringify(log.error));
  return { ...log.value, zxids: log.value.records.map(({ zxid }) => zxid) };
}

function damaged(at: number): Uint8Array {
  const bytes = LOG.slice();
  bytes[at] = (bytes[at] ?? 0) ^ 0x80;
  return bytes;
}

/** The record that this byte belongs to. */
function recordAt(offset: number): { index: number; start: number } {
  const index = ENDS.findIndex((end) => offset < end);
  return { index, start: ENDS[index - 1] ?? 16 };
}

test('the bytes are those of ZooKeeper', () => {
  const error = proposalOf(makeZxid(0, 6), { type: 'error', err: -101 }, 0x0100001afcb50000n);
  const payload = error.bytes;
  expect(toHex(encodeLogHeader())).toBe('5a4b4c47000000020000000000000000');
  expect(toHex(encodeLogRecord(payload))).toMatch(/^00000000[0-9a-f]{8}00000024.*ffffff9b42$/);
  const real = zookeeperDisk().get('log.5') ?? new Uint8Array(0);
  const log = readLog('log.5', real);
  if (!log.ok) throw new Error(log.error.reason);
  const again = log.value.records.map(({ proposal }) => encodeLogRecord(proposal.bytes));
  const written = concatBytes(encodeLogHeader(), ...again);
  expect(written).toEqual(real.slice(0, log.value.length));
  expect(log.value.tornBytes).toBe(0);
});

test('records come back with where they are', () => {
  const { records, length, tornBytes } = read(LOG);
  expect(records.map(({ proposal }) => proposal)).toEqual(PROPOSALS);
  expect(records.map(({ end }) => end)).toEqual(ENDS);
  expect(records.map(({ offset }) => offset)).toEqual([16, ...ENDS.slice(0, -1)]);
  expect({ length, tornBytes }).toEqual({ length: LOG.length, tornBytes: 0 });
});

test('a log that was cut at any byte holds the records before the cut', () => {
  for (let cut = 0; cut <= LOG.length; cut++) {
    const whole = ENDS.filter((end) => end <= cut).length;
    const log = read(LOG.slice(0, cut));
    expect(log.zxids).toEqual(PROPOSALS.slice(0, whole).map(({ zxid }) => zxid));
    expect(log.length).toBe(ENDS[whole - 1] ?? 0);
  }
});

test('what ZooKeeper pads with zeros ends where the zeros begin, also inside a record', () => {
  const padding = new Uint8Array(300);
  expect(read(concatBytes(LOG, padding))).toEqual(read(LOG));
  for (let cut = 16; cut < LOG.length; cut++) {
    const log = read(concatBytes(LOG.slice(0, cut), padding));
    expect(log.zxids).toHaveLength(ENDS.filter((end) => end <= cut).length);
  }
});

test('a damaged byte is told with the position of its record', () => {
  for (let at = 16; at < LOG.length; at++) {
    const { index, start } = recordAt(at);
    const isEnd = ENDS.includes(at + 1);
    const isLength = at >= start + 8 && at < start + 12;
    const log = readLog(FILE, damaged(at));
    if (isEnd && index === ENDS.length - 1) {
      // The last record merely looks unfinished.
      expect(log.ok && log.value.records.length).toBe(index);
    } else if (!isLength) {
      const reason = isEnd ? 'bytes follow an unfinished record' : 'checksum mismatch';
      expect(log).toEqual({ ok: false, error: { file: FILE, offset: start, reason } });
    }
  }
});

test('a length that no record can have is damage', () => {
  const at = (ENDS[1] ?? 0) + 8;
  const error = { file: FILE, offset: ENDS[1], reason: 'unreasonable length' };
  expect(readLog(FILE, damaged(at))).toEqual({ ok: false, error });
});

test('a payload that is no txn is refused', () => {
  const log = concatBytes(LOG, encodeLogRecord(new Uint8Array(3)));
  const result = readLog(FILE, log);
  expect(result).toMatchObject({ ok: false, error: { offset: LOG.length } });
});

test('another kind of file is refused', () => {
  const error = { file: FILE, offset: 0, reason: 'not a txn log' };
  expect(readLog(FILE, fromHex('5a4b534e'))).toEqual({ ok: false, error });
});

test('an empty file, and one of a header alone, hold nothing', () => {
  const nothing: Zxid[] = [];
  expect(read(new Uint8Array(0)).zxids).toEqual(nothing);
  expect(read(encodeLogHeader())).toMatchObject({ zxids: nothing, length: 0, tornBytes: 16 });
});
