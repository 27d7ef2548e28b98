/** Older txns from the logs on a disk. */

import { expect, test } from 'vitest';
import { concatBytes } from '../../base/bytes.ts';
import { makeZxid, type Zxid } from '../../protocol/zxid.ts';
import type { DiskFiles } from '../disk.ts';
import type { Proposal } from '../replication.ts';
import { fileName } from './fileNames.ts';
import { proposalsFromTxnLog, type TxnLogRange } from './proposalsFromTxnLog.ts';
import { history } from './testing/histories.ts';
import { encodeLogHeader, encodeLogRecord } from './txnLog.ts';

const FIRST = history(1, 10);
const SECOND = history(1, 10, 11);
const THIRD = history(2, 5);
const SNAPSHOT_BYTES = 10_000;

const at = makeZxid;

function log(proposals: readonly Proposal[]): readonly [string, Uint8Array] {
  const records = proposals.map(({ bytes }) => encodeLogRecord(bytes));
  return [
    fileName('log', proposals[0]?.zxid ?? at(0, 0)),
    concatBytes(encodeLogHeader(), ...records),
  ];
}

const DISK: DiskFiles = new Map([
  log(FIRST),
  log(SECOND),
  log(THIRD),
  [fileName('snapshot', at(1, 20)), new Uint8Array(SNAPSHOT_BYTES)],
]);

function zxidsBetween(from: Zxid, to: Zxid, change: Partial<TxnLogRange> = {}, disk = DISK) {
  const range = { from, to, snapshotSizeFactor: 1, ...change };
  return proposalsFromTxnLog(disk, range).map(({ zxid }) => zxid);
}

test('from the last that the learner may have, over files and epochs, up to the committed log', () => {
  const wanted = [...FIRST.slice(3), ...SECOND, ...THIRD.slice(0, 2)].map(({ zxid }) => zxid);
  expect(zxidsBetween(at(1, 4), at(2, 3))).toEqual(wanted);
  // A zxid that nobody has: what is before it tells where to cut.
  expect(zxidsBetween(at(1, 25), at(2, 2))).toEqual([at(1, 20), at(2, 1)]);
  expect(zxidsBetween(at(2, 0), at(2, 2))).toEqual([at(1, 20), at(2, 1)]);
});

test('nothing if the logs do not reach back, or not up to the committed log', () => {
  const [, ...later] = DISK;
  expect(zxidsBetween(at(1, 4), at(2, 3), {}, new Map(later))).toEqual([]);
  expect(zxidsBetween(at(0, 0), at(2, 3))).toEqual([]);
  expect(zxidsBetween(at(1, 4), at(2, 7))).toEqual([]);
  const gap = new Map([...DISK].filter(([name]) => name !== fileName('log', at(1, 11))));
  expect(zxidsBetween(at(1, 4), at(1, 21), {}, gap)).toEqual([]);
});

test('nothing if that is longer than allowed, or damaged', () => {
  expect(zxidsBetween(at(1, 4), at(2, 3), { snapshotSizeFactor: 0.01 })).toEqual([]);
  expect(zxidsBetween(at(1, 4), at(2, 3), { snapshotSizeFactor: -1 })).toEqual([]);
  const bytes = DISK.get(fileName('log', at(1, 11)))?.slice() ?? new Uint8Array(0);
  bytes[40] = 1 + (bytes[40] ?? 0);
  const damaged = new Map([...DISK, [fileName('log', at(1, 11)), bytes]]);
  expect(zxidsBetween(at(1, 4), at(2, 3), {}, damaged)).toEqual([]);
});
