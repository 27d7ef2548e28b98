/**
 * What a comparison needs of an ensemble, whoever made it: raw connections, time, and its end.
 */

/** One client connection. Bytes go out as they are; what comes back is cut into frames. */
export interface Wire {
  /** Frames with their lengths, or anything else. */
  write(bytes: Uint8Array): void;
  /** Payloads without their lengths, in the order of arrival. Whoever reads them takes them. */
  readonly frames: Uint8Array[];
  /** The server closed it, or `end` was called. */
  readonly isClosed: boolean;
  /** Asks `isDone` now and after each arrival. False after `timeoutMs` without success. */
  until(isDone: () => boolean, timeoutMs: number): Promise<boolean>;
  /** The client closes. */
  end(): void;
}

export interface Ensemble {
  readonly size: number;
  /** `server` counts from 0. */
  open(server: number): Promise<Wire>;
  /** The answer to a four-letter word. */
  word(server: number, word: string): Promise<string>;
  /** Lets that much of the servers' time pass. */
  elapse(ms: number): Promise<void>;
  kill(server: number): Promise<void>;
  /** All of them at once, with their disks; resolves when they serve. */
  restart(servers: readonly number[]): Promise<void>;
  /** As the others are told of it: `host:quorumPort:electionPort:role;host:clientPort`. */
  member(server: number): string;
  stop(): Promise<void>;
}

/** How the servers of a group of cases are set, in words that both sides understand. */
export interface Setting {
  readonly size: number;
  /** Those that do not vote. */
  readonly observers: readonly number[];
  readonly tickTimeMs: number;
  readonly extendedTypesEnabled: boolean;
  readonly enforceQuota: boolean;
  readonly containerCheckIntervalMs: number;
  readonly hasSuperUser: boolean;
  readonly maxSessionTimeoutMs: number;
  readonly fourLetterWords: readonly string[];
  /** Of one address; 0 for any number. */
  readonly maxClientCnxns: number;
  readonly reconfigEnabled: boolean;
  readonly readOnlyModeEnabled: boolean;
  readonly localSessions: 'off' | 'on' | 'upgraded';
  /** Requests that a server works on at a time; 0 for any number. */
  readonly requestThrottleMaxRequests: number;
  /** Whether writes that an ACL forbids are refused before they are ordered. */
  readonly eagerACLCheckEnabled: boolean;
  /** Of the votes, in one group; null for one each. */
  readonly weights: readonly number[] | null;
  /** Whether clients may authenticate by scheme digest. */
  readonly digestAuthEnabled: boolean;
  /** Whether there are SASL users; whoever fails is let go on; everybody must authenticate. */
  readonly sasl: 'off' | 'on' | 'allowed' | 'required';
}

export const DEFAULT_SETTING: Setting = {
  size: 1,
  observers: [],
  tickTimeMs: 2000,
  extendedTypesEnabled: true,
  enforceQuota: true,
  containerCheckIntervalMs: 3_600_000,
  hasSuperUser: true,
  maxSessionTimeoutMs: 600_000,
  fourLetterWords: ['*'],
  maxClientCnxns: 0,
  reconfigEnabled: false,
  readOnlyModeEnabled: true,
  localSessions: 'off',
  requestThrottleMaxRequests: 0,
  eagerACLCheckEnabled: false,
  weights: null,
  digestAuthEnabled: true,
  sasl: 'off',
};
