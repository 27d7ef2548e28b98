/**
 * The `mntr` word: one `zk_key<TAB>value` line a number. Source: ZooKeeper MonitorCommand,
 * ZooKeeperServer.registerMetrics, QuotaMetricsUtils.
 * Departs: without the metrics of what is not here (threads and the queues between them, garbage
 * collection, Netty, dead watchers, response caches). `oracle/absentMetrics.ts` names each.
 */

import { namespaceOf } from '../metrics/namespaceOf.ts';
import type { DataTree } from '../tree/DataTree.ts';
import { parseStatsTrack, quotaOf } from '../tree/quota.ts';
import { QUOTA_NODE } from '../tree/systemPaths.ts';
import type { FourLetterParts } from './FourLetterParts.ts';
import { formatDouble } from './formatDouble.ts';
import type { Role } from './roles.ts';
import { VERSION } from './version.ts';

export function mntr(parts: FourLetterParts, role: Role): string {
  return monitorValues(parts, role)
    .map(([key, value]) => `zk_${key}\t${isDouble(key) ? formatDouble(Number(value)) : value}\n`)
    .join('');
}

/** The same for the admin endpoint, without the prefix. */
export function monitorValues(parts: FourLetterParts, role: Role): readonly Value[] {
  return [
    ...serverValues(parts, role),
    ...quotaValues(parts.database.tree),
    ...(role.role === 'leader' ? leaderValues(parts, role.sinceMs) : []),
    ...parts.context.metrics.values(),
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
    ['avg_latency', stats.latency.average],
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
    ['connection_drop_probability', 0],
    ['outstanding_tls_handshake', 0],
    ['non_mtls_local_conn_count', 0],
    ['non_mtls_remote_conn_count', 0],
    ['quorum_size', quorumSize],
  ];
}

/** Limits and usage of all quotas below each first name. A limit that is none counts as -1. */
function quotaValues(tree: DataTree): readonly Value[] {
  const sums = new Map<string, number>();
  const add = (namespace: string, what: string, value: number) => {
    const key = `${namespace}_quota_${what}_per_namespace`;
    sums.set(key, (sums.get(key) ?? 0) + value);
  };
  for (const [path, { data }] of tree.walk(QUOTA_NODE)) {
    const quota = quotaOf(path);
    const namespace = quota === null ? null : namespaceOf(quota.quotaPath);
    const track = parseStatsTrack(data);
    if (quota === null || namespace === null || track === null) continue;
    const { count, bytes, countHardLimit, byteHardLimit } = track;
    if (quota.kind === 'limits') {
      add(namespace, 'count_limit', countHardLimit > -1 ? countHardLimit : count);
      add(namespace, 'bytes_limit', byteHardLimit > -1 ? byteHardLimit : bytes);
    } else {
      add(namespace, 'count_usage', count);
      add(namespace, 'bytes_usage', bytes);
    }
  }
  return [...sums];
}

function isDouble(key: string): boolean {
  return key.startsWith('avg_') || key === 'connection_drop_probability';
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
