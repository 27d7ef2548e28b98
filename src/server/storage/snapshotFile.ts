/**
 * A snapshot file: header, body, then three seals with the tree digest and lastProcessedZxid
 * between them. The body (sessions, ACLs, znodes, terminator) is also the stream of a SNAP
 * synchronisation.
 * Source: persistence.FileSnap, persistence.SnapStream, SerializeUtils.serializeSnapshot (3.9).
 */

import { adler32 } from '../../base/adler32.ts';
import type { Result } from '../../base/result.ts';
import { err } from '../../base/result.ts';
import { attemptDecode, int, long, record, vector } from '../../protocol/codec.ts';
import type { DecodeError } from '../../protocol/DecodeError.ts';
import { DecodeFault } from '../../protocol/DecodeError.ts';
import { JuteReader } from '../../protocol/JuteReader.ts';
import { JuteWriter } from '../../protocol/JuteWriter.ts';
import type { Zxid } from '../../protocol/zxid.ts';
import { ZERO_ZXID } from '../../protocol/zxid.ts';
import type { DataTree } from '../tree/DataTree.ts';
import { DIGEST_VERSION } from '../tree/digest.ts';
import { deserializeTree, salvageTree, serializeTree } from '../tree/snapshot.ts';
import type { RecoveryError } from './RecoveryError.ts';

const MAGIC = 0x5a4b534e;
const VERSION = 2;
const DATABASE_ID = -1n;
const HEADER_BYTES = 16;
const SEAL_PATH = '/';
const SEAL_BYTES = 13;
/** lastProcessedZxid and its seal. */
const LAST_PART_BYTES = 8 + SEAL_BYTES;
const LENGTH_MIN = 10;
/** The ustring '/', with which every whole snapshot ends. */
const LAST_BYTES = [0, 0, 0, 1, 0x2f] as const;
const NOTHING = new Uint8Array(0);

export interface Snapshot {
  readonly tree: DataTree;
  /** Session to its timeout in ms. */
  readonly sessions: ReadonlyMap<bigint, number>;
}

export interface SnapshotFile extends Snapshot {
  /**
   * The zxid at which the digest in the file was taken; null if it has none. Another one than in
   * the file's name means that the snapshot is fuzzy, and its digest was not checked.
   */
  readonly digestZxid: number | null;
}

const Sessions = vector(record({ id: long, timeout: int }));

export function encodeSnapshotBody(snapshot: Snapshot): Uint8Array {
  const w = new JuteWriter();
  writeSnapshotBody(w, snapshot);
  return w.toBytes();
}

function writeSnapshotBody(w: JuteWriter, { tree, sessions }: Snapshot): void {
  Sessions.write(
    w,
    [...sessions].map(([id, timeout]) => ({ id, timeout })),
  );
  serializeTree(w, tree);
}

export function decodeSnapshotBody(body: Uint8Array): Result<Snapshot, DecodeError> {
  return attemptDecode(() => readSnapshotBody(new JuteReader(body)));
}

function readSnapshotBody(r: JuteReader): Snapshot {
  return { sessions: readSessions(r), tree: deserializeTree(r) };
}

const readSessions = (r: JuteReader): Map<bigint, number> =>
  new Map(Sessions.read(r).map(({ id, timeout }) => [id, timeout]));

/** `zxid`: of the last txn that the snapshot holds; it is not fuzzy. */
export function encodeSnapshotFile(snapshot: Snapshot, zxid: Zxid, hasDigest = true): Uint8Array {
  const w = new JuteWriter();
  w.int(MAGIC);
  w.int(VERSION);
  w.long(DATABASE_ID);
  writeSnapshotBody(w, snapshot);
  const seal = new Seal();
  seal.write(w);
  if (hasDigest) {
    w.exactLong(zxid);
    w.int(DIGEST_VERSION);
    w.long(snapshot.tree.digest());
    seal.write(w);
  }
  w.exactLong(zxid);
  seal.write(w);
  return w.toBytes();
}

/** `zxid`: from the file's name. Parts that older versions leave out may be missing. */
export function decodeSnapshotFile(
  file: string,
  bytes: Uint8Array,
  zxid: Zxid,
): Result<SnapshotFile, RecoveryError> {
  if (!isWhole(bytes)) return err({ file, offset: bytes.length, reason: 'unfinished snapshot' });
  const result = attemptDecode(() => readSnapshot(new JuteReader(bytes), bytes, zxid));
  if (result.ok) return result;
  return err({ file, offset: result.error.offset, reason: result.error.message });
}

/**
 * For a file that `decodeSnapshotFile` refuses: the sessions and znodes before the damage, which
 * nothing vouches for.
 */
export function salvageSnapshot(bytes: Uint8Array): Snapshot {
  const r = new JuteReader(bytes.subarray(HEADER_BYTES));
  const sessions = attemptDecode(() => readSessions(r));
  return { sessions: sessions.ok ? sessions.value : new Map(), tree: salvageTree(r) };
}

/** FileSnap's quick look at the length and the last bytes. */
function isWhole(bytes: Uint8Array): boolean {
  const tail = bytes.subarray(-LAST_BYTES.length);
  return bytes.length >= LENGTH_MIN && LAST_BYTES.every((byte, i) => tail[i] === byte);
}

function readSnapshot(r: JuteReader, bytes: Uint8Array, zxid: Zxid): SnapshotFile {
  if (r.int() !== MAGIC || r.int() !== VERSION) {
    throw new DecodeFault('badValue', 0, 'not a snapshot of version 2');
  }
  r.long();
  const snapshot = readSnapshotBody(r);
  const seal = new Seal();
  seal.check(r, bytes);
  let digestZxid: number | null = null;
  if (r.remaining > LAST_PART_BYTES) {
    digestZxid = readDigest(r, snapshot.tree, zxid);
    seal.check(r, bytes);
  }
  if (r.remaining > 0) {
    r.long();
    seal.check(r, bytes);
  }
  if (r.remaining > 0) throw new DecodeFault('badValue', r.offset, 'bytes after the end');
  return { ...snapshot, digestZxid };
}

/**
 * The digest tells nothing of a fuzzy snapshot, whose contents are newer than its name. ZooKeeper
 * computes none before the first txn. Returns the zxid at which it was taken, null if it is of an
 * old kind.
 */
function readDigest(r: JuteReader, tree: DataTree, zxid: Zxid): number | null {
  const at = r.offset;
  const digestZxid = r.exactLong();
  if (r.int() < DIGEST_VERSION) {
    r.ustring();
    return null;
  }
  if (r.long() !== tree.digest() && digestZxid === zxid && zxid !== ZERO_ZXID) {
    throw new DecodeFault('badValue', at, 'tree digest mismatch');
  }
  return digestZxid;
}

/** The checksum of all before it. Each goes on from the one before. */
class Seal {
  private checksum = adler32(NOTHING);
  private summed = 0;

  write(w: JuteWriter): void {
    w.exactLong(this.over(w.written(this.summed)));
    w.ustring(SEAL_PATH);
  }

  check(r: JuteReader, bytes: Uint8Array): void {
    const at = r.offset;
    const checksum = this.over(bytes.subarray(this.summed, at));
    if (r.exactLong() !== checksum || r.ustring() !== SEAL_PATH) {
      throw new DecodeFault('badValue', at, 'snapshot checksum mismatch');
    }
  }

  private over(added: Uint8Array): number {
    this.checksum = adler32(added, this.checksum);
    this.summed += added.length;
    return this.checksum;
  }
}
