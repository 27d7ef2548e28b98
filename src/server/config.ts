/**
 * What a server is told before it starts. Plain data: it crosses to a worker and into the share
 * link.
 * Source: zoo.cfg, ZooKeeper Administrator's Guide "Configuration Parameters".
 */

/** The number in a server's myid file, 1 to 254. */
export type Sid = number;

export interface PeerSpec {
  readonly sid: Sid;
  readonly role: 'participant' | 'observer';
  /** Hierarchical quorums: the group and weight of a participant. All voters have one or none. */
  readonly group?: number;
  readonly weight?: number;
  /** `host:quorumPort:electionPort;clientHost:clientPort`; left out: as in a lab, from the sid. */
  readonly address?: string;
}

/** A user of SASL DIGEST-MD5. */
export interface SaslUser {
  readonly name: string;
  readonly password: string;
}

/** What a JAAS file and the properties that go with it say. */
export interface SaslConfig {
  readonly users: readonly SaslUser[];
  /** Of them, who may do everything (zookeeper.superUser). */
  readonly superUsers: readonly string[];
  /** Whether whoever fails goes on as nobody (zookeeper.allowSaslFailedClients). */
  readonly allowFailedClients: boolean;
}

export interface ServerConfig {
  readonly sid: Sid;
  /** Every member, this one included, in ascending order of sid. */
  readonly peers: readonly PeerSpec[];
  readonly tickTimeMs: number;
  readonly initLimitTicks: number;
  readonly syncLimitTicks: number;
  /**
   * How long a server that has a quorum for its vote waits for a better one.
   * Departs: ZooKeeper always waits 200 ms, whatever the network.
   */
  readonly finalizeWaitMs: number;
  readonly minSessionTimeoutMs: number;
  readonly maxSessionTimeoutMs: number;
  /** Unix time in ms at virtual time zero, so that ctime and mtime are dates. */
  readonly timeOriginMs: number;
  /** Seeds what ZooKeeper draws at random (snapshot jitter, observer back-off). */
  readonly seed: number;
  /** A snapshot follows after about this many logged txns. */
  readonly snapCount: number;
  /** Committed proposals kept in memory for DIFF synchronisation. */
  readonly commitLogCount: number;
  /**
   * Learners that are behind those are sent older ones from the log on disk, unless it is longer
   * than so many times the newest snapshot. Negative: never.
   */
  readonly snapshotSizeFactor: number;
  /** Largest client frame (jute.maxbuffer), bytes, inclusive. */
  readonly frameBytesMax: number;
  readonly clientConnectionsMax: number;
  /** Of them from one address; 0 for any number. */
  readonly maxClientCnxns: number;
  /** Sessions that may begin at once; afterwards one a ms. 0 for any number. */
  readonly connectionThrottleTokens: number;
  /**
   * Requests that a server works on at a time; others wait, in order (RequestThrottler). 0: all.
   */
  readonly requestThrottleMaxRequests: number;
  /** How often it looks again whether one that waits may go on. */
  readonly requestThrottleStallTimeMs: number;
  /** Whether those that wait on a closed connection are dropped, rather than carried out. */
  readonly requestThrottleDropStale: boolean;
  /** Requests that waited longer are answered by THROTTLEDOP. 0: never. */
  readonly throttledOpWaitTimeMs: number;
  /** Requests of one connection that may be unanswered; further frames close it. */
  readonly outstandingRequestsMax: number;
  /** Whether txns and snapshots carry the digest of the tree (zookeeper.digest.enabled). */
  readonly digestEnabled: boolean;
  /** Scheme digest: whether clients may authenticate by it, and ACLs name it. */
  readonly digestAuthEnabled: boolean;
  /** `super:<base64 digest>`, or null for no super user. */
  readonly superDigest: string | null;
  /**
   * Null: SASL is not set up, and ACLs cannot name its users.
   * Departs: ZooKeeper wants its SASLAuthenticationProvider named besides, before ACLs can.
   */
  readonly sasl: SaslConfig | null;
  /**
   * Schemes of which a client must have proved one before it asks anything; none for any client
   * (zookeeper.enforce.auth.schemes).
   */
  readonly enforceAuthSchemes: readonly string[];
  /** TTL znodes (zookeeper.extendedTypesEnabled). */
  readonly extendedTypesEnabled: boolean;
  readonly enforceQuota: boolean;
  /** Whether members may be changed while the ensemble runs. */
  readonly reconfigEnabled: boolean;
  /** Whether a server without a quorum serves clients that are content with reading. */
  readonly readOnlyModeEnabled: boolean;
  /**
   * New sessions are known to their server alone, and may become global with their first ephemeral.
   */
  readonly localSessionsEnabled: boolean;
  readonly localSessionsUpgradingEnabled: boolean;
  /** Writes that an ACL forbids are refused where they arrive (zookeeper.enableEagerACLCheck). */
  readonly eagerACLCheckEnabled: boolean;
  readonly containerCheckIntervalMs: number;
  /** Four-letter words that are answered; '*' for all. */
  readonly fourLetterWords: readonly string[];
}

export const DEFAULT_CONFIG: Omit<ServerConfig, 'sid' | 'peers'> = {
  tickTimeMs: 2000,
  initLimitTicks: 10,
  syncLimitTicks: 5,
  finalizeWaitMs: 200,
  minSessionTimeoutMs: 4000,
  maxSessionTimeoutMs: 40_000,
  timeOriginMs: 1_767_225_600_000,
  seed: 1,
  snapCount: 100_000,
  commitLogCount: 500,
  snapshotSizeFactor: 0.33,
  frameBytesMax: 0xfffff,
  clientConnectionsMax: 2_000,
  maxClientCnxns: 60,
  connectionThrottleTokens: 0,
  requestThrottleMaxRequests: 0,
  requestThrottleStallTimeMs: 100,
  requestThrottleDropStale: true,
  throttledOpWaitTimeMs: 0,
  outstandingRequestsMax: 1_000,
  digestEnabled: true,
  digestAuthEnabled: true,
  superDigest: null,
  sasl: null,
  enforceAuthSchemes: [],
  extendedTypesEnabled: true,
  enforceQuota: false,
  reconfigEnabled: false,
  readOnlyModeEnabled: false,
  localSessionsEnabled: false,
  localSessionsUpgradingEnabled: false,
  eagerACLCheckEnabled: false,
  containerCheckIntervalMs: 60_000,
  fourLetterWords: ['*'],
};
