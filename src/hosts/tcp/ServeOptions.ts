/** The command line of `npm run serve`. */

import { parseArgs } from 'node:util';
import { err, ok, type Result } from '../../base/result.ts';
import { MAX_FIELD_BYTES } from '../../protocol/JuteReader.ts';
import { DEFAULT_CONFIG, type SaslConfig, type ServerConfig } from '../../server/config.ts';

export interface ServeOptions {
  readonly host: string;
  /** Client port of the first server; the others follow. 0: any free port for each. */
  readonly port: number;
  readonly servers: number;
  readonly observers: number;
  /** One way, between servers. */
  readonly latencyUs: number;
  readonly tickTimeMs: number;
  readonly seed: number;
  readonly data: { readonly directory: string; readonly fsync: boolean } | null;
  /** Port of the first server's admin endpoint; the others follow. */
  readonly adminPort: number | null;
  readonly controlPort: number | null;
  /** Null: drawn when the control API starts. */
  readonly token: string | null;
  readonly tls: { readonly certFile: string; readonly keyFile: string } | null;
  /** Of one address with one server; 0 for any number. */
  readonly maxClientCnxns: number;
  /** Requests that a server works on at a time, before it reads less. */
  readonly globalOutstandingLimit: number;
  /** `file`: a JAAS file with the users of SASL DIGEST-MD5. Null: SASL is not set up. */
  readonly jaas: (Omit<SaslConfig, 'users'> & { readonly file: string }) | null;
  /** What each server is told beyond that. */
  readonly server: ServerOptions;
}

type ServerOptions = Partial<
  Pick<
    ServerConfig,
    | 'frameBytesMax'
    | 'superDigest'
    | 'enforceAuthSchemes'
    | 'fourLetterWords'
    | (typeof SERVER_NUMBERS)[keyof typeof SERVER_NUMBERS]['field']
    | (typeof SERVER_FLAGS)[keyof typeof SERVER_FLAGS]
  >
>;

const SERVER_FLAGS = {
  reconfig: 'reconfigEnabled',
  'read-only-mode': 'readOnlyModeEnabled',
  'local-sessions': 'localSessionsEnabled',
  'upgrade-local-sessions': 'localSessionsUpgradingEnabled',
  'eager-acl-check': 'eagerACLCheckEnabled',
  'no-digest': 'digestEnabled',
  'no-digest-auth': 'digestAuthEnabled',
  'request-throttle-keep-stale': 'requestThrottleDropStale',
} as const;

/** What is on by default. */
const SWITCHED_OFF = ['no-digest', 'no-digest-auth', 'request-throttle-keep-stale'];

const SERVER_NUMBERS = {
  'connection-throttle': { field: 'connectionThrottleTokens', min: 0, max: 1_000_000 },
  'request-throttle': { field: 'requestThrottleMaxRequests', min: 0, max: 1_000_000 },
  'request-throttle-stall': { field: 'requestThrottleStallTimeMs', min: 1, max: 3_600_000 },
  'throttled-op-wait': { field: 'throttledOpWaitTimeMs', min: 0, max: 3_600_000 },
} as const;

export const DEFAULT_SERVE_OPTIONS: Omit<ServeOptions, 'seed'> = {
  host: '127.0.0.1',
  port: 2181,
  servers: 3,
  observers: 0,
  latencyUs: 50,
  tickTimeMs: DEFAULT_CONFIG.tickTimeMs,
  data: null,
  adminPort: null,
  controlPort: null,
  token: null,
  tls: null,
  maxClientCnxns: 60,
  globalOutstandingLimit: 1_000,
  jaas: null,
  server: {},
};

export const USAGE = `npm run serve -- [options]
  --servers N             voting servers (3)
  --observers N           observers (0)
  --host ADDRESS          where clients connect (127.0.0.1)
  --port P                client port of the first server, the others follow (2181; 0: any)
  --data DIR              keep real files there; default is memory
  --fsync, --no-fsync     whether acknowledged means flushed with --data (--fsync)
  --latency MS            one way between servers, such as 0.05 or 20 (0.05)
  --tick MS               tickTime (2000)
  --max-client-cnxns N    connections of one address with one server (60; 0: any number)
  --connection-throttle N sessions that one server begins at once, then one per ms (0: no limit)
  --request-throttle N    requests that one server works on at a time, others wait (0: no limit)
  --request-throttle-stall MS   how often it looks whether one may go on (100)
  --request-throttle-keep-stale  those of closed connections are carried out, too
  --throttled-op-wait MS  requests that waited longer are refused (0: none)
  --no-digest             txns and snapshots without a digest of the tree
  --no-digest-auth        clients cannot authenticate by scheme digest
  --outstanding-limit N   requests that one server works on at a time (1000)
  --jute-maxbuffer N      longest frame, bytes (1048575)
  --super-digest ID       who may do everything, such as super:D/InIHSb7yEEbrWz8b9l71RjZJU=
  --jaas FILE             a JAAS file with the users of SASL DIGEST-MD5
  --super-user LIST       those of them who may do everything
  --allow-sasl-failed-clients  who fails goes on as nobody
  --enforce-auth LIST     schemes of which clients must prove one: sasl, digest, ip (none)
  --words LIST            four-letter words that are answered, such as srvr,ruok (*)
  --reconfig              members may be changed
  --read-only-mode        servers without a quorum serve clients that only read
  --local-sessions, --upgrade-local-sessions, --eager-acl-check  as ZooKeeper's
  --admin P               AdminServer of the first server, the others follow (off)
  --control P             control API on the loopback address (off)
  --token T               its token (drawn and printed)
  --tls-cert F --tls-key F  PEM files: clients must speak TLS
  --seed N                of all that is random (drawn)
npm run serve -- --zoo-cfg FILE [--jaas FILE]  one server; the others are elsewhere`;

/** What a txn may hold besides is little. */
const FRAME_BYTES_MAX = MAX_FIELD_BYTES;

const TEXT = { type: 'string' } as const;
const FLAG = { type: 'boolean' } as const;

const OPTIONS = {
  servers: TEXT,
  observers: TEXT,
  host: TEXT,
  port: TEXT,
  data: TEXT,
  fsync: FLAG,
  'no-fsync': FLAG,
  latency: TEXT,
  tick: TEXT,
  'max-client-cnxns': TEXT,
  'connection-throttle': TEXT,
  'request-throttle': TEXT,
  'request-throttle-stall': TEXT,
  'request-throttle-keep-stale': FLAG,
  'throttled-op-wait': TEXT,
  'no-digest': FLAG,
  'no-digest-auth': FLAG,
  'outstanding-limit': TEXT,
  'jute-maxbuffer': TEXT,
  'super-digest': TEXT,
  jaas: TEXT,
  'super-user': TEXT,
  'allow-sasl-failed-clients': FLAG,
  'enforce-auth': TEXT,
  words: TEXT,
  reconfig: FLAG,
  'read-only-mode': FLAG,
  'local-sessions': FLAG,
  'upgrade-local-sessions': FLAG,
  'eager-acl-check': FLAG,
  admin: TEXT,
  control: TEXT,
  token: TEXT,
  'tls-cert': TEXT,
  'tls-key': TEXT,
  seed: TEXT,
  'zoo-cfg': TEXT,
  help: FLAG,
} as const;

type Values = Partial<Record<keyof typeof OPTIONS, string | boolean>>;

/** A number that the person typed is not one that is taken; the message says what is. */
class BadOption extends Error {}

/** One server by its own configuration file, instead of a whole ensemble. */
export interface MemberFile {
  readonly zooCfg: string;
  readonly jaasFile: string | null;
}

/** Errors: one line that says what was expected. `help` for `--help`. */
export function parseServeOptions(
  args: readonly string[],
): Result<ServeOptions | MemberFile | 'help', string> {
  let values: Values;
  try {
    values = parseArgs({ args: [...args], options: OPTIONS, strict: true }).values;
  } catch (error) {
    return err(error instanceof Error ? firstSentence(error.message) : String(error));
  }
  if (values.help === true) return ok('help');
  try {
    const zooCfg = text(values, 'zoo-cfg');
    if (zooCfg === null) return ok(read(values));
    const jaasFile = text(values, 'jaas');
    if (Object.keys(values).length > (jaasFile === null ? 1 : 2)) {
      throw new BadOption('--zoo-cfg FILE says everything, but for --jaas FILE.');
    }
    return ok({ zooCfg, jaasFile });
  } catch (error) {
    if (error instanceof BadOption) return err(error.message);
    throw error;
  }
}

function read(values: Values): ServeOptions {
  const defaults = DEFAULT_SERVE_OPTIONS;
  const servers = whole(values, 'servers', 1, 64) ?? defaults.servers;
  const observers = whole(values, 'observers', 0, 64) ?? defaults.observers;
  const port = whole(values, 'port', 0, 65_535) ?? defaults.port;
  const adminPort = whole(values, 'admin', 0, 65_535);
  for (const first of [port, adminPort ?? 0]) {
    if (first + servers + observers > 65_536) {
      throw new BadOption(`${servers + observers} ports from ${first} on end beyond 65535.`);
    }
  }
  const token = text(values, 'token');
  if (token !== null && values.control === undefined) {
    throw new BadOption('--token goes with --control PORT.');
  }
  return {
    host: text(values, 'host') ?? defaults.host,
    port,
    servers,
    observers,
    latencyUs: latency(values) ?? defaults.latencyUs,
    tickTimeMs: whole(values, 'tick', 10, 60_000) ?? defaults.tickTimeMs,
    seed: whole(values, 'seed', 0, 0xffffffff) ?? Math.floor(Math.random() * 0x1_0000_0000),
    data: data(values),
    adminPort,
    controlPort: whole(values, 'control', 0, 65_535),
    token,
    tls: tls(values),
    maxClientCnxns: whole(values, 'max-client-cnxns', 0, 100_000) ?? defaults.maxClientCnxns,
    globalOutstandingLimit:
      whole(values, 'outstanding-limit', 1, 1_000_000) ?? defaults.globalOutstandingLimit,
    jaas: jaas(values),
    server: serverOptions(values),
  };
}

function serverOptions(values: Values): ServerOptions {
  const flags = Object.entries(SERVER_FLAGS)
    .filter(([name]) => values[name as keyof typeof SERVER_FLAGS] === true)
    .map(([name, field]) => [field, !SWITCHED_OFF.includes(name)]);
  const numbers = Object.entries(SERVER_NUMBERS)
    .map(([name, { field, min, max }]) => [field, whole(values, name as keyof Values, min, max)])
    .filter(([, value]) => value !== null);
  const frameBytesMax = whole(values, 'jute-maxbuffer', 1_024, FRAME_BYTES_MAX);
  const superDigest = text(values, 'super-digest');
  const words = list(values, 'words');
  const enforceAuthSchemes = list(values, 'enforce-auth');
  if (superDigest !== null && !/^[^:]+:[A-Za-z0-9+/]+=*$/.test(superDigest)) {
    throw new BadOption('--super-digest takes user:digest, the digest in base 64.');
  }
  return {
    ...Object.fromEntries([...flags, ...numbers]),
    ...(frameBytesMax === null ? {} : { frameBytesMax }),
    ...(superDigest === null ? {} : { superDigest }),
    ...(words === null ? {} : { fourLetterWords: words }),
    ...(enforceAuthSchemes === null ? {} : { enforceAuthSchemes }),
  };
}

function jaas(values: Values): ServeOptions['jaas'] {
  const file = text(values, 'jaas');
  const superUsers = list(values, 'super-user');
  const allowFailedClients = values['allow-sasl-failed-clients'] === true;
  const schemes = list(values, 'enforce-auth') ?? [];
  if (schemes.some((scheme) => !['sasl', 'digest', 'ip'].includes(scheme))) {
    throw new BadOption('--enforce-auth takes some of sasl, digest, ip.');
  }
  if (file !== null) return { file, superUsers: superUsers ?? [], allowFailedClients };
  if (superUsers !== null || allowFailedClients || schemes.includes('sasl')) {
    throw new BadOption('What concerns SASL goes with --jaas FILE.');
  }
  return null;
}

function list(values: Values, name: keyof Values): readonly string[] | null {
  return text(values, name)?.split(/[\s,]+/) ?? null;
}

function text(values: Values, name: keyof Values): string | null {
  const value = values[name];
  if (value === '') throw new BadOption(`--${name} takes a value.`);
  return typeof value === 'string' ? value : null;
}

function whole(values: Values, name: keyof Values, min: number, max: number): number | null {
  const value = values[name];
  if (value === undefined) return null;
  const number = Number(value);
  if (typeof value === 'string' && /^\d+$/.test(value) && number >= min && number <= max) {
    return number;
  }
  throw new BadOption(`--${name} takes a whole number from ${min} to ${max}, not "${value}".`);
}

function latency(values: Values): number | null {
  const value = text(values, 'latency');
  if (value === null) return null;
  const us = Math.round(Number(value) * 1000);
  if (/^\d+(\.\d+)?$/.test(value) && us >= 1 && us <= 10_000_000) return us;
  throw new BadOption(`--latency takes milliseconds from 0.001 to 10000, not "${value}".`);
}

function data(values: Values): ServeOptions['data'] {
  const directory = text(values, 'data');
  const isOn = values.fsync === true;
  const isOff = values['no-fsync'] === true;
  if (isOn && isOff) throw new BadOption('--fsync and --no-fsync exclude each other.');
  if (directory !== null) return { directory, fsync: !isOff };
  if (isOn || isOff) throw new BadOption('--fsync and --no-fsync go with --data DIR.');
  return null;
}

function tls(values: Values): ServeOptions['tls'] {
  const certFile = text(values, 'tls-cert');
  const keyFile = text(values, 'tls-key');
  if (certFile === null && keyFile === null) return null;
  if (certFile !== null && keyFile !== null) return { certFile, keyFile };
  throw new BadOption('--tls-cert and --tls-key go together.');
}

function firstSentence(message: string): string {
  return `${message.split('. ')[0]?.replace(/\.$/, '') ?? message}.`;
}
