/**
 * What a disk holds after operations on it: the meaning of `DiskOp`. Files are replaced, not
 * changed.
 */

import { assert, assertNever } from '../../base/assert.ts';
import { concatBytes } from '../../base/bytes.ts';
import type { DiskFiles, DiskOp } from '../disk.ts';

export function applyDiskOps(files: DiskFiles, ops: readonly DiskOp[]): DiskFiles {
  const after = new Map(files);
  for (const op of ops) {
    const before = after.get(op.file) ?? new Uint8Array(0);
    switch (op.type) {
      case 'append':
        after.set(op.file, concatBytes(before, op.bytes));
        break;
      case 'replace':
        after.set(op.file, op.bytes);
        break;
      case 'truncate':
        assert(op.length <= before.length, `${op.file} is shorter than ${op.length}`);
        after.set(op.file, before.slice(0, op.length));
        break;
      case 'remove':
        after.delete(op.file);
        break;
      default:
        assertNever(op);
    }
  }
  return after;
}
