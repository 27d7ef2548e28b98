/**
 * A follower in broadcast: logs what is proposed, acknowledges it when it is safe, applies it when
 * it is committed. Source: Follower.processPacket, FollowerZooKeeperServer,
 * SendAckRequestProcessor.
 */

import { assert } from '../../base/assert.ts';
import type { Zxid } from '../../protocol/zxid.ts';
import { formatZxid } from '../../protocol/zxid.ts';
import { msSinceTxn } from '../metrics/msSinceTxn.ts';
import type { Proposal } from '../replication.ts';
import type { Commit, OutgoingPacket } from './packets.ts';
import { configOf, packet } from './packets.ts';
import type { QuorumHost } from './QuorumRole.ts';

/** The leader has no more outstanding (Leader.OUTSTANDING_PROPOSALS_MAX). */
const PENDING_TXNS_MAX = 100_000;

export class Follower {
  private readonly host: QuorumHost;
  private readonly send: (outgoing: OutgoingPacket) => void;
  /** Proposed and not committed, oldest first. */
  private readonly pendingTxns = new Map<Zxid, Proposal>();

  /** `send` does nothing once the role has ended. */
  constructor(host: QuorumHost, send: (outgoing: OutgoingPacket) => void) {
    this.host = host;
    this.send = send;
  }

  logRequest(proposal: Proposal): void {
    assert(this.pendingTxns.size < PENDING_TXNS_MAX, 'too many proposals are pending');
    const { zxid } = proposal;
    const config = configOf(proposal);
    if (config !== null) this.host.membership.setLastSeen(config);
    this.pendingTxns.set(zxid, proposal);
    const { context } = this.host;
    const { proposal_latency, proposal_ack_creation_latency } = context.metrics.summaries;
    proposal_latency.add(msSinceTxn(context, proposal.txn.header));
    this.host.history.append(proposal, () => {
      proposal_ack_creation_latency.add(msSinceTxn(context, proposal.txn.header));
      this.send(packet('ACK', { zxid }));
    });
  }

  /**
   * Asserts that it is the oldest that is pending. `designatedLeader`: of a reconfiguration, which
   * may end the role.
   */
  commit({ zxid, designatedLeader }: Commit): void {
    const [head] = this.pendingTxns.values();
    assert(head?.zxid === zxid, () => `commit of ${formatZxid(zxid)}, which is not next`);
    this.pendingTxns.delete(zxid);
    const { context } = this.host;
    const { commit_propagation_latency } = context.metrics.summaries;
    commit_propagation_latency.add(msSinceTxn(context, head.txn.header));
    this.host.history.commit(head, (proposal) => this.host.pipeline.commit(proposal));
    const config = configOf(head);
    if (config !== null) this.host.activate(config, designatedLeader);
  }
}
