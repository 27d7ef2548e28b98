/**
 * Cloning a view to another thread clones the whole buffer under it, which for a txn that came in
 * a packed batch is the batch. Small views are copied out first.
 */

import type { DiskWrite } from '../../conductor/Disk.ts';
import type { WindowReport } from '../../conductor/ParticipantHost.ts';
import type { DiskOp } from '../../server/disk.ts';
import type { TraceEvent } from '../../trace/TraceEvent.ts';

export function compactReport(report: WindowReport): WindowReport {
  return {
    ...report,
    trace: report.trace.map(compactEvent),
    writes: report.writes.map(compactWrite),
  };
}

function compactEvent(event: TraceEvent): TraceEvent {
  return event.type === 'proposed' ? { ...event, txn: compact(event.txn) } : event;
}

function compactWrite({ doneUs, ops }: DiskWrite): DiskWrite {
  return { doneUs, ops: ops.map(compactOp) };
}

function compactOp(op: DiskOp): DiskOp {
  return 'bytes' in op ? { ...op, bytes: compact(op.bytes) } : op;
}

function compact(bytes: Uint8Array): Uint8Array {
  return bytes.length === bytes.buffer.byteLength ? bytes : bytes.slice();
}
