import { expect, test } from 'vitest';
import { concatBytes } from '../../base/bytes.ts';
import type { Zxid } from '../../protocol/zxid.ts';
import { makeZxid } from '../../protocol/zxid.ts';
import { MemoryDatabase } from '../../server/storage/MemoryDatabase.ts';
import { encodeSnapshotFile } from '../../server/storage/snapshotFile.ts';
import { history } from '../../server/storage/testing/histories.ts';
import { zookeeperDisk } from '../../server/storage/testing/zookeeperDisk.ts';
import { encodeLogHeader, encodeLogRecord } from '../../server/storage/txnLog.ts';
import { damageOf, describeDamage, describeFile } from './describeFile.ts';
import { openFiles } from './openFiles.ts';
import { GZIP_SNAPSHOT, SNAPPY_SNAPSHOT } from './testing/compressedSnapshots.ts';
import { digestAt, fileOf, openBytes } from './testing/openBytes.ts';

const PROPOSALS = history(1, 12);
const RECORDS = PROPOSALS.map(({ bytes }) => encodeLogRecord(bytes));
const LOG = concatBytes(encodeLogHeader(), ...RECORDS);

/** Where the record of this index begins in LOG. */
const offsetOf = (index: number): number =>
  encodeLogHeader().length + RECORDS.slice(0, index).reduce((sum, { length }) => sum + length, 0);

function snapshotAt(count: number): Uint8Array {
  const database = new MemoryDatabase(0);
  for (const proposal of PROPOSALS.slice(0, count)) database.apply(proposal);
  return encodeSnapshotFile(database, makeZxid(1, count));
}

const EMPTY = encodeSnapshotFile(
  { tree: new MemoryDatabase(0).tree, sessions: new Map() },
  0 as Zxid,
);

async function compressed(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([new Uint8Array(bytes)]).stream();
  const response = new Response(stream.pipeThrough(new CompressionStream('gzip')));
  return new Uint8Array(await response.arrayBuffer());
}

test('a disk that Apache ZooKeeper wrote is read, and every digest in it agrees', async () => {
  const opened = await openBytes(zookeeperDisk());
  expect(opened.files.map(({ file }) => file.name)).toEqual([
    'snapshot.0',
    'snapshot.3',
    'snapshot.9',
    'log.1',
    'log.5',
    'log.b',
  ]);
  expect(opened.files.flatMap(damageOf)).toEqual([]);
  expect(describeFile(fileOf(opened, 'log.5'))).toEqual([
    '6 txns, 0-5 to 0-10.',
    '5 digests compared with the replayed tree.',
    '4.6 kB of padding.',
  ]);
  const { moments, newest } = opened.history;
  expect(moments.map(({ zxid }) => zxid)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  expect(newest).toBe(11);
  expect(moments.every(({ isReached }) => isReached)).toBe(true);
});

test('the tree at a zxid is the same whichever way one comes to it', async () => {
  const files = new Map([
    ['snapshot.0', EMPTY],
    ['snapshot.100000005', snapshotAt(5)],
    ['log.100000001', LOG],
  ]);
  const opened = await openBytes(files);
  const live = new MemoryDatabase(0);
  const expected = [live.tree.digest()];
  for (const proposal of PROPOSALS) {
    live.apply(proposal);
    expected.push(live.tree.digest());
  }
  const indexes = expected.map((_, index) => index);
  for (const order of [indexes, [...indexes].reverse(), [3, 9, 4, 5, 12, 0, 6]]) {
    for (const index of order) expect(digestAt(opened, index), `at ${index}`).toBe(expected[index]);
  }
  // The snapshot was compared with the logs.
  expect(fileOf(opened, 'snapshot.100000005').check.compared).toBe(1);
});

test('the history is found without a snapshot if the log begins with the first txn', async () => {
  const opened = await openBytes([['log.100000001', LOG]]);
  expect(opened.history.newest).toBe(12);
  const cut = concatBytes(encodeLogHeader(), ...RECORDS.slice(3));
  const later = await openBytes([['log.100000004', cut]]);
  expect(later.history.newest).toBe(-1);
  expect(later.history.moments).toHaveLength(9);
  expect(digestAt(later, 0)).toBeNull();
});

test('compressed snapshots are read, and broken ones as far as they go', async () => {
  for (const { name, bytes } of [GZIP_SNAPSHOT, SNAPPY_SNAPSHOT]) {
    const opened = await openBytes([[`version-2/${name}`, bytes]]);
    expect(describeFile(fileOf(opened, name))[1]).toBe('Checksums and digest are right.');
    const tree = opened.history.at(0)?.database.tree;
    expect(tree?.getNode('/fromApache')?.data).toEqual(new TextEncoder().encode('ok'));
    const broken = await openBytes([[name, bytes.slice(0, 200)]]);
    expect(damageOf(fileOf(broken, name))[0]?.reason).toMatch(/^the (gzip|snappy) stream is/);
  }
});

test('a compressed snapshot says as much as one that is not', async () => {
  const whole = await openBytes([['snapshot.10000000c.gz', await compressed(snapshotAt(12))]]);
  expect(digestAt(whole, 0)).toBe(digestAt(await openBytes([['log.100000001', LOG]]), 12));
});

test('files of other names and too many bytes are refused with a reason', async () => {
  const opened = await openBytes([['notes.txt', new Uint8Array(10)]]);
  const reasons = opened.files.map((file) => describeFile(file)[0]);
  expect(reasons).toEqual(['No snapshot, log, epoch or myid by its name.']);
  const read = () => Promise.reject(new Error('must not be read'));
  const huge = await openFiles([{ name: 'log.1', sizeBytes: 1e12, read }]);
  expect(huge.files.map((file) => describeFile(file)[0])).toEqual([
    'Not read: larger than 256000000 bytes.',
  ]);
});

test('a write that was cut off ends the log and is told', async () => {
  const end = offsetOf(11) + 20;
  const opened = await openBytes([
    ['log.100000001', concatBytes(LOG.slice(0, end), new Uint8Array(90))],
  ]);
  expect(opened.history.newest).toBe(11);
  expect(damageOf(fileOf(opened, 'log.100000001')).map(describeDamage)).toEqual([
    `Bytes ${offsetOf(11)} to ${end - 1}: unfinished write, which ZooKeeper drops.`,
  ]);
});

test('a corrupt record is passed over; what follows is read, but not replayed', async () => {
  const bytes = LOG.slice();
  bytes.set([0xff], offsetOf(4) + 30);
  const files: [string, Uint8Array][] = [['log.100000001', bytes]];
  const opened = await openBytes(files);
  expect(damageOf(fileOf(opened, 'log.100000001'))).toEqual([
    { type: 'corrupt', offset: offsetOf(4), end: offsetOf(5), reason: 'checksum mismatch' },
  ]);
  expect(opened.history.moments.map(({ isReached }) => isReached)).toEqual(
    [0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12].map((counter) => counter < 5),
  );
  // A later snapshot leads across the gap.
  const bridged = await openBytes([...files, ['snapshot.100000008', snapshotAt(8)]]);
  expect(bridged.history.newest).toBe(11);
  expect(bridged.history.segments).toEqual([
    { from: 0, to: 4 },
    { from: 7, to: 11 },
  ]);
});

test('records after a length that is wrong are found again', async () => {
  for (const length of [0, 7, 0x7fffffff, 0xffffffff]) {
    const bytes = LOG.slice();
    new DataView(bytes.buffer).setUint32(offsetOf(2) + 8, length);
    const opened = await openBytes([['log.100000001', bytes]]);
    const { file, check } = fileOf(opened, 'log.100000001');
    expect(file.type === 'log' && file.records).toHaveLength(11);
    expect(check.damage).toEqual([]);
    expect(file.damage).toMatchObject([{ type: 'corrupt', offset: offsetOf(2), end: offsetOf(3) }]);
  }
});

test('of a damaged snapshot the part before the damage is shown', async () => {
  const whole = snapshotAt(12);
  const bytes = whole.slice(0, whole.length - 120);
  const opened = await openBytes([['snapshot.10000000c', bytes]]);
  const found = fileOf(opened, 'snapshot.10000000c');
  expect(describeFile(found)[0]).toMatch(
    /^A snapshot of 1-12, damaged. Before the damage: \d+ znodes/,
  );
  expect(damageOf(found)).toMatchObject([{ type: 'corrupt', end: bytes.length }]);
  expect(opened.history.newest).toBe(-1);
  const standing = opened.history.at(0);
  expect(standing?.isSalvaged).toBe(true);
  expect(standing?.database.tree.getNode('/n100000001')).toBeDefined();
});

test('a snapshot of another history than the log is told', async () => {
  const other = new MemoryDatabase(0);
  for (const proposal of history(1, 5, 1)) other.apply(proposal);
  other.tree.setData('/', new Uint8Array([9]), { version: 7, zxid: makeZxid(1, 5), time: 0 });
  const opened = await openBytes([
    ['log.100000001', LOG],
    ['snapshot.100000005', encodeSnapshotFile(other, makeZxid(1, 5))],
  ]);
  expect(damageOf(fileOf(opened, 'snapshot.100000005'))).toMatchObject([{ type: 'differs' }]);
});

test('a fuzzy snapshot is right from the zxid of its digest on', async () => {
  // Named when it was begun, at txn 7; written until txn 10 had come.
  const fuzzy: [string, Uint8Array] = ['snapshot.100000007', snapshotAt(10)];
  const rest = concatBytes(encodeLogHeader(), ...RECORDS.slice(7));
  const opened = await openBytes([fuzzy, ['log.100000008', rest]]);
  expect(describeFile(fileOf(opened, fuzzy[0]))[1]).toMatch(
    'It is fuzzy: written while txns up to 1-10 came.',
  );
  expect(opened.files.flatMap(damageOf)).toEqual([]);
  const live = new MemoryDatabase(0);
  for (const proposal of PROPOSALS) live.apply(proposal);
  expect(digestAt(opened, opened.history.newest)).toBe(live.tree.digest());
  // Where a log leads there as well, it is not begun with.
  const both = await openBytes([['log.100000001', LOG], fuzzy]);
  const early = new MemoryDatabase(0);
  for (const proposal of PROPOSALS.slice(0, 7)) early.apply(proposal);
  const named = both.history.moments.findIndex(({ zxid }) => zxid === makeZxid(1, 7));
  expect(digestAt(both, named)).toBe(early.tree.digest());
});

test('in a long history every step back leads to the right tree', async () => {
  const long = history(1, 7_000);
  const records = long.map(({ bytes }) => encodeLogRecord(bytes));
  const halves = [records.slice(0, 3_500), records.slice(3_500)];
  const [first, second] = halves.map((half) => concatBytes(encodeLogHeader(), ...half));
  const opened = await openBytes([
    ['log.100000001', first ?? LOG],
    ['log.100000dad', second ?? LOG],
  ]);
  const live = new MemoryDatabase(0);
  const digests = [live.tree.digest()];
  for (const proposal of long) {
    live.apply(proposal);
    digests.push(live.tree.digest());
  }
  for (const index of [7_000, 6_999, 6_000, 5_999, 4_001, 4_000, 3_999, 1_999, 0, 2_000, 6_500]) {
    // As who looks at a moment does: at the one before as well.
    for (const at of [Math.max(0, index - 1), index]) {
      expect(digestAt(opened, at), `at ${at}`).toBe(digests[at]);
    }
  }
});

test('bytes that look like records everywhere are given up in time', async () => {
  const bytes = new Uint8Array(2_000_000).fill(0x42);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at + 16 <= bytes.length; at += 16) {
    view.setBigInt64(at, 7n);
    view.setInt32(at + 8, 1_000_000);
  }
  const opened = await openBytes([['log.1', bytes]]);
  expect(fileOf(opened, 'log.1').file.damage).toMatchObject([{ type: 'corrupt', offset: 0 }]);
});
