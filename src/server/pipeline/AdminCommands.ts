/**
 * What a server tells the admin endpoint: a command's name in, one JSON object out.
 * Source: ZooKeeper server.admin.Commands, Administrator's Guide "The AdminServer".
 *
 * Departs: session ids and zxids are hex strings and not numbers, which JSON readers round.
 */

import { utf8Encode } from '../../base/utf8.ts';
import { formatSessionId } from '../../protocol/sessionId.ts';
import { formatZxid } from '../../protocol/zxid.ts';
import type { ConnectionId } from '../events.ts';
import type { FourLetterParts } from './FourLetterParts.ts';
import { monitorValues } from './mntr.ts';
import { resetStats } from './resetStats.ts';
import type { Role } from './roles.ts';
import type { ServerCnxn } from './ServerCnxn.ts';
import { VERSION } from './version.ts';

const NOT_SERVING = 'This ZooKeeper instance is not currently serving requests';

type Json = Readonly<Record<string, unknown>>;

interface Command {
  /** The primary name first. */
  readonly names: readonly string[];
  /** Null for what works on a server that does not serve, too. */
  readonly whileServing: ((parts: FourLetterParts, role: Role) => Json) | null;
  readonly always?: (parts: FourLetterParts) => Json;
}

export class AdminCommands {
  private readonly parts: FourLetterParts;

  constructor(parts: FourLetterParts) {
    this.parts = parts;
  }

  process(connection: ConnectionId, name: string): void {
    const { context } = this.parts;
    const payload = utf8Encode(JSON.stringify(this.run(name)));
    const summary = { kind: 'fourLetterWord', text: name } as const;
    context.emit({ type: 'sendClient', connection, payload, summary });
    context.emit({ type: 'closeClient', connection });
  }

  private run(name: string): Json {
    const command = COMMANDS.find(({ names }) => names.includes(name));
    if (command === undefined) return { command: name, error: `Unknown command: ${name}` };
    const head = { command: command.names[0], error: null };
    if (command.always !== undefined) return { ...command.always(this.parts), ...head };
    const role = this.parts.role();
    if (role === null) return { ...head, error: NOT_SERVING };
    return { ...command.whileServing?.(this.parts, role), ...head };
  }
}

const COMMANDS: readonly Command[] = [
  {
    names: ['connection_stat_reset', 'crst'],
    whileServing: ({ cnxns }) => {
      for (const cnxn of cnxns.all) cnxn.resetStats();
      return {};
    },
  },
  { names: ['configuration', 'conf', 'config'], whileServing: configuration },
  {
    names: ['connections', 'cons'],
    whileServing: ({ cnxns }) => ({
      connections: cnxns.all.map((cnxn) => ({ ...briefly(cnxn), ...atLength(cnxn) })),
      secure_connections: [],
    }),
  },
  { names: ['dirs'], whileServing: directories },
  { names: ['dump'], whileServing: dump },
  { names: ['environment', 'env', 'envi'], whileServing: null, always: environment },
  { names: ['hash'], whileServing: hash },
  { names: ['is_read_only', 'isro'], whileServing: isReadOnly },
  {
    names: ['leader', 'lead'],
    whileServing: ({ status }, { role }) => ({
      is_leader: role === 'leader',
      leader_id: status().leader,
    }),
  },
  {
    names: ['monitor', 'mntr'],
    whileServing: (parts, role) => Object.fromEntries(monitorValues(parts, role)),
  },
  { names: ['ruok'], whileServing: () => ({}) },
  { names: ['server_stats', 'srvr'], whileServing: serverStats },
  {
    names: ['stats', 'stat'],
    whileServing: (parts, role) => ({
      ...serverStats(parts, role),
      connections: parts.cnxns.all.map(briefly),
      secure_connections: [],
    }),
  },
  {
    names: ['stat_reset', 'srst'],
    whileServing: (parts) => {
      resetStats(parts);
      return {};
    },
  },
  { names: ['voting_view'], whileServing: votingView },
  { names: ['watches', 'wchc'], whileServing: watches },
  { names: ['watches_by_path', 'wchp'], whileServing: watchesByPath },
  {
    names: ['watch_summary', 'wchs'],
    whileServing: ({ cnxns }) => {
      const { connections, paths, watches: total } = cnxns.watches.summary();
      return { num_connections: connections, num_paths: paths, num_total_watches: total };
    },
  },
  { names: ['zabstate'], whileServing: null, always: zabState },
];

/** By primary name, for the endpoint's list. */
export const ADMIN_COMMANDS: readonly string[] = COMMANDS.flatMap(({ names }) => names.slice(0, 1));

function briefly(cnxn: ServerCnxn): Json {
  return {
    remote_socket_address: cnxn.address,
    outstanding_requests: cnxn.pending.length,
    packets_received: cnxn.stats.received,
    packets_sent: cnxn.stats.sent,
  };
}

function atLength({ sessionId, timeoutMs, last, stats, establishedAtMs }: ServerCnxn): Json {
  if (sessionId === 0n) return {};
  const { latency } = stats;
  return {
    session_id: formatSessionId(sessionId),
    last_operation: last.op,
    established: establishedAtMs,
    session_timeout: timeoutMs,
    last_cxid: last.cxid,
    last_zxid: formatZxid(last.zxid),
    last_response_time: last.responseMs,
    last_latency: stats.lastLatencyMs,
    min_latency: latency.min,
    avg_latency: latency.count === 0 ? 0 : Math.floor(latency.sum / latency.count),
    max_latency: latency.max,
  };
}

function configuration(parts: FourLetterParts): Json {
  const { config } = parts.context;
  return {
    tick_time: config.tickTimeMs,
    max_client_cnxns: config.maxClientCnxns,
    min_session_timeout: config.minSessionTimeoutMs,
    max_session_timeout: config.maxSessionTimeoutMs,
    server_id: config.sid,
    init_limit: config.initLimitTicks,
    sync_limit: config.syncLimitTicks,
    election_alg: 3,
    peer_type: isVoter(parts) ? 0 : 1,
  };
}

function directories({ diskUsage }: FourLetterParts): Json {
  return { datadir_size: diskUsage(), logdir_size: diskUsage() };
}

function dump({ database }: FourLetterParts, role: Role): Json {
  const buckets = role.role === 'leader' ? role.sessions.dump() : [];
  const expiring = buckets.map(({ expiryMs, elements }): [string, readonly string[]] => [
    String(expiryMs),
    elements.map(formatSessionId),
  ]);
  const ephemerals = [...database.tree.ephemerals].map(
    ([sessionId, paths]): [string, readonly string[]] => [formatSessionId(sessionId), [...paths]],
  );
  return {
    expiry_time_to_session_ids: Object.fromEntries(expiring),
    session_id_to_ephemeral_paths: Object.fromEntries(ephemerals),
  };
}

function environment({ context }: FourLetterParts): Json {
  return { 'zookeeper.version': VERSION, 'server.id': String(context.config.sid) };
}

function hash({ digestLog }: FourLetterParts): Json {
  const digests = digestLog.all.map(({ zxid, digest }) => ({
    zxid: formatZxid(zxid),
    digest: String(digest),
  }));
  return { digests };
}

function isReadOnly(_parts: FourLetterParts, { role }: Role): Json {
  return { read_only: role === 'read-only' };
}

function serverStats(parts: FourLetterParts, role: Role): Json {
  const { cnxns, context, database, startedAtMs, status } = parts;
  const { stats } = cnxns;
  const { last, min, max } = status().proposalBytes;
  return {
    version: VERSION,
    ...isReadOnly(parts, role),
    server_stats: {
      packets_received: stats.received,
      packets_sent: stats.sent,
      min_latency: stats.latency.min,
      avg_latency: stats.latency.average,
      max_latency: stats.latency.max,
      num_alive_client_connections: cnxns.size,
      outstanding_requests: cnxns.outstanding,
      server_state: role.role,
      last_processed_zxid: formatZxid(database.lastProcessedZxid),
      auth_failed_count: stats.authFailed,
      uptime: context.nowMs - startedAtMs,
    },
    client_response: {
      last_buffer_size: stats.lastResponseBytes,
      min_buffer_size: stats.minResponseBytes,
      max_buffer_size: stats.maxResponseBytes,
    },
    ...(role.role === 'leader'
      ? {
          proposal_stats: { last_buffer_size: last, min_buffer_size: min, max_buffer_size: max },
        }
      : {}),
    node_count: database.tree.nodeCount,
  };
}

function votingView({ database }: FourLetterParts): Json {
  const voters = database.configs.committed.peers.filter(({ role }) => role === 'participant');
  return { current_config: Object.fromEntries(voters.map(({ sid, role }) => [sid, role])) };
}

function watches({ cnxns }: FourLetterParts): Json {
  const bySession = [...cnxns.watches.pathsByConnection()].map(
    ([connection, paths]): [string, readonly string[]] => [sessionOf(cnxns, connection), paths],
  );
  return { session_id_to_watched_paths: Object.fromEntries(bySession) };
}

function watchesByPath({ cnxns }: FourLetterParts): Json {
  const byPath = [...cnxns.watches.connectionsByPath()].map(
    ([path, connections]): [string, readonly string[]] => [
      path,
      connections.map((connection) => sessionOf(cnxns, connection)),
    ],
  );
  return { path_to_session_ids: Object.fromEntries(byPath) };
}

function sessionOf(cnxns: FourLetterParts['cnxns'], connection: ConnectionId): string {
  return formatSessionId(cnxns.get(connection)?.sessionId ?? 0n);
}

function zabState(parts: FourLetterParts): Json {
  return { voting: isVoter(parts), zabstate: parts.status().phase.toLowerCase() };
}

function isVoter({ context, database }: FourLetterParts): boolean {
  const { sid } = context.config;
  return database.configs.committed.peers.some(
    (peer) => peer.sid === sid && peer.role === 'participant',
  );
}
