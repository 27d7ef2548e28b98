/** Sizes and latencies of a leader's proposals, for operators. Source: BufferStats, Leader. */

import type { Sid } from '../config.ts';
import type { ServerContext } from '../context.ts';
import { msSinceTxn } from '../metrics/msSinceTxn.ts';
import type { Proposal } from '../replication.ts';

/** zookeeper.leader.ackLoggingFrequency: the acknowledgements of every so manyth are timed. */
const ACK_LOGGING_FREQUENCY = 1000;

export class ProposalStats {
  /** Bytes; -1 before the first. */
  last = -1;
  min = -1;
  max = -1;
  private readonly context: ServerContext;

  constructor(context: ServerContext) {
    this.context = context;
  }

  onProposed({ bytes: { length } }: Proposal): void {
    this.context.metrics.counters.proposal_count++;
    this.last = length;
    this.min = this.min < 0 ? length : Math.min(this.min, length);
    this.max = Math.max(this.max, length);
  }

  /** This server has it in its log. */
  onLogged({ txn }: Proposal): void {
    const { proposal_ack_creation_latency } = this.context.metrics.summaries;
    proposal_ack_creation_latency.add(msSinceTxn(this.context, txn.header));
  }

  onAck(from: Sid, { zxid, txn }: Proposal): void {
    if (zxid % ACK_LOGGING_FREQUENCY !== 0) return;
    const { ack_latency } = this.context.metrics.sets;
    ack_latency.add(String(from), msSinceTxn(this.context, txn.header));
  }

  onCommitted({ txn }: Proposal): void {
    const { counters, summaries } = this.context.metrics;
    counters.commit_count++;
    summaries.quorum_ack_latency.add(msSinceTxn(this.context, txn.header));
  }

  /** The sizes alone. */
  reset(): void {
    this.last = -1;
    this.min = -1;
    this.max = -1;
  }
}
