/** Servers that share one history: the first leads, the others follow, nothing is ever lost. */

import { assert } from '../../../base/assert.ts';
import type { PeerSpec, ServerConfig } from '../../config.ts';
import type { Proposal, Replication, ReplicationStatus } from '../../replication.ts';
import { TestServer } from './TestServer.ts';

export class TestEnsemble {
  readonly servers: TestServer[] = [];
  /** While true, proposals wait for `commitNext`. */
  isHeld = false;
  readonly proposals: Proposal[] = [];
  hasRolledOver = false;
  private syncs: { readonly after: number; readonly done: () => void }[] = [];
  private committedCount = 0;
  private proposedCount = 0;

  constructor(size = 1, options: Partial<ServerConfig> = {}) {
    for (let sid = 1; sid <= size; sid++) {
      const server = new TestServer(sid, options, (it) => this.replicationFor(it));
      this.servers.push(server);
    }
    for (const server of this.servers) {
      server.pipeline.startServing(server === this.leader ? 'leader' : 'follower', 1);
      server.settle();
    }
  }

  get leader(): TestServer {
    const [leader] = this.servers;
    assert(leader !== undefined, 'an ensemble has a leader');
    return leader;
  }

  server(sid: number): TestServer {
    const server = this.servers[sid - 1];
    assert(server !== undefined, `no server ${sid}`);
    return server;
  }

  /** Commits the oldest proposal everywhere, leader first. */
  commitNext(): void {
    const proposal = this.proposals.shift();
    assert(proposal !== undefined, 'nothing is proposed');
    this.committedCount++;
    for (const server of this.servers) server.pipeline.commit(proposal);
    const due = this.syncs.filter(({ after }) => after <= this.committedCount);
    this.syncs = this.syncs.filter(({ after }) => after > this.committedCount);
    for (const { done } of due) done();
  }

  commitAll(): void {
    while (this.proposals.length > 0) this.commitNext();
  }

  private replicationFor(server: TestServer): Replication {
    return {
      propose: (proposal) => this.propose(proposal),
      forward: (request) => this.leader.pipeline.submit(request, server.config.sid),
      sync: (_request, done) => {
        if (this.proposals.length === 0) done();
        else this.syncs.push({ after: this.proposedCount, done });
      },
      revalidate: (session, done) =>
        done(this.leader.pipeline.revalidateFor(session, server.config.sid)),
      isQuorumSynced: (peers) => this.isSynced(peers),
      rollOver: () => {
        this.hasRolledOver = true;
      },
      status: () => this.status(server),
    };
  }

  private isSynced(peers: readonly PeerSpec[]): boolean {
    const known = peers.filter(({ sid }) => sid <= this.servers.length);
    return 2 * known.length > peers.length;
  }

  private propose(proposal: Proposal): void {
    this.proposedCount++;
    this.proposals.push(proposal);
    for (const server of this.servers) server.database.append(proposal, () => {});
    if (!this.isHeld) this.commitAll();
  }

  private status(server: TestServer): ReplicationStatus {
    return {
      state: server === this.leader ? 'LEADING' : 'FOLLOWING',
      phase: 'BROADCAST',
      leader: this.leader.config.sid,
      epoch: 1,
      learners: this.servers.length - 1,
      syncedFollowers: this.servers.length - 1,
      syncedNonVotingFollowers: 0,
      syncedObservers: 0,
      pendingSyncs: this.syncs.length,
      proposalBytes: { last: 48, min: 36, max: 60 },
      quorumSize: this.servers.length,
    };
  }
}
