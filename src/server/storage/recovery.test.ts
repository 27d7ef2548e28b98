import { expect, test } from 'vitest';
import { concatBytes } from '../../base/bytes.ts';
import { utf8Encode } from '../../base/utf8.ts';
import type { Zxid } from '../../protocol/zxid.ts';
import { makeZxid, ZERO_ZXID } from '../../protocol/zxid.ts';
import type { DiskFiles } from '../disk.ts';
import type { Proposal } from '../replication.ts';
import { applyDiskOps } from './applyDiskOps.ts';
import { fileName } from './fileNames.ts';
import { MemoryDatabase } from './MemoryDatabase.ts';
import { recover } from './recovery.ts';
import { encodeSnapshotFile } from './snapshotFile.ts';
import { history, recoverState, stateOf } from './testing/histories.ts';
import { zookeeperDisk } from './testing/zookeeperDisk.ts';
import { encodeLogHeader, encodeLogRecord } from './txnLog.ts';

type File = readonly [name: string, bytes: Uint8Array];

function log(proposals: readonly Proposal[]): File {
  const records = proposals.map(({ bytes }) => encodeLogRecord(bytes));
  const name = fileName('log', proposals[0]?.zxid ?? ZERO_ZXID);
  return [name, concatBytes(encodeLogHeader(), ...records)];
}

function memoryAfter(proposals: readonly Proposal[]): MemoryDatabase {
  const memory = new MemoryDatabase(500);
  for (const proposal of proposals) memory.apply(proposal);
  return memory;
}

function snapshot(proposals: readonly Proposal[]): File {
  const memory = memoryAfter(proposals);
  const zxid = memory.lastProcessedZxid;
  return [fileName('snapshot', zxid), encodeSnapshotFile(memory, zxid)];
}

const disk = (...files: readonly File[]): DiskFiles => new Map(files);
const epochs = (accepted: string, current: string): File[] => [
  ['acceptedEpoch', utf8Encode(accepted)],
  ['currentEpoch', utf8Encode(current)],
];

function errorOf(files: DiskFiles) {
  const recovered = recover(files, 500);
  return recovered.ok ? null : recovered.error;
}

function flip([name, bytes]: File, at: number): File {
  const damaged = bytes.slice();
  damaged[at] = (damaged[at] ?? 0) ^ 1;
  return [name, damaged];
}

const all = history(1, 20);

test('an empty disk is a new server', () => {
  const recovered = recoverState(disk());
  expect(recovered.state.zxid).toBe(0);
  expect(recovered.repairs).toEqual([]);
});

test('the newest snapshot, then the logs after it', () => {
  const logs = [log(all.slice(0, 8)), log(all.slice(8, 15)), log(all.slice(15))];
  const files = disk(snapshot([]), snapshot(all.slice(0, 5)), snapshot(all.slice(0, 11)), ...logs);
  const { state, snapshotZxid, repairs } = recoverState(files);
  expect(state).toEqual({
    ...stateOf(memoryAfter(all)),
    committed: all.slice(11).map(({ zxid }) => zxid),
  });
  expect(snapshotZxid).toBe(makeZxid(1, 11));
  expect(repairs).toEqual([]);
});

test('the committed log holds its count and one', () => {
  const { state } = recoverState(disk(snapshot([]), log(all)), 4);
  expect(state.committed).toEqual(all.slice(-5).map(({ zxid }) => zxid));
});

test('an unfinished record is cut off, and a log without records goes', () => {
  const [name, bytes] = log(all.slice(0, 3));
  const torn = concatBytes(bytes, encodeLogRecord(all[3]?.bytes ?? bytes).slice(0, 16));
  const header = encodeLogHeader();
  const files = disk(snapshot([]), [name, torn], ['log.100000004', header]);
  const { repairs, cutBytes, state } = recoverState(files);
  expect(state.zxid).toBe(makeZxid(1, 3));
  expect(repairs).toEqual([
    { type: 'truncate', file: name, length: bytes.length },
    { type: 'remove', file: 'log.100000004' },
  ]);
  expect(cutBytes).toBe(16 + header.length);
  expect(applyDiskOps(files, repairs).get(name)).toEqual(bytes);
});

test('damage in a log is refused, with its position', () => {
  const record = encodeLogRecord(all[0]?.bytes ?? new Uint8Array(0));
  const damaged = flip(log(all), 16 + record.length + 20);
  expect(errorOf(disk(snapshot([]), damaged))).toEqual({
    file: damaged[0],
    offset: 16 + record.length,
    reason: 'checksum mismatch',
  });
});

test('damage in a log that the newest snapshot does not need is not looked for', () => {
  const files = disk(snapshot(all), flip(log(all.slice(0, 8)), 40), log(all.slice(8)));
  expect(recoverState(files).state.zxid).toBe(makeZxid(1, 20));
});

test('a log without any snapshot is refused', () => {
  expect(errorOf(disk(log(all)))).toMatchObject({ file: 'log.100000001', offset: 0 });
});

test('a hole in the history is refused', () => {
  const files = disk(snapshot([]), log(all.slice(0, 8)), log(all.slice(9)));
  const reason = 'txn 0x10000000a cannot follow 0x100000008';
  expect(errorOf(files)).toEqual({ file: 'log.10000000a', offset: 16, reason });
});

test('an older snapshot stands in for an unreadable one if the logs reach as far', () => {
  const older = snapshot(all.slice(0, 4));
  const newest = flip(snapshot(all.slice(0, 12)), 100);
  const { state, snapshotZxid, repairs } = recoverState(disk(older, newest, log(all)));
  expect(state.digest).toBe(memoryAfter(all).tree.digest());
  expect(snapshotZxid).toBe(makeZxid(1, 4));
  expect(repairs).toEqual([{ type: 'remove', file: newest[0] }]);
  const error = { file: newest[0] };
  expect(errorOf(disk(older, newest, log(all.slice(0, 11))))).toMatchObject(error);
  expect(errorOf(disk(newest, log(all)))).toMatchObject(error);
});

test('missing epochs are those of the last txn', () => {
  const { acceptedEpoch, currentEpoch } = recoverState(disk(snapshot([]), log(all)));
  expect({ acceptedEpoch, currentEpoch }).toEqual({ acceptedEpoch: 1, currentEpoch: 1 });
});

test('currentEpoch is at least that of the last txn, and acceptedEpoch never below it', () => {
  const files = (accepted: string, current: string) =>
    disk(snapshot([]), log(all), ...epochs(accepted, current));
  expect(recoverState(files('7', '0'))).toMatchObject({ acceptedEpoch: 7, currentEpoch: 1 });
  expect(recoverState(files('7', '6\n'))).toMatchObject({ acceptedEpoch: 7, currentEpoch: 6 });
  expect(errorOf(files('5', '6'))).toMatchObject({ file: 'acceptedEpoch' });
  expect(errorOf(files('0', '0'))).toMatchObject({ file: 'acceptedEpoch' });
  // After this one there is no other: whoever led would fail.
  expect(errorOf(files('2097151', '1'))).toMatchObject({ file: 'acceptedEpoch' });
  expect(errorOf(files('999999999', '1'))).toMatchObject({ file: 'acceptedEpoch' });
  expect(errorOf(files('7', 'six'))).toMatchObject({ file: 'currentEpoch' });
});

test('a restore that was interrupted is completed, whatever else is there', () => {
  const other = history(2, 3);
  const bytes = encodeSnapshotFile(memoryAfter(other), makeZxid(2, 3));
  const restore: File = ['restore.200000003', bytes];
  const newer = history(3, 2);
  const files = disk(snapshot(newer), log(newer), log(all), restore);
  const { state, repairs, snapshots, logs } = recoverState(files);
  expect(state).toEqual({ ...stateOf(memoryAfter(other)), committed: [] });
  expect({ snapshots, logs }).toEqual({ snapshots: [makeZxid(2, 3)], logs: [] });
  expect([...applyDiskOps(files, repairs)]).toEqual([['snapshot.200000003', bytes]]);
});

test('the disk of a real ZooKeeper: every snapshot leads to the same tree, with its digest', () => {
  const files = zookeeperDisk();
  const found = recoverState(files);
  const last = found.memory.committedLog.at(-1);
  expect(found.state).toMatchObject({ zxid: 0xb, sessions: [] });
  expect(found.snapshotZxid).toBe(9);
  expect(last?.txn.digest?.treeDigest).toBe(found.state.digest);
  const paths = [...found.memory.tree.walk()].map(([path]) => path);
  const system = ['/zookeeper', '/zookeeper/config', '/zookeeper/quota'];
  expect(paths.sort()).toEqual(['/', '/a', '/box', '/ttl', ...system]);
  const older = new Map(files);
  older.delete('snapshot.9');
  expect(recoverState(older).state.digest).toBe(found.state.digest);
  older.delete('snapshot.3');
  expect(recoverState(older).state.digest).toBe(found.state.digest);
});

test('each digest in the log of a real ZooKeeper is that of the tree after the txn', () => {
  const files = new Map(zookeeperDisk());
  files.delete('snapshot.9');
  files.delete('snapshot.3');
  const { memory } = recoverState(files);
  const replay = new MemoryDatabase(500);
  const checked: Zxid[] = [];
  for (const proposal of memory.committedLog) {
    replay.apply(proposal);
    const { digest } = proposal.txn;
    if (digest === null) continue;
    expect(replay.tree.digest()).toBe(digest.treeDigest);
    checked.push(proposal.zxid);
  }
  expect(checked).toEqual([1, 2, 3, 4, 5, 7, 8, 9, 10, 11]);
});
