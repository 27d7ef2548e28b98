/**
 * An observer in broadcast: hears of txns when they are committed, logs them for its own restart,
 * and acknowledges nothing. Source: Observer.processPacket, ObserverZooKeeperServer.commitRequest.
 */

import type { Sid } from '../config.ts';
import { msSinceTxn } from '../metrics/msSinceTxn.ts';
import type { Proposal } from '../replication.ts';
import { configOf } from './packets.ts';
import type { QuorumHost } from './QuorumRole.ts';

export class Observer {
  private readonly host: QuorumHost;

  constructor(host: QuorumHost) {
    this.host = host;
  }

  /** `designatedLeader`: of a reconfiguration, which may end the role. */
  commitRequest(proposal: Proposal, designatedLeader: Sid | null): void {
    const config = configOf(proposal);
    if (config !== null) this.host.membership.setLastSeen(config);
    const { context } = this.host;
    const { commit_propagation_latency } = context.metrics.summaries;
    commit_propagation_latency.add(msSinceTxn(context, proposal.txn.header));
    // It is safe elsewhere, so it is applied without waiting for this disk.
    this.host.history.append(proposal, () => {});
    this.host.history.commit(proposal, (p) => this.host.pipeline.commit(p));
    if (config !== null) this.host.activate(config, designatedLeader);
  }
}
