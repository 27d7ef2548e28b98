import { expect, test } from 'vitest';
import type { Zxid } from '../../protocol/zxid.ts';
import { makeZxid } from '../../protocol/zxid.ts';
import type { DiskFiles } from '../disk.ts';
import type { Proposal } from '../replication.ts';
import { history, stateOf } from './testing/histories.ts';
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
