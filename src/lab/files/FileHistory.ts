/**
 * The history that files hold together: every zxid that they know of, and the tree at each that can
 * be reached, from a snapshot and the txns after it without a gap.
 *
 * A segment begins with a snapshot that no earlier segment reaches and goes on as long as txns
 * follow each other. Within it, trees are replayed from its beginning or from a later snapshot; a
 * fuzzy one holds what came after its zxid, so that only a segment without another begins with it.
 */

import { assert } from '../../base/assert.ts';
import { concatBytes } from '../../base/bytes.ts';
import type { Zxid } from '../../protocol/zxid.ts';
import { makeZxid, ZERO_ZXID } from '../../protocol/zxid.ts';
import type { DiskFiles } from '../../server/disk.ts';
import { fileName } from '../../server/storage/fileNames.ts';
import { follows } from '../../server/storage/follows.ts';
import { MemoryDatabase } from '../../server/storage/MemoryDatabase.ts';
import {
  decodeSnapshotBody,
  encodeSnapshotBody,
  encodeSnapshotFile,
} from '../../server/storage/snapshotFile.ts';
import { encodeLogHeader, encodeLogRecord, type LogRecord } from '../../server/storage/txnLog.ts';
import { DataTree } from '../../server/tree/DataTree.ts';
import { type FoundFile, type LogFound, openSnapshot, type SnapshotFound } from './FoundFile.ts';

/** A zxid that the files know of. */
export interface Moment {
  readonly zxid: Zxid;
  /** The txn; null where only a snapshot tells of the zxid. */
  readonly record: LogRecord | null;
  /** The log that it stands in. */
  readonly log: LogFound | null;
  readonly snapshot: SnapshotFound | null;
  /** The tree can be rebuilt. */
  readonly isReached: boolean;
}

/** Indexes of its first and its last moment. */
export interface Segment {
  readonly from: number;
  readonly to: number;
}

/** What stands at a zxid. */
export interface Standing {
  readonly database: MemoryDatabase;
  /** Only a damaged snapshot tells of it, and this is what could be read. */
  readonly isSalvaged: boolean;
}

interface Cursor {
  index: number;
  readonly database: MemoryDatabase;
}

const CURSORS_MAX = 2;
const KEPT_MAX = 8;
const KEPT_EVERY_MIN = 2_000;
/** Larger trees are not kept on the way. */
const KEPT_DATA_MAX = 10_000_000;

export class FileHistory {
  /** Ascending. */
  readonly moments: readonly Moment[];
  /** In order. */
  readonly segments: readonly Segment[];
  /** For each moment the one to replay from: the newest snapshot that is right for its zxid. */
  readonly #starts: Int32Array;
  /** Databases on the way, so that a step back need not begin far away. */
  readonly #kept = new Map<number, { readonly body: Uint8Array; readonly zxid: Zxid }>();
  readonly #keptEvery: number;
  /** Used last comes last. Two, since a moment is compared with the one before. */
  #cursors: readonly Cursor[] = [];

  constructor(files: readonly FoundFile[]) {
    const found = momentsOf(files);
    this.segments = segmentsOf(found);
    this.#keptEvery = Math.max(KEPT_EVERY_MIN, Math.ceil(found.length / KEPT_MAX));
    this.#starts = startsOf(found, this.segments);
    this.moments = found.map((moment, index) => {
      return { ...moment, isReached: this.#segmentOf(index) !== undefined };
    });
  }

  /** Index of the last moment whose tree can be rebuilt; -1 if there is none. */
  get newest(): number {
    return this.segments.at(-1)?.to ?? -1;
  }

  /**
   * The database after the moment's txn, or null if it cannot be rebuilt. It is shared: what is
   * read of it must be read before the next call.
   */
  at(index: number): Standing | null {
    const segment = this.#segmentOf(index);
    const moment = this.moments[index];
    if (moment === undefined) return null;
    if (segment === undefined) {
      const { snapshot, zxid } = moment;
      if (snapshot === null) return null;
      return { database: databaseOf(snapshot, zxid), isSalvaged: true };
    }
    const cursor = this.#nearest(index);
    while (cursor.index < index) this.#advance(cursor);
    this.#use(cursor);
    return { database: cursor.database, isSalvaged: false };
  }

  /** Every moment of the segment in turn, with the database after it. */
  *replay({ from, to }: Segment): Generator<readonly [Moment, MemoryDatabase]> {
    const cursor = { index: from, database: this.#open(from) };
    for (;;) {
      const moment = this.moments[cursor.index];
      if (moment !== undefined) yield [moment, cursor.database];
      if (cursor.index >= to) break;
      this.#advance(cursor);
    }
    this.#use(cursor);
  }

  /**
   * The files from which a server comes to stand at this moment: a snapshot, and one log with the
   * txns after it. Asserts that it can be reached.
   */
  diskAt(index: number): DiskFiles {
    assert(this.#segmentOf(index) !== undefined, 'a history that cannot be rebuilt');
    const startIndex = this.#starts[index] ?? 0;
    const start = this.moments[startIndex];
    assert(start !== undefined && start.snapshot !== null, 'a segment begins with a snapshot');
    const disk = new Map([[fileName('snapshot', start.zxid), start.snapshot.bytes]]);
    const after = this.moments.slice(startIndex + 1, index + 1);
    const records = after.flatMap(({ record }) => record ?? []);
    const [first] = records;
    if (first === undefined) return disk;
    return disk.set(fileName('log', first.zxid), logOf(records));
  }

  #open(index: number): MemoryDatabase {
    const { snapshot = null, zxid = ZERO_ZXID } = this.moments[index] ?? {};
    assert(snapshot !== null, 'replay from no snapshot');
    return databaseOf(snapshot, zxid);
  }

  #advance(cursor: Cursor): void {
    cursor.index += 1;
    const { index, database } = cursor;
    const record = this.moments[index]?.record ?? null;
    if (record !== null) database.apply(record.proposal);
    const isKept = this.#kept.has(index) || index % this.#keptEvery !== 0;
    if (isKept || database.tree.approximateDataSize > KEPT_DATA_MAX) return;
    this.#kept.set(index, { body: encodeSnapshotBody(database), zxid: database.lastProcessedZxid });
  }

  /** Where to begin so that the least is left to replay. */
  #nearest(index: number): Cursor {
    const start = this.#starts[index] ?? 0;
    const keptAt = index - (index % this.#keptEvery);
    const kept = keptAt >= start ? this.#kept.get(keptAt) : undefined;
    const least = kept === undefined ? start : keptAt;
    const [cursor] = this.#cursors
      .filter((each) => each.index >= least && each.index <= index)
      .sort((a, b) => b.index - a.index);
    if (cursor !== undefined) return cursor;
    if (kept === undefined) return { index: start, database: this.#open(start) };
    const snapshot = decodeSnapshotBody(kept.body);
    assert(snapshot.ok, 'what was encoded can be decoded');
    const { zxid } = kept;
    return { index: keptAt, database: new MemoryDatabase(0, { ...snapshot.value, zxid }) };
  }

  #use(cursor: Cursor): void {
    const others = this.#cursors.filter((each) => each !== cursor);
    this.#cursors = [...others, cursor].slice(-CURSORS_MAX);
  }

  #segmentOf(index: number): Segment | undefined {
    return this.segments.find(({ from, to }) => from <= index && index <= to);
  }
}

function databaseOf(snapshot: SnapshotFound, zxid: Zxid): MemoryDatabase {
  return new MemoryDatabase(0, { ...openSnapshot(snapshot), zxid });
}

/** Records that are joined at once: an engine passes only so many arguments. */
const JOINED_MAX = 1_000;

function logOf(records: readonly LogRecord[]): Uint8Array {
  const parts = [encodeLogHeader()];
  for (let from = 0; from < records.length; from += JOINED_MAX) {
    const some = records.slice(from, from + JOINED_MAX);
    parts.push(concatBytes(...some.map(({ proposal }) => encodeLogRecord(proposal.bytes))));
  }
  return concatBytes(...parts);
}

/** It is whole and holds the tree after its zxid, and not of a time later on. */
export const isExact = (snapshot: SnapshotFound | null): snapshot is SnapshotFound =>
  snapshot?.isWhole === true && snapshot.digestZxid === snapshot.zxid;

type Found = Omit<Moment, 'isReached'>;

/** Of files that tell of one zxid the first counts, a whole snapshot before a damaged one. */
function momentsOf(files: readonly FoundFile[]): readonly Found[] {
  const logs = new Map<Zxid, { readonly record: LogRecord; readonly log: LogFound }>();
  const snapshots = new Map<Zxid, SnapshotFound>();
  for (const file of files) {
    if (file.type === 'log') {
      for (const record of file.records) {
        if (!logs.has(record.zxid)) logs.set(record.zxid, { record, log: file });
      }
    } else if (file.type === 'snapshot') {
      const known = snapshots.get(file.zxid);
      if (known === undefined || (!known.isWhole && file.isWhole)) snapshots.set(file.zxid, file);
    }
  }
  let zxids = inOrder([...logs.keys(), ...snapshots.keys()]);
  const [first] = zxids;
  if (first !== undefined && BEGINNINGS.includes(first) && logs.has(first)) {
    snapshots.set(ZERO_ZXID, nothingYet());
    zxids = [ZERO_ZXID, ...zxids];
  }
  return zxids.map((zxid) => {
    const { record = null, log = null } = logs.get(zxid) ?? {};
    return { zxid, record, log, snapshot: snapshots.get(zxid) ?? null };
  });
}

/** What the first txn of all can be called, by a server on its own and by an ensemble. */
const BEGINNINGS: readonly Zxid[] = [makeZxid(0, 1), makeZxid(1, 1)];

const inOrder = (zxids: readonly Zxid[]): readonly Zxid[] =>
  [...new Set(zxids)].sort((a, b) => a - b);

/** Stands in for the snapshot of a server that has seen nothing. */
function nothingYet(): SnapshotFound {
  const bytes = encodeSnapshotFile({ tree: new DataTree(), sessions: new Map() }, ZERO_ZXID);
  return {
    type: 'snapshot',
    name: 'the beginning',
    sizeBytes: 0,
    damage: [],
    zxid: ZERO_ZXID,
    isCompressed: false,
    bytes,
    isWhole: true,
    digestZxid: 0,
    digest: 0n,
    znodeCount: 0,
    sessionCount: 0,
  };
}

function segmentsOf(moments: readonly Found[]): readonly Segment[] {
  const segments: { readonly from: number; to: number }[] = [];
  let current: { readonly from: number; to: number } | null = null;
  let last = ZERO_ZXID;
  for (const [index, { zxid, record, snapshot }] of moments.entries()) {
    if (current !== null && record !== null && follows(zxid, last)) {
      current.to = index;
      last = zxid;
    } else if (snapshot?.isWhole) {
      current = { from: index, to: index };
      segments.push(current);
      last = zxid;
    } else if (record !== null) {
      current = null;
    }
  }
  return segments;
}

function startsOf(moments: readonly Found[], segments: readonly Segment[]): Int32Array {
  const starts = new Int32Array(moments.length);
  for (const { from, to } of segments) {
    let start = from;
    for (let index = from; index <= to; index++) {
      if (isExact(moments[index]?.snapshot ?? null)) start = index;
      starts[index] = start;
    }
  }
  return starts;
}
