/** Every disk that a power cut can leave. */

import type { DiskFiles, DiskOp } from '../../disk.ts';
import { applyDiskOps } from '../applyDiskOps.ts';

export interface CrashPoint {
  /** Operations carried out as a whole. */
  readonly ops: number;
  /** Bytes of the next one, an append, that were written. */
  readonly cut: number;
  readonly files: DiskFiles;
}

/**
 * An append may be cut at any byte, everything else happens or does not. `stride`: of the bytes
 * tried.
 */
export function* crashPoints(
  started: DiskFiles,
  ops: readonly DiskOp[],
  stride = 1,
): Generator<CrashPoint> {
  let files = started;
  for (const [i, op] of ops.entries()) {
    yield { ops: i, cut: 0, files };
    if (op.type === 'append') {
      for (let cut = 1; cut < op.bytes.length; cut += stride) {
        const bytes = op.bytes.slice(0, cut);
        yield { ops: i, cut, files: applyDiskOps(files, [{ ...op, bytes }]) };
      }
    }
    files = applyDiskOps(files, [op]);
  }
  yield { ops: ops.length, cut: 0, files };
}
