/**
 * What a server tells operators: four letters in, plain text out, and the connection closes.
 * Source: ZooKeeper server.command.*, Administrator's Guide "The Four Letter Words".
 */

import { utf8Encode } from '../../base/utf8.ts';
import { formatSessionId } from '../../protocol/sessionId.ts';
import { formatZxid } from '../../protocol/zxid.ts';
import type { ServerContext } from '../context.ts';
import { formatConfig, portsOf } from '../DynamicConfig.ts';
import type { ConnectionId } from '../events.ts';
import { dumpBuckets } from './dumpBuckets.ts';
import type { FourLetterParts } from './FourLetterParts.ts';
import { formatDouble } from './formatDouble.ts';
import { mntr } from './mntr.ts';
import { resetStats } from './resetStats.ts';
import type { Role } from './roles.ts';
import type { ServerCnxn } from './ServerCnxn.ts';
import type { ServerCnxnFactory } from './ServerCnxnFactory.ts';
import { VERSION } from './version.ts';

const NOT_SERVING = 'This ZooKeeper instance is not currently serving requests\n';

type Command = (parts: FourLetterParts, role: Role) => string;

export class FourLetterWords {
  private readonly parts: FourLetterParts;
  private readonly environment: () => readonly string[];
  private traceMask = TRACE_MASK;

  /** `environment`: `key=value` lines of where the process runs, which only its host knows. */
  constructor(parts: FourLetterParts, environment: () => readonly string[]) {
    this.parts = parts;
    this.environment = environment;
  }

  /** Answers and closes. An unknown word is just closed, as a frame of that length would be. */
  process(connection: ConnectionId, word: string): void {
    const { cnxns } = this.parts;
    const cnxn = cnxns.get(connection);
    if (cnxn === undefined) return;
    cnxn.countReceived(WORD_BYTES);
    cnxn.isReading = false;
    const text = this.textOf(word.slice(0, WORD_BYTES), word.slice(WORD_BYTES));
    if (text !== null) cnxn.sendText(utf8Encode(text), word);
    cnxns.close(cnxn, 'four-letter word');
  }

  private textOf(word: string, argument: string): string | null {
    const { fourLetterWords: allowed } = this.parts.context.config;
    const always = this.always(word, argument);
    const serving = WHILE_SERVING.get(word);
    if (always === null && serving === undefined) return null;
    if (!allowed.includes('*') && !allowed.includes(word)) {
      return `${word} is not executed because it is not in the whitelist.\n`;
    }
    if (always !== null) return always();
    const role = this.parts.role();
    return role === null ? NOT_SERVING : (serving?.(this.parts, role) ?? null);
  }

  /** What is answered even while nothing is served. */
  private always(word: string, argument: string): (() => string) | null {
    switch (word) {
      case 'ruok':
        return () => 'imok';
      case 'isro':
        return () => isro(this.parts.role());
      case 'envi':
        return () => envi(this.environment());
      case 'gtmk':
        return () => String(this.traceMask);
      case 'stmk':
        return () => {
          this.traceMask = Number(argument);
          return String(this.traceMask);
        };
      default:
        return null;
    }
  }
}

const WORD_BYTES = 4;
/** ZooTrace's default: requests, server packets, sessions and warnings. Nothing is traced by it. */
const TRACE_MASK = 306;
const ALWAYS = ['ruok', 'isro', 'envi', 'gtmk', 'stmk'];

const WHILE_SERVING: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['srvr', (parts, role) => srvr(parts, role, [])],
  ['stat', stat],
  ['cons', cons],
  ['conf', conf],
  ['mntr', mntr],
  ['dump', dump],
  ['wchs', wchs],
  ['wchc', wchc],
  ['wchp', wchp],
  ['dirs', dirs],
  ['srst', srst],
  ['crst', crst],
  ['hash', ({ digestLog }) => digestLog.format()],
]);

/** Every word that is answered: what a frame splitter must tell from a length. */
export const FOUR_LETTER_WORDS: ReadonlySet<string> = new Set([...ALWAYS, ...WHILE_SERVING.keys()]);

function lines(...all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join('');
}

function isro(role: Role | null): string {
  if (role === null) return 'null';
  return role.role === 'read-only' ? 'ro' : 'rw';
}

function envi(environment: readonly string[]): string {
  return lines('Environment:', `zookeeper.version=${VERSION}`, ...environment);
}

/** `clients` are the lines that only `stat` has. */
function srvr(parts: FourLetterParts, role: Role, clients: readonly string[]): string {
  const { cnxns, database } = parts;
  const { latency } = cnxns.stats;
  const { last, min, max } = parts.status().proposalBytes;
  return lines(
    `Zookeeper version: ${VERSION}`,
    ...(role.role === 'read-only' ? ['READ-ONLY mode; serving only read-only clients'] : []),
    ...clients,
    `Latency min/avg/max: ${latency.min}/${formatDouble(latency.average)}/${latency.max}`,
    `Received: ${cnxns.stats.received}`,
    `Sent: ${cnxns.stats.sent}`,
    `Connections: ${cnxns.size}`,
    `Outstanding: ${cnxns.outstanding}`,
    `Zxid: ${formatZxid(database.lastProcessedZxid)}`,
    `Mode: ${role.role}`,
    `Node count: ${database.tree.nodeCount}`,
    ...(role.role === 'leader' ? [`Proposal sizes last/min/max: ${last}/${min}/${max}`] : []),
  );
}

function stat(parts: FourLetterParts, role: Role): string {
  const clients = parts.cnxns.all.map((cnxn) => cnxn.describe(true));
  return srvr(parts, role, ['Clients:', ...clients, '']);
}

function cons({ cnxns }: FourLetterParts): string {
  return lines(...cnxns.all.map((cnxn) => cnxn.describe(false)), '');
}

/** Directories and the listen backlog are the host's. */
function conf({ context: { config }, database, diskUsage }: FourLetterParts): string {
  const { committed } = database.configs;
  const isObserver = committed.peers.some(
    ({ sid, role }) => sid === config.sid && role === 'observer',
  );
  const { clientPort, quorumPort, electionPort } = portsOf(
    committed.peers.find(({ sid }) => sid === config.sid) ?? {
      sid: config.sid,
      role: 'participant',
    },
  );
  const bytes = diskUsage();
  return `${lines(
    `clientPort=${clientPort}`,
    'secureClientPort=-1',
    'dataDir=version-2',
    `dataDirSize=${bytes}`,
    'dataLogDir=version-2',
    `dataLogSize=${bytes}`,
    `tickTime=${config.tickTimeMs}`,
    `maxClientCnxns=${config.maxClientCnxns}`,
    `minSessionTimeout=${config.minSessionTimeoutMs}`,
    `maxSessionTimeout=${config.maxSessionTimeoutMs}`,
    'clientPortListenBacklog=-1',
    `serverId=${config.sid}`,
    `initLimit=${config.initLimitTicks}`,
    `syncLimit=${config.syncLimitTicks}`,
    'electionAlg=3',
    `electionPort=${electionPort}`,
    `quorumPort=${quorumPort}`,
    `peerType=${isObserver ? 1 : 0}`,
    'membership: ',
  )}${formatConfig(committed)}`;
}

function dump({ cnxns, context, database }: FourLetterParts, role: Role): string {
  const { ephemerals } = database.tree;
  const owned = [...ephemerals].flatMap(([sessionId, paths]) => [
    `${formatSessionId(sessionId)}:`,
    ...[...paths].map((path) => `\t${path}`),
  ]);
  const describe = (cnxn: ServerCnxn) =>
    `ip: /${cnxn.address} sessionId: ${formatSessionId(cnxn.sessionId)}`;
  return lines(
    'SessionTracker dump:',
    ...dumpSessions(role, context),
    'ephemeral nodes dump:',
    `Sessions with Ephemerals (${ephemerals.size}):`,
    ...owned,
    'Connections dump:',
    ...dumpBuckets('Connections', cnxns.dump(), describe, context),
  );
}

/** The title of what is global says so only if there is something local. */
function dumpSessions(role: Role, context: ServerContext): readonly string[] {
  const all = role.dumpSessions();
  if (!context.config.localSessionsEnabled) return all;
  const local = dumpBuckets('Local Session', role.local.dump(), formatSessionId, context);
  const [title = '', ...others] = all;
  return [...local, title.startsWith('Global') ? title : `Global ${title}`, ...others];
}

function wchs({ cnxns }: FourLetterParts): string {
  const { connections, paths, watches } = cnxns.watches.summary();
  return lines(`${connections} connections watching ${paths} paths`, `Total watches:${watches}`);
}

function wchc({ cnxns }: FourLetterParts): string {
  const bySession = [...cnxns.watches.pathsByConnection()].flatMap(([connection, paths]) => [
    sessionOf(cnxns, connection),
    ...paths.map((path) => `\t${path}`),
  ]);
  return lines(...bySession, '');
}

function wchp({ cnxns }: FourLetterParts): string {
  const byPath = [...cnxns.watches.connectionsByPath()].flatMap(([path, connections]) => [
    path,
    ...connections.map((connection) => `\t${sessionOf(cnxns, connection)}`),
  ]);
  return lines(...byPath, '');
}

function sessionOf(cnxns: ServerCnxnFactory, connection: ConnectionId): string {
  return formatSessionId(cnxns.get(connection)?.sessionId ?? 0n);
}

/** Snapshots and logs share a directory: both sizes are that of all. */
function dirs({ diskUsage }: FourLetterParts): string {
  return lines(`datadir_size: ${diskUsage()}`, `logdir_size: ${diskUsage()}`);
}

function srst(parts: FourLetterParts): string {
  resetStats(parts);
  return 'Server stats reset.\n';
}

function crst({ cnxns }: FourLetterParts): string {
  for (const cnxn of cnxns.all) cnxn.resetStats();
  return 'Connection stats reset.\n';
}
