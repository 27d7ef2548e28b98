/**
 * The files `acceptedEpoch` and `currentEpoch`: decimal text, no newline.
 * Source: QuorumPeer.loadDataBase, readLongFromFile; Zab (DSN 2011) §IV, f.p and f.a.
 */

import type { Result } from '../../base/result.ts';
import { err, ok } from '../../base/result.ts';
import { utf8Decode, utf8Encode } from '../../base/utf8.ts';
import type { Zxid } from '../../protocol/zxid.ts';
import { EPOCH_MAX, epochOf } from '../../protocol/zxid.ts';
import type { DiskFiles, DiskOp } from '../disk.ts';
import type { RecoveryError } from './RecoveryError.ts';

export type EpochFile = 'acceptedEpoch' | 'currentEpoch';

export interface Epochs {
  readonly acceptedEpoch: number;
  readonly currentEpoch: number;
}

export function writeEpoch(file: EpochFile, epoch: number): DiskOp {
  return { type: 'replace', file, bytes: utf8Encode(String(epoch)) };
}

/**
 * `lastZxid`: the end of the log. A missing file stands for its epoch.
 * Departs: a currentEpoch below the epoch of the last txn is raised to it; ZooKeeper refuses to
 * start, so that a learner that dies between writing the leader's history and its currentEpoch
 * stays dead. Raising is safe: whoever has a txn of an epoch has all of that epoch's initial
 * history, for histories grow in order.
 */
export function readEpochs(files: DiskFiles, lastZxid: Zxid): Result<Epochs, RecoveryError> {
  const lastEpoch = epochOf(lastZxid);
  const accepted = readEpoch(files, 'acceptedEpoch', lastEpoch);
  if (!accepted.ok) return accepted;
  const current = readEpoch(files, 'currentEpoch', lastEpoch);
  if (!current.ok) return current;
  const acceptedEpoch = accepted.value;
  const currentEpoch = Math.max(current.value, lastEpoch);
  if (acceptedEpoch < currentEpoch) {
    const reason = `acceptedEpoch ${acceptedEpoch} is below currentEpoch ${currentEpoch}`;
    return err({ file: 'acceptedEpoch', offset: 0, reason });
  }
  // Whoever leads adds one.
  if (acceptedEpoch >= EPOCH_MAX) {
    return err({ file: 'acceptedEpoch', offset: 0, reason: `no epoch follows ${acceptedEpoch}` });
  }
  return ok({ acceptedEpoch, currentEpoch });
}

function readEpoch(
  files: DiskFiles,
  file: EpochFile,
  missing: number,
): Result<number, RecoveryError> {
  const bytes = files.get(file);
  if (bytes === undefined) return ok(missing);
  const text = utf8Decode(bytes, 0, bytes.length).replace(/\n$/, '');
  if (!/^\d{1,9}$/.test(text)) return err({ file, offset: 0, reason: 'no decimal number' });
  return ok(Number(text));
}
