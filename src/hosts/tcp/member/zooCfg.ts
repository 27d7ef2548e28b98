/**
 * A server's zoo.cfg, as far as it means something here. What would change who may read or write,
 * or where files are, is refused if it cannot be had; what else is not known is named.
 * Source: ZooKeeper QuorumPeerConfig, Administrator's Guide "Configuration Parameters".
 */

import { join } from 'node:path';
import { err, ok, type Result } from '../../../base/result.ts';
import {
  DEFAULT_CONFIG,
  type PeerSpec,
  type SaslConfig,
  type SaslUser,
  type ServerConfig,
} from '../../../server/config.ts';
import { parseConfig } from '../../../server/DynamicConfig.ts';
import type { DataOptions } from '../ServedServer.ts';
import type { HostPort } from './PeerAddresses.ts';

export interface MemberOptions {
  readonly config: Omit<ServerConfig, 'timeOriginMs' | 'seed'>;
  readonly clientAddress: HostPort;
  /** Whether the ports to other servers are open on every address (quorumListenOnAllIPs). */
  readonly listenOnAllIPs: boolean;
  readonly globalOutstandingLimit: number;
  readonly data: DataOptions;
  readonly adminPort: number | null;
  /** Keys of the file that nothing was made of. */
  readonly ignored: readonly string[];
}

/** The file says something that cannot be, or cannot be had here. */
class BadConfig extends Error {}

const TICK_TIME_MS = 3_000;
const GLOBAL_OUTSTANDING_LIMIT = 1_000;
/** What must be as it says, or the server would be another than its operator believes. */
const MUST_BE: Readonly<Record<string, RegExp>> = {
  electionAlg: /^3$/,
  sslQuorum: /^false$/,
  secureClientPort: /^$/,
  'quorum.auth.enableSasl': /^false$/,
  'multiAddress.enabled': /^false$/,
};

const SASL_PROVIDER = 'org.apache.zookeeper.server.auth.SASLAuthenticationProvider';

/** Nothing depends on them: a server is what its own server line says. */
const NEEDLESS = ['peerType', 'standaloneEnabled'];

/**
 * `read` gives the text of a file, or null. `users`: of a JAAS file, if there is one. Errors: one
 * sentence that says what is wrong.
 */
export function parseZooCfg(
  text: string,
  read: (path: string) => string | null,
  users: readonly SaslUser[] | null = null,
): Result<MemberOptions, string> {
  try {
    return ok(new ZooCfg(text, read, users).options());
  } catch (error) {
    if (error instanceof BadConfig) return err(error.message);
    throw error;
  }
}

class ZooCfg {
  private readonly values: Map<string, string>;
  private readonly used = new Set<string>(NEEDLESS);
  private readonly read: (path: string) => string | null;
  private readonly users: readonly SaslUser[] | null;

  constructor(
    text: string,
    read: (path: string) => string | null,
    users: readonly SaslUser[] | null,
  ) {
    this.values = propertiesOf(text);
    this.read = read;
    this.users = users;
  }

  options(): MemberOptions {
    const directory = this.text('dataDir');
    if (directory === null) throw new BadConfig('dataDir is not set.');
    const logDirectory = this.text('dataLogDir') ?? directory;
    if (logDirectory !== directory) throw new BadConfig('dataLogDir must be dataDir.');
    for (const [key, allowed] of Object.entries(MUST_BE)) {
      const value = this.text(key);
      if (value !== null && !allowed.test(value)) {
        throw new BadConfig(`${key}=${value} cannot be had here.`);
      }
    }
    const sid = this.myid(directory);
    const peers = this.peers();
    const own = peers.find((peer) => peer.sid === sid);
    if (own === undefined) throw new BadConfig(`There is no server.${sid}, which myid names.`);
    const clientAddress = this.clientAddress(own);
    const adminPort = this.whole('admin.serverPort', 0, 65_535);
    const isAdminOff = this.text('admin.enableServer') === 'false';
    return {
      config: this.config(sid, peers),
      clientAddress,
      listenOnAllIPs: this.flag('quorumListenOnAllIPs', false),
      globalOutstandingLimit:
        this.whole('globalOutstandingLimit', 1, 1_000_000) ?? GLOBAL_OUTSTANDING_LIMIT,
      data: { directory, fsync: this.text('forceSync') !== 'no' },
      adminPort: isAdminOff ? null : adminPort,
      ignored: [...this.values.keys()].filter((key) => !this.used.has(key)),
    };
  }

  private config(sid: number, peers: readonly PeerSpec[]): MemberOptions['config'] {
    const { timeOriginMs: _time, seed: _seed, ...defaults } = DEFAULT_CONFIG;
    const tickTimeMs = this.whole('tickTime', 1, 3_600_000) ?? TICK_TIME_MS;
    const limitTicks = (key: string) => {
      const ticks = this.whole(key, 1, 1_000_000);
      if (ticks === null) throw new BadConfig(`${key} is not set.`);
      return ticks;
    };
    const words = this.text('4lw.commands.whitelist') ?? 'srvr';
    return {
      ...defaults,
      sid,
      peers,
      tickTimeMs,
      initLimitTicks: limitTicks('initLimit'),
      syncLimitTicks: limitTicks('syncLimit'),
      minSessionTimeoutMs: this.whole('minSessionTimeout', 1, 2 ** 31 - 1) ?? 2 * tickTimeMs,
      maxSessionTimeoutMs: this.whole('maxSessionTimeout', 1, 2 ** 31 - 1) ?? 20 * tickTimeMs,
      maxClientCnxns: this.whole('maxClientCnxns', 0, 1_000_000) ?? defaults.maxClientCnxns,
      snapCount: this.whole('snapCount', 2, 2 ** 31 - 1) ?? defaults.snapCount,
      snapshotSizeFactor: this.decimal('snapshotSizeFactor') ?? defaults.snapshotSizeFactor,
      commitLogCount: Math.max(500, this.whole('commitLogCount', 0, 1_000_000) ?? 500),
      digestEnabled: this.flag('digest.enabled', true),
      digestAuthEnabled: this.flag('DigestAuthenticationProvider.enabled', true),
      superDigest: this.text('DigestAuthenticationProvider.superDigest'),
      sasl: this.sasl(),
      enforceAuthSchemes: this.enforceAuthSchemes(),
      extendedTypesEnabled: this.flag('extendedTypesEnabled', false),
      enforceQuota: this.flag('enforceQuota', false),
      reconfigEnabled: this.flag('reconfigEnabled', false),
      localSessionsEnabled: this.flag('localSessionsEnabled', false),
      localSessionsUpgradingEnabled: this.flag('localSessionsUpgradingEnabled', false),
      readOnlyModeEnabled: this.flag('readonlymode.enabled', false),
      containerCheckIntervalMs:
        this.whole('znode.container.checkIntervalMs', 1, 2 ** 31 - 1) ??
        defaults.containerCheckIntervalMs,
      eagerACLCheckEnabled: this.flag('enableEagerACLCheck', false),
      ...this.requestThrottle(),
      fourLetterWords: words.split(/[\s,]+/).filter((word) => word !== ''),
    };
  }

  private requestThrottle() {
    const whole = (key: string, fallback: number) => this.whole(key, 0, 2 ** 31 - 1) ?? fallback;
    return {
      requestThrottleMaxRequests: whole('request_throttle_max_requests', 0),
      requestThrottleStallTimeMs: Math.max(1, whole('request_throttle_stall_time', 100)),
      requestThrottleDropStale: this.flag('request_throttle_drop_stale', true),
      throttledOpWaitTimeMs: whole('throttled_op_wait_time', 0),
    };
  }

  private sasl(): SaslConfig | null {
    const superUsers = this.matching(/^superUser(\.|$)/);
    const allowFailedClients = this.flag('allowSaslFailedClients', false);
    const providers = this.matching(/^authProvider\./, SASL_PROVIDER);
    if (this.users !== null) return { users: this.users, superUsers, allowFailedClients };
    if (providers.length > 0) throw new BadConfig(`${SASL_PROVIDER} goes with --jaas FILE.`);
    return null;
  }

  private enforceAuthSchemes(): readonly string[] {
    const isSaslRequired = this.flag('sessionRequireClientSASLAuth', false);
    const isEnforced = this.flag('enforce.auth.enabled', false);
    const listed = this.text('enforce.auth.schemes')?.split(',') ?? [];
    const schemes = isSaslRequired ? ['sasl'] : isEnforced ? listed.map((it) => it.trim()) : [];
    if (isEnforced && schemes.length === 0) {
      throw new BadConfig('enforce.auth.enabled goes with enforce.auth.schemes.');
    }
    const available = ['digest', 'ip', ...(this.users === null ? [] : ['sasl'])];
    const unknown = schemes.find((scheme) => !available.includes(scheme));
    if (unknown === undefined) return schemes;
    throw new BadConfig(`The authentication scheme ${unknown} is not available.`);
  }

  /** The values of all such keys; those that are another than `only` stay unused. */
  private matching(key: RegExp, only?: string): readonly string[] {
    const found = [...this.values].filter(
      ([name, value]) => key.test(name) && (only === undefined || value === only),
    );
    for (const [name] of found) this.used.add(name);
    return found.map(([, value]) => value);
  }

  /** Lines of this file and of the one that `dynamicConfigFile` names. */
  private peers(): readonly PeerSpec[] {
    const dynamicFile = this.text('dynamicConfigFile');
    const lines = [...this.values]
      .filter(([key]) => /^(server|group|weight)\./.test(key))
      .map(([key, value]) => {
        this.used.add(key);
        return `${key}=${value}`;
      });
    if (dynamicFile !== null) {
      const text = this.read(dynamicFile);
      if (text === null) throw new BadConfig(`${dynamicFile} cannot be read.`);
      lines.push(text);
    }
    const config = parseConfig(lines.join('\n'));
    if (!config.ok) throw new BadConfig('The server, group and weight lines cannot be read.');
    if (config.value.peers.length === 0) throw new BadConfig('There are no server lines.');
    return config.value.peers;
  }

  private myid(directory: string): number {
    const file = join(directory, 'myid');
    const text = this.read(file)?.trim() ?? null;
    if (text === null || !/^\d{1,3}$/.test(text)) {
      throw new BadConfig(`${file} does not hold this server's number.`);
    }
    return Number(text);
  }

  /** As the server's own line says, else as clientPort does. */
  private clientAddress({ sid, address = '' }: PeerSpec): HostPort {
    const host = this.text('clientPortAddress') ?? '0.0.0.0';
    const port = this.whole('clientPort', 0, 65_535);
    const [, ownHost, ownPort] = /;(.+):(\d+)$/.exec(address) ?? [];
    if (ownHost !== undefined) return { host: ownHost, port: Number(ownPort) };
    if (port === null) throw new BadConfig(`Server ${sid} has no clientPort.`);
    return { host, port };
  }

  private text(key: string): string | null {
    this.used.add(key);
    return this.values.get(key) ?? null;
  }

  private flag(key: string, fallback: boolean): boolean {
    const value = this.text(key);
    return value === null ? fallback : value.toLowerCase() === 'true';
  }

  private decimal(key: string): number | null {
    const value = this.text(key);
    if (value === null || /^-?\d+(\.\d+)?$/.test(value))
      return value === null ? null : Number(value);
    throw new BadConfig(`${key} takes a number, not "${value}".`);
  }

  private whole(key: string, min: number, max: number): number | null {
    const value = this.text(key);
    if (value === null) return null;
    const number = Number(value);
    if (/^-?\d+$/.test(value) && number >= min && number <= max) return number;
    throw new BadConfig(`${key} takes a whole number from ${min} to ${max}, not "${value}".`);
  }
}

/** Of a Java properties file without escapes and continued lines. */
function propertiesOf(text: string): Map<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const [, key, value] = /^\s*([^#!\s=:][^\s=:]*)\s*[=:]?\s*(.*?)\s*$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) values.set(key, value);
  }
  return values;
}
