/**
 * One file of a server's directory, by its name: what could be read of it, and what could not.
 * Source: ZooKeeper Administrator's Guide, "Data File Management".
 */

import { utf8Decode } from '../../base/utf8.ts';
import { asZxid, type Zxid } from '../../protocol/zxid.ts';
import {
  decodeSnapshotFile,
  type Snapshot,
  salvageSnapshot,
} from '../../server/storage/snapshotFile.ts';
import type { LogRecord } from '../../server/storage/txnLog.ts';
import type { Damage } from './Damage.ts';
import { type Decompressed, gunzip } from './gunzip.ts';
import { scanLog } from './scanLog.ts';
import type { NamedBytes } from './tar.ts';
import { unsnappy } from './unsnappy.ts';

interface Found {
  /** With the folders that it came in. */
  readonly name: string;
  readonly sizeBytes: number;
  readonly damage: readonly Damage[];
}

export interface SnapshotFound extends Found {
  readonly type: 'snapshot';
  readonly zxid: Zxid;
  readonly isCompressed: boolean;
  /** Decompressed. */
  readonly bytes: Uint8Array;
  /** It can be read to its end, and its checksums are right. */
  readonly isWhole: boolean;
  /** See SnapshotFile. */
  readonly digestZxid: number | null;
  readonly digest: bigint;
  readonly znodeCount: number;
  readonly sessionCount: number;
}

export interface LogFound extends Found {
  readonly type: 'log';
  /** By its name, of its first record. */
  readonly zxid: Zxid;
  readonly records: readonly LogRecord[];
  readonly paddingBytes: number;
}

export interface NumberFound extends Found {
  readonly type: 'acceptedEpoch' | 'currentEpoch' | 'myid';
  readonly value: number | null;
}

/** What the lab has no use for; why stands in `reason`. */
export interface OtherFound extends Found {
  readonly type: 'other';
  readonly reason: string;
}

export type FoundFile = SnapshotFound | LogFound | NumberFound | OtherFound;

/** Of what a compressed file holds. */
const DECOMPRESSED_BYTES_MAX = 256_000_000;

/** `txnsMax`: how many txns of a log are read. */
export async function findFile({ name, bytes }: NamedBytes, txnsMax: number): Promise<FoundFile> {
  const base = name.slice(name.lastIndexOf('/') + 1);
  const [, kind = '', hex = '', compression = ''] =
    /^(snapshot|log)\.([0-9a-f]+)(?:\.(gz|snappy))?$/.exec(base) ?? [];
  const zxid = Number.parseInt(hex, 16);
  const found = { name, sizeBytes: bytes.length, damage: [] };
  if (base === 'acceptedEpoch' || base === 'currentEpoch' || base === 'myid') {
    return numberFile(base, { name, bytes });
  }
  if (base.startsWith('zoo.cfg.dynamic')) {
    return { ...found, type: 'other', reason: 'The members of the ensemble; not needed here.' };
  }
  if (kind === '' || !Number.isSafeInteger(zxid)) {
    return { ...found, type: 'other', reason: 'No snapshot, log, epoch or myid by its name.' };
  }
  if (kind === 'log')
    return { ...found, type: 'log', zxid: asZxid(zxid), ...scanLog(bytes, txnsMax) };
  const isCompressed = compression !== '';
  const content = await decompress(bytes, compression);
  return { ...found, isCompressed, ...snapshotFile(name, content, asZxid(zxid)) };
}

/** `compression`: the ending of the file's name. */
function decompress(bytes: Uint8Array, compression: string): Decompressed | Promise<Decompressed> {
  if (compression === 'gz') return gunzip(bytes, DECOMPRESSED_BYTES_MAX);
  return compression === 'snappy'
    ? unsnappy(bytes, DECOMPRESSED_BYTES_MAX)
    : { bytes, fault: null };
}

function snapshotFile(
  name: string,
  { bytes, fault }: Decompressed,
  zxid: Zxid,
): Omit<SnapshotFound, 'name' | 'sizeBytes' | 'isCompressed'> {
  const decoded = decodeSnapshotFile(name, bytes, zxid);
  const { tree, sessions } = decoded.ok ? decoded.value : salvageSnapshot(bytes);
  const common = {
    type: 'snapshot',
    zxid,
    bytes,
    digest: tree.digest(),
    znodeCount: 1 + tree.getAllChildrenNumber('/'),
    sessionCount: sessions.size,
  } as const;
  if (decoded.ok) {
    const { digestZxid } = decoded.value;
    return { ...common, damage: [], isWhole: true, digestZxid };
  }
  const { offset, reason } = decoded.error;
  const why = fault === null ? reason : `${fault}; ${reason}`;
  const damage: Damage = { type: 'corrupt', offset, end: bytes.length, reason: why };
  return { ...common, damage: [damage], isWhole: false, digestZxid: null };
}

/** What the snapshot holds; of a damaged one, what could be read. */
export function openSnapshot({ name, bytes, zxid }: SnapshotFound): Snapshot {
  const decoded = decodeSnapshotFile(name, bytes, zxid);
  return decoded.ok ? decoded.value : salvageSnapshot(bytes);
}

function numberFile(type: NumberFound['type'], { name, bytes }: NamedBytes): NumberFound {
  const text = utf8Decode(bytes).trim();
  const value = /^\d{1,9}$/.test(text) ? Number(text) : null;
  const end = bytes.length;
  const damage: Damage = { type: 'corrupt', offset: 0, end, reason: 'no decimal number' };
  return { name, sizeBytes: end, type, value, damage: value === null ? [damage] : [] };
}
