import { expect, test } from 'vitest';
import type { Zxid } from '../../protocol/zxid.ts';
import { makeZxid } from '../../protocol/zxid.ts';
import type { DiskFiles } from '../disk.ts';
import type { Proposal } from '../replication.ts';
import { history, recoverState, stateOf } from './testing/histories.ts';
import { ManualDisk } from './testing/ManualDisk.ts';
import { ZKDatabase } from './ZKDatabase.ts';

function open(disk: ManualDisk): ZKDatabase {
  const opened = ZKDatabase.open(disk, disk.files);
  if (!opened.ok) throw new Error(JSON.stringify(opened.error));
  return opened.value;
}

function commit(database: ZKDatabase, proposals: readonly Proposal[]): void {
  for (const proposal of proposals) {
    database.append(proposal, () => {});
    database.apply(proposal);
  }
}

/** A database over a disk on which `proposals` are safe. */
function opened(proposals: readonly Proposal[], config = {}, files: DiskFiles = new Map()) {
  const disk = new ManualDisk(files, config);
  const database = open(disk);
  commit(database, proposals);
  disk.finishAll();
  return { disk, database };
}

const zxid = makeZxid;
const zxids = (from: number, to: number): Zxid[] =>
  history(1, to - from + 1, from).map((proposal) => proposal.zxid);

test('an empty disk gets snapshot.0', () => {
  const { disk, database } = opened([]);
  expect([...disk.files.keys()]).toEqual(['snapshot.0']);
  expect(database.lastLoggedZxid).toBe(0);
  expect(disk.traces[0]).toEqual({
    type: 'recovered',
    lastZxid: 0,
    acceptedEpoch: 0,
    currentEpoch: 0,
    snapshotZxid: 0,
    cutBytes: 0,
  });
});

test('what was logged is there after a restart, applied', () => {
  const { disk, database } = opened(history(1, 12));
  const again = open(new ManualDisk(disk.files));
  expect(stateOf(again)).toEqual(stateOf(database));
  expect(again.lastLoggedZxid).toBe(zxid(1, 12));
  expect(again.committedLog).toEqual(history(1, 12));
});

test('each start opens a new log file, named after its first txn', () => {
  const { disk } = opened(history(1, 3));
  const { disk: later } = opened(history(1, 2, 4), {}, disk.files);
  expect([...later.files.keys()].sort()).toEqual(['log.100000001', 'log.100000004', 'snapshot.0']);
});

test('group commit: what comes during a flush is flushed together, in order', () => {
  const { disk, database } = opened([]);
  const persists = disk.persists;
  const durable: Zxid[] = [];
  for (const proposal of history(1, 5)) {
    database.append(proposal, () => durable.push(proposal.zxid));
  }
  expect(disk.persists - persists).toBe(1);
  disk.finishOne();
  expect(durable).toEqual([zxid(1, 1)]);
  expect(disk.persists - persists).toBe(2);
  disk.finishAll();
  expect(disk.persists - persists).toBe(2);
  expect(durable).toEqual(history(1, 5).map((proposal) => proposal.zxid));
  expect(disk.zxidsTraced('logged')).toEqual(durable);
  expect(disk.written.filter(({ type }) => type === 'append')).toHaveLength(2);
});

test('the database keeps the last committed txns, one more than its count', () => {
  const { database } = opened(history(1, 9), { commitLogCount: 3 });
  expect(database.committedLog.map((each) => each.zxid)).toEqual(zxids(6, 9));
});

test('sessions come and go by their txns', () => {
  const { database } = opened(history(1, 5));
  expect([...database.sessions]).toEqual([[0x1_0000_0005n, 4005]]);
});

test('what is applied must be logged, and what is logged must follow', () => {
  const { database } = opened(history(1, 3));
  const [next, after] = history(1, 2, 4);
  if (next === undefined || after === undefined) throw new Error('two proposals');
  expect(() => database.apply(next)).toThrow('not logged');
  expect(() => database.append(after, () => {})).toThrow('0x100000005 appended after 0x100000003');
});

test('epochs count at once, are told when durable, and only grow', () => {
  const { disk, database } = opened([]);
  const told: string[] = [];
  database.setAcceptedEpoch(4, () => told.push('accepted'));
  expect(() => database.setCurrentEpoch(5, () => {})).toThrow('never accepted');
  database.setCurrentEpoch(4, () => told.push('current'));
  expect([database.acceptedEpoch, database.currentEpoch, told]).toEqual([4, 4, []]);
  disk.finishAll();
  expect(told).toEqual(['accepted', 'current']);
  expect(disk.traces.slice(-2)).toEqual([
    { type: 'acceptedEpoch', epoch: 4 },
    { type: 'currentEpoch', epoch: 4 },
  ]);
  expect(new TextDecoder().decode(disk.files.get('currentEpoch'))).toBe('4');
  expect(() => database.setAcceptedEpoch(3, () => {})).toThrow('below');
});

test('an epoch is not durable before what was appended earlier', () => {
  const { disk, database } = opened([]);
  for (const proposal of history(1, 3)) database.append(proposal, () => {});
  database.setAcceptedEpoch(2, () => {});
  disk.finishOne();
  expect(disk.files.has('acceptedEpoch')).toBe(false);
  disk.finishOne();
  expect(recoverState(disk.files)).toMatchObject({ acceptedEpoch: 2, state: { zxid: zxid(1, 3) } });
});

test('snapshots follow by themselves, between half of snapCount and all of it', () => {
  const { disk } = opened(history(1, 200), { snapCount: 20 });
  const taken = disk.zxidsTraced('snapshotTaken').map((each) => each % 2 ** 32);
  const gaps = taken.slice(1).map((each, i) => each - (taken[i] ?? 0));
  expect(gaps.length).toBeGreaterThan(9);
  expect(Math.min(...gaps)).toBeGreaterThan(10);
  expect(Math.max(...gaps)).toBeLessThanOrEqual(20);
  expect(new Set(gaps).size).toBeGreaterThan(3);
});

test('a snapshot holds what is applied; what is logged beyond it is in the log', () => {
  const { disk, database } = opened(history(1, 4));
  for (const proposal of history(1, 3, 5)) database.append(proposal, () => {});
  database.saveSnapshot(() => {});
  for (const proposal of history(1, 2, 8)) database.append(proposal, () => {});
  disk.finishAll();
  expect([...disk.files.keys()]).toEqual([
    'snapshot.0',
    'log.100000001',
    'snapshot.100000004',
    'log.100000008',
  ]);
  expect(recoverState(disk.files)).toMatchObject({
    snapshotZxid: zxid(1, 4),
    state: { zxid: zxid(1, 9) },
  });
});

test('three snapshots stay, with the logs that the oldest of them needs', () => {
  const { disk } = opened(history(1, 400), { snapCount: 20 });
  const names = [...disk.files.keys()].map((name) => name.split('.'));
  const of = (kind: string) =>
    names.flatMap(([name, hex]) => (name === kind && hex ? [Number.parseInt(hex, 16)] : []));
  const snapshots = of('snapshot');
  const logs = of('log');
  expect(snapshots).toHaveLength(3);
  expect(logs.filter((log) => log <= Math.min(...snapshots))).toHaveLength(1);
  const oldest = new Map(disk.files);
  for (const each of snapshots.slice(1)) oldest.delete(`snapshot.${each.toString(16)}`);
  const digestOf = (files: DiskFiles) => recoverState(files).state.digest;
  expect(digestOf(oldest)).toBe(digestOf(disk.files));
});

test('the same snapshot is not written twice', () => {
  const { disk, database } = opened(history(1, 3));
  database.saveSnapshot(() => {});
  disk.finishAll();
  const written = disk.written.length;
  let isDurable = false;
  database.saveSnapshot(() => (isDurable = true));
  disk.finishAll();
  expect([disk.written.length, isDurable]).toEqual([written, true]);
});

test('truncate drops what follows from log and database, and keeps the epochs', () => {
  const { disk, database } = opened(history(1, 10));
  database.saveSnapshot(() => {});
  commit(database, history(1, 4, 11));
  disk.finishAll();
  database.setAcceptedEpoch(2, () => {});
  let isDone = false;
  database.truncate(zxid(1, 7), () => (isDone = true));
  disk.finishAll();
  expect(isDone).toBe(true);
  expect(disk.zxidsTraced('truncated')).toEqual([zxid(1, 7)]);
  expect(stateOf(database)).toEqual(stateOf(opened(history(1, 7)).database));
  expect(database.lastLoggedZxid).toBe(zxid(1, 7));
  expect(database.acceptedEpoch).toBe(2);
  expect([...disk.files.keys()].sort()).toEqual(['acceptedEpoch', 'log.100000001', 'snapshot.0']);
  commit(database, history(2, 5));
  disk.finishAll();
  expect(recoverState(disk.files).state).toEqual(stateOf(database));
});

test('truncate waits for a flush under way, whose callbacks still run', () => {
  const { disk, database } = opened(history(1, 3));
  const told: string[] = [];
  for (const proposal of history(1, 3, 4)) {
    database.append(proposal, () => told.push(`logged ${proposal.zxid % 2 ** 32}`));
  }
  database.truncate(zxid(1, 4), () => told.push('truncated'));
  const [next] = history(1, 1, 5);
  expect(() => next && database.append(next, () => {})).toThrow('during a truncation');
  disk.finishAll();
  expect(told).toEqual(['logged 4', 'logged 5', 'logged 6', 'truncated']);
  expect(recoverState(disk.files).state.zxid).toBe(zxid(1, 4));
});

test('truncate to what is not in the log is a broken invariant, and harms nothing', () => {
  const { disk, database } = opened(history(1, 3));
  commit(database, history(3, 2));
  disk.finishAll();
  const before = new Map(disk.files);
  database.truncate(zxid(2, 1), () => {});
  expect(() => disk.finishAll()).toThrow('not in the log');
  expect(disk.files).toEqual(before);
});

test('restore takes the place of everything, on disk when it is saved', () => {
  const leader = opened(history(2, 7)).database;
  const { disk, database } = opened(history(3, 9));
  database.restore(leader.snapshotBody(), leader.lastProcessedZxid);
  expect(stateOf(database)).toEqual({ ...stateOf(leader), committed: [] });
  expect(database.lastLoggedZxid).toBe(zxid(2, 7));
  expect(recoverState(disk.files).state.zxid).toBe(zxid(3, 9));
  database.saveSnapshot(() => {});
  commit(database, history(4, 2));
  disk.finishAll();
  expect([...disk.files.keys()]).toEqual(['snapshot.200000007', 'log.400000001']);
  expect(recoverState(disk.files).state).toEqual(stateOf(database));
});

test('what is applied between restore and saveSnapshot is in the snapshot', () => {
  const leader = opened(history(2, 7)).database;
  const { disk, database } = opened(history(1, 9));
  database.restore(leader.snapshotBody(), leader.lastProcessedZxid);
  for (const proposal of history(2, 2, 8)) database.apply(proposal);
  database.saveSnapshot(() => {});
  disk.finishAll();
  expect([...disk.files.keys()]).toEqual(['snapshot.200000009']);
});

test('a log or an epoch after restore saves the snapshot first', () => {
  const leader = opened(history(2, 7)).database;
  for (const write of ['log', 'epoch']) {
    const { disk, database } = opened(history(1, 9));
    database.setAcceptedEpoch(3, () => {});
    database.restore(leader.snapshotBody(), leader.lastProcessedZxid);
    if (write === 'log') commit(database, history(3, 1));
    else database.setCurrentEpoch(3, () => {});
    disk.finishAll();
    expect(disk.files.has('snapshot.200000007')).toBe(true);
    expect(recoverState(disk.files).state.zxid).toBe(database.lastProcessedZxid);
  }
});

test('a disk that cannot be trusted is refused and left alone', () => {
  const files = new Map(opened(history(1, 3)).disk.files);
  files.delete('snapshot.0');
  const disk = new ManualDisk(files);
  const result = ZKDatabase.open(disk, files);
  expect(result).toMatchObject({ ok: false, error: { file: 'log.100000001' } });
  expect([disk.persists, disk.traces]).toEqual([0, []]);
});

test('a tree that is not as the leader says is counted, unless digests are off', () => {
  const wrong = history(1, 2).map((proposal) => {
    const txn = { ...proposal.txn, digest: { version: 2, treeDigest: 1n } };
    return { ...proposal, txn };
  });
  const mismatches = (config: object) =>
    opened(wrong, config).disk.metrics.counters.digest_mismatches_count;
  expect(mismatches({})).toBe(2);
  expect(mismatches({ digestEnabled: false })).toBe(0);
  const right = opened(history(1, 12)).disk.metrics;
  expect(right.counters.digest_mismatches_count).toBe(0);
});

test('a snapshot without a digest is one of 3.9 all the same', () => {
  const { disk, database } = opened(history(1, 12), { digestEnabled: false });
  database.saveSnapshot(() => {});
  disk.finishAll();
  const again = open(new ManualDisk(disk.files));
  expect(again.tree.digest()).toBe(database.tree.digest());
  expect(again.lastProcessedZxid).toBe(database.lastProcessedZxid);
  const { disk: other } = opened(history(1, 12));
  const sizes = [disk, other].map((it) => it.files.get('snapshot.0')?.length ?? 0);
  expect(sizes[0]).toBeLessThan(sizes[1] ?? 0);
});

test('how long txns wait and are written is counted by batch', () => {
  const { disk } = opened(history(1, 3));
  const { counters, summaries } = disk.metrics;
  expect(counters.sync_processor_request_queued).toBe(3);
  expect(summaries.sync_processor_batch_size.sum).toBe(3);
  expect(summaries.sync_processor_queue_and_flush_time_ms.count).toBe(3);
  expect(summaries.fsynctime.count).toBe(summaries.sync_processor_batch_size.count);
  const again = new ManualDisk(disk.files);
  open(again);
  expect(again.metrics.summaries.startup_txns_loaded.sum).toBe(3);
});
