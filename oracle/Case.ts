/** A case: what clients do, step by step. The answers are not said: they are compared. */

import { utf8Encode } from '../src/base/utf8.ts';
import type { ACL } from '../src/protocol/acl.ts';
import { AUTH_IDS, OPEN_ACL_UNSAFE } from '../src/protocol/acl.ts';
import { writeBytes } from '../src/protocol/codec.ts';
import type { JuteWriter } from '../src/protocol/JuteWriter.ts';
import type { MultiOp, MultiReadOp } from '../src/protocol/multi.ts';
import { Xid } from '../src/protocol/opcodes.ts';
import { RequestHeader } from '../src/protocol/records.ts';
import type { ClientRequest, RequestOf } from '../src/protocol/requests.ts';
import { asZxid, NO_ZXID, ZERO_ZXID, type Zxid } from '../src/protocol/zxid.ts';

export interface Case {
  readonly name: string;
  /** The lines of the list of behaviours (oracle/behaviours.md) that it shows. */
  readonly lines: readonly number[];
  /** The first step is preceded by `connect('a')`; a bare request is sent on `a`. */
  readonly steps: readonly (ClientRequest | Step)[];
}

/** One of the servers, counted from 0, or the first that says so of itself. */
export type Target = number | 'leader' | 'follower';

export interface ConnectOptions {
  readonly server?: Target;
  readonly timeOut?: number;
  /** The session of that connection is attached again. */
  readonly session?: string;
  /** Instead of the right one. */
  readonly passwd?: Uint8Array | null;
  /** Beyond what the server has at the start of the case. */
  readonly zxidAhead?: number;
  /** Null leaves the byte out, as old clients do. */
  readonly readOnly?: boolean | null;
  readonly protocolVersion?: number;
  /** A session that never was. */
  readonly unknownSession?: bigint;
  /** Sent one after the other once the session is open, before any ping. */
  readonly first?: readonly (ClientRequest | RequestMaker)[];
}

/** What a request may have to say of the ensemble that it goes to. */
export interface Known {
  /** The zxid of the n-th txn of the case. */
  zxidAt(n: number): Zxid;
  /** The last one that came on that connection. */
  saslToken(on: string): Uint8Array;
  /** As in its configuration. */
  member(server: number): string;
}

export type RequestMaker = (known: Known) => ClientRequest;

export type Step =
  | { readonly do: 'connect'; readonly on: string; readonly options: ConnectOptions }
  | {
      readonly do: 'send';
      readonly on: string;
      /** Sent together, then answered. */
      readonly requests: readonly (ClientRequest | RequestMaker)[];
      readonly xid?: number;
    }
  /** RequestHeader and body as they are. */
  | { readonly do: 'frame'; readonly on: string; readonly payload: Uint8Array }
  /** Neither a frame nor anything else that is answered. */
  | { readonly do: 'bytes'; readonly on: string; readonly bytes: Uint8Array }
  | { readonly do: 'drop'; readonly on: string }
  | { readonly do: 'word'; readonly word: string; readonly server: Target }
  | { readonly do: 'elapse'; readonly ms: number }
  /** All of them at once. */
  | { readonly do: 'kill' | 'restart'; readonly servers: readonly number[] };

export const connect = (on: string, options: ConnectOptions = {}): Step => ({
  do: 'connect',
  on,
  options,
});
export const on = (name: string, ...requests: (ClientRequest | RequestMaker)[]): Step => ({
  do: 'send',
  on: name,
  requests,
});
export const withXid = (xid: number, request: ClientRequest | RequestMaker, name = 'a'): Step => ({
  do: 'send',
  on: name,
  requests: [request],
  xid,
});
export const drop = (name: string): Step => ({ do: 'drop', on: name });
export const elapse = (ms: number): Step => ({ do: 'elapse', ms });
export const word = (text: string, server: Target = 0): Step => ({
  do: 'word',
  word: text,
  server,
});
export const kill = (...servers: number[]): Step => ({ do: 'kill', servers });
export const restart = (...servers: number[]): Step => ({ do: 'restart', servers });
export const bytes = (name: string, sent: Uint8Array): Step => ({
  do: 'bytes',
  on: name,
  bytes: sent,
});
/** A request whose body is written by hand. */
export const raw = (
  type: number,
  write: (w: JuteWriter) => void = () => {},
  { name = 'a', xid = 77 } = {},
): Step => ({
  do: 'frame',
  on: name,
  payload: writeBytes((w) => {
    RequestHeader.write(w, { xid, type });
    write(w);
  }),
});

/** Here alone a server of 3.8.0 may be silent of a change where one of 3.9 tells of it. */
export const PERSISTENT_AND_STANDARD = '/t/persistent-and-standard';

// Requests, short.

export const acl = (scheme: string, id: string, perms = 31): ACL => ({
  perms,
  id: { scheme, id },
});
export const OPEN: readonly ACL[] = OPEN_ACL_UNSAFE;
export const CREATOR: readonly ACL[] = [{ perms: 31, id: AUTH_IDS }];
export const READ_ONLY: readonly ACL[] = [acl('world', 'anyone', 1)];

interface CreateOptions {
  readonly data?: string | null;
  readonly flags?: number;
  readonly acl?: readonly ACL[] | null;
}

const created = (path: string, options: CreateOptions) => ({
  path,
  data: options.data === null ? null : utf8Encode(options.data ?? ''),
  acl: options.acl === undefined ? OPEN : options.acl,
  flags: options.flags ?? 0,
});

export const create = (path: string, options: CreateOptions = {}): RequestOf<'create'> => ({
  type: 'create',
  ...created(path, options),
});
export const create2 = (path: string, options: CreateOptions = {}): RequestOf<'create2'> => ({
  type: 'create2',
  ...created(path, options),
});
export const createContainer = (
  path: string,
  options: CreateOptions = {},
): RequestOf<'createContainer'> => ({
  type: 'createContainer',
  ...created(path, { flags: 4, ...options }),
});
export const createTTL = (
  path: string,
  ttl: number,
  options: CreateOptions = {},
): RequestOf<'createTTL'> => ({
  type: 'createTTL',
  ...created(path, { flags: 5, ...options }),
  ttl,
});
export const del = (path: string, version = -1): RequestOf<'delete'> => ({
  type: 'delete',
  path,
  version,
});
export const exists = (path: string, watch = false): RequestOf<'exists'> => ({
  type: 'exists',
  path,
  watch,
});
export const get = (path: string, watch = false): RequestOf<'getData'> => ({
  type: 'getData',
  path,
  watch,
});
export const set = (path: string, data: string | null, version = -1): RequestOf<'setData'> => ({
  type: 'setData',
  path,
  data: data === null ? null : utf8Encode(data),
  version,
});
export const getACL = (path: string): RequestOf<'getACL'> => ({ type: 'getACL', path });
export const setACL = (
  path: string,
  to: readonly ACL[] | null,
  version = -1,
): RequestOf<'setACL'> => ({ type: 'setACL', path, acl: to, version });
export const children = (path: string, watch = false): RequestOf<'getChildren'> => ({
  type: 'getChildren',
  path,
  watch,
});
export const children2 = (path: string, watch = false): RequestOf<'getChildren2'> => ({
  type: 'getChildren2',
  path,
  watch,
});
export const check = (path: string, version = -1): RequestOf<'check'> => ({
  type: 'check',
  path,
  version,
});
export const multi = (...ops: MultiOp[]): RequestOf<'multi'> => ({ type: 'multi', ops });
export const multiRead = (...ops: MultiReadOp[]): RequestOf<'multiRead'> => ({
  type: 'multiRead',
  ops,
});
export const sync = (path: string): RequestOf<'sync'> => ({ type: 'sync', path });
export const descendants = (path: string): RequestOf<'getAllChildrenNumber'> => ({
  type: 'getAllChildrenNumber',
  path,
});
export const ephemerals = (prefixPath: string | null): RequestOf<'getEphemerals'> => ({
  type: 'getEphemerals',
  prefixPath,
});
export const addWatch = (path: string, mode: number): RequestOf<'addWatch'> => ({
  type: 'addWatch',
  path,
  mode,
});
export const checkWatches = (path: string, watcherType: number): RequestOf<'checkWatches'> => ({
  type: 'checkWatches',
  path,
  watcherType,
});
export const removeWatches = (path: string, watcherType: number): RequestOf<'removeWatches'> => ({
  type: 'removeWatches',
  path,
  watcherType,
});
export const reconfig = (change: {
  readonly joining?: string;
  readonly leaving?: string;
  readonly members?: string;
  readonly version?: number;
}): RequestOf<'reconfig'> => ({
  type: 'reconfig',
  joiningServers: change.joining ?? null,
  leavingServers: change.leaving ?? null,
  newMembers: change.members ?? null,
  curConfigId: change.version === undefined ? NO_ZXID : asZxid(change.version),
});
export const whoAmI: RequestOf<'whoAmI'> = { type: 'whoAmI' };
export const close: RequestOf<'closeSession'> = { type: 'closeSession' };
export const ping = (name = 'a'): Step => withXid(Xid.ping, { type: 'ping' }, name);
export const auth = (text: string, { name = 'a', scheme = 'digest', xid = -4 } = {}): Step =>
  withXid(xid, { type: 'auth', authType: 0, scheme, auth: utf8Encode(text) }, name);

interface Watched {
  readonly zxid?: Zxid;
  readonly data?: readonly string[];
  readonly exist?: readonly string[];
  readonly child?: readonly string[];
  readonly persistent?: readonly string[];
  readonly recursive?: readonly string[];
}

export function setWatches(watched: Watched): RequestOf<'setWatches' | 'setWatches2'> {
  const plain = {
    relativeZxid: watched.zxid ?? ZERO_ZXID,
    dataWatches: watched.data ?? [],
    existWatches: watched.exist ?? [],
    childWatches: watched.child ?? [],
  };
  const { persistent, recursive } = watched;
  if (persistent === undefined && recursive === undefined) return { type: 'setWatches', ...plain };
  return {
    type: 'setWatches2',
    ...plain,
    persistentWatches: persistent ?? [],
    persistentRecursiveWatches: recursive ?? [],
  };
}
