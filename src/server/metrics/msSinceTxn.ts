/** How long ago the leader made a txn, for latencies along its way. Source: Request.logLatency. */

import type { TxnHeader } from '../../protocol/txns.ts';
import type { ServerContext } from '../context.ts';

/** ms; 0 if the leader's clock is ahead of this one. */
export function msSinceTxn({ nowMs, config }: ServerContext, { time }: TxnHeader): number {
  return Math.max(0, nowMs + config.timeOriginMs - time);
}
