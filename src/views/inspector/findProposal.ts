/** The txn of a zxid from the recorded events, where they still have it. */

import type { RingBuffer } from '../../base/RingBuffer.ts';
import { decodeTxn, type Txn } from '../../protocol/txns.ts';
import type { TraceEvent } from '../../trace/TraceEvent.ts';

/** Null when it was proposed before the oldest event that is kept. */
export function findProposal(events: RingBuffer<TraceEvent>, zxid: number): Txn | null {
  for (let index = events.size - 1; index >= 0; index--) {
    const event = events.at(index);
    if (event?.type !== 'proposed' || event.zxid !== zxid) continue;
    const decoded = decodeTxn(event.txn);
    return decoded.ok ? decoded.value : null;
  }
  return null;
}
