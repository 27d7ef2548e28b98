/**
 * The `mntr` word: one `zk_key<TAB>value` line a number. Source: ZooKeeper MonitorCommand.
 * Departs: without the counters of what is not there (threads, queues between them, garbage
 * collection, Netty, dead watchers, response caches), and without percentiles.
 */

import type { FourLetterParts } from './FourLetterParts.ts';
import type { Role } from './roles.ts';
import type { Summary } from './ServerStats.ts';
import { VERSION } from './version.ts';

export function mntr(parts: FourLetterParts, role: Role): string {
  return monitorValues(parts, role)
    .map(([key, value]) => `zk_${key}\t${value}\n`)
    .join('');
}

/** The same for the admin endpoint, without the prefix. */
export function monitorValues(parts: FourLetterParts, role: Role): readonly Value[] {
  return [
    ...serverValues(parts, role),
    ...(role.role === 'leader' ? leaderValues(parts, role.sinceMs) : []),
  ];
}

type Value = readonly [key: string, value: string | number];

const VERBS = {
  LOOKING: 'looking',
  FOLLOWING: 'following',
  LEADING: 'leading',
  OBSERVING: 'observing',
} as const;

function serverValues(
  { cnxns, database, status, context, startedAtMs }: FourLetterParts,
  role: Role,
): readonly Value[] {
  const { stats } = cnxns;
  const { state, phase, quorumSize } = status();
  return [
    ['version', VERSION],
    ['server_state', role.role],
    ['peer_state', `${VERBS[state]} - ${phase.toLowerCase()}`],
    ['avg_latency', stats.averageLatency()],
    ['max_latency', stats.latency.max],
    ['min_latency', stats.latency.min],
    ['packets_received', stats.received],
    ['packets_sent', stats.sent],
    ['num_alive_connections', cnxns.size],
    ['outstanding_requests', cnxns.outstanding],
    ['znode_count', database.tree.nodeCount],
    ['watch_count', cnxns.watches.watchCount],
    ['ephemerals_count', database.tree.ephemeralsCount],
    ['approximate_data_size', database.tree.approximateDataSize],
    ['global_sessions', database.sessions.size],
    ['local_sessions', role.local.count],
    ['uptime', context.nowMs - startedAtMs],
    ['last_client_response_size', stats.lastResponseBytes],
    ['max_client_response_size', stats.maxResponseBytes],
    ['min_client_response_size', stats.minResponseBytes],
    ['auth_failed_count', stats.authFailed],
    // Features that this server does not have; tools that read the word ask for them.
    ['connection_drop_probability', '0.0'],
    ['outstanding_tls_handshake', 0],
    ['non_mtls_local_conn_count', 0],
    ['non_mtls_remote_conn_count', 0],
    ['connection_rejected', stats.rejected],
    ['sessionless_connections_expired', stats.sessionlessExpired],
    ['quorum_size', quorumSize],
    ['bytes_received_count', stats.receivedBytes],
    ['response_bytes', stats.sentBytes],
    ['connection_request_count', stats.connectionRequests],
    ['connection_revalidate_count', stats.revalidated],
    ['cnxn_closed_without_zk_server_running', stats.closedWhileNotServing],
    ['commit_count', stats.commits],
    ...summary('readlatency', stats.readLatency),
    ...summary('updatelatency', stats.updateLatency),
  ];
}

function summary(name: string, { min, max, sum, count }: Summary): readonly Value[] {
  const tenThousandths = count === 0 ? 0 : Math.floor((sum * 10_000) / count);
  return [
    [`avg_${name}`, tenThousandths / 10_000],
    [`min_${name}`, min],
    [`max_${name}`, max],
    [`cnt_${name}`, count],
    [`sum_${name}`, sum],
  ];
}

function leaderValues({ status, context }: FourLetterParts, sinceMs: number): readonly Value[] {
  const current = status();
  const { learners, syncedFollowers, syncedObservers, pendingSyncs, proposalBytes } = current;
  return [
    ['leader_uptime', context.nowMs - sinceMs],
    ['learners', learners],
    ['synced_followers', syncedFollowers],
    ['synced_non_voting_followers', current.syncedNonVotingFollowers],
    ['synced_observers', syncedObservers],
    ['pending_syncs', pendingSyncs],
    ['last_proposal_size', proposalBytes.last],
    ['max_proposal_size', proposalBytes.max],
    ['min_proposal_size', proposalBytes.min],
  ];
}
