/**
 * What each plain command takes and returns. zkCli's names, spelled as there; arguments are plain
 * JSON objects, checked against these tables.
 */

import type { CreateModeName } from '../protocol/createMode.ts';
import { CreateMode, TTL_MAX_MS } from '../protocol/createMode.ts';
import type { AddWatchModeName, WatcherTypeName } from '../protocol/events.ts';
import { AddWatchMode, WatcherType } from '../protocol/events.ts';
import type { ArgsOf } from './args.ts';
import { flag, integer, listOf, object, oneOf, optional, text } from './args.ts';
import type { AclJson, DataJson, MultiResultJson, StatJson } from './jsonForms.ts';
import type { Quota } from './quota.ts';

const INT_MAX = 2 ** 31 - 1;
const MULTI_OPS_MAX = 1000;
const LOAD_COUNT_MAX = 1_000_000;
const LOAD_INTERVAL_MAX_MS = 3_600_000;

const path = text;
/** Left out: any version. */
const version = optional(integer(-1, INT_MAX));
/** Sets a one-shot watch; what it tells is the trace event `watchDelivered`. */
const watch = optional(flag);
const quantity = optional(integer(-1, Number.MAX_SAFE_INTEGER));

const createArgs = {
  path,
  /** Left out: no data, which is not the same as empty. */
  data: optional(text),
  mode: optional(oneOf(Object.keys(CreateMode) as CreateModeName[])),
  ttlMs: optional(integer(1, TTL_MAX_MS)),
  /** `world:anyone:cdrwa,...`, as zkCli. */
  acl: optional(text),
};

const multiOp = object({
  op: oneOf(['create', 'delete', 'set', 'check']),
  ...createArgs,
  version,
});

export const commandArgs = {
  create: createArgs,
  create2: createArgs,
  delete: { path, version },
  deleteall: { path },
  get: { path, watch },
  set: { path, data: optional(text), version },
  ls: { path, watch, recursive: optional(flag) },
  stat: { path, watch },
  getAcl: { path },
  setAcl: { path, acl: text, version },
  addauth: { scheme: text, auth: text },
  whoami: {},
  sync: { path },
  getEphemerals: { path: optional(text) },
  getAllChildrenNumber: { path },
  addWatch: { path, mode: optional(oneOf(Object.keys(AddWatchMode) as AddWatchModeName[])) },
  removewatches: {
    path,
    type: optional(oneOf(Object.keys(WatcherType) as WatcherTypeName[])),
    local: optional(flag),
  },
  /** -1: no limit; left out: as it was. */
  setquota: { path, count: quantity, bytes: quantity, countHard: quantity, bytesHard: quantity },
  listquota: { path },
  /** Which limit to take away; left out: all. */
  delquota: { path, which: optional(oneOf(['count', 'bytes', 'countHard', 'bytesHard'])) },
  multi: { ops: listOf(multiOp, MULTI_OPS_MAX) },
  /** Either `members` or the others; see MemberChange. `version` as hex. */
  reconfig: {
    joining: optional(text),
    leaving: optional(text),
    members: optional(text),
    version: optional(text),
  },
  /** `count` sets on one path, one each `intervalMs`, in the background. */
  load: {
    path,
    count: integer(1, LOAD_COUNT_MAX),
    intervalMs: integer(1, LOAD_INTERVAL_MAX_MS),
  },
  stopload: { path },
  /** Opens a new session if the present one has ended. */
  connect: {},
  close: {},
} as const;

export type PlainCommandName = keyof typeof commandArgs;
export type CommandArgs<K extends PlainCommandName> = ArgsOf<(typeof commandArgs)[K]>;

export interface CommandResults {
  /** `path`: with its number, if the mode is sequential. */
  create: { readonly path: string };
  create2: { readonly path: string; readonly stat: StatJson };
  delete: null;
  deleteall: { readonly deleted: number };
  get: DataJson & { readonly stat: StatJson };
  set: { readonly stat: StatJson };
  /** Names, sorted; with `recursive` whole paths, the path itself first. */
  ls: { readonly children: readonly string[]; readonly stat: StatJson };
  stat: { readonly stat: StatJson };
  getAcl: { readonly acl: readonly AclJson[]; readonly stat: StatJson };
  setAcl: { readonly stat: StatJson };
  addauth: null;
  whoami: { readonly identities: readonly { readonly scheme: string; readonly user: string }[] };
  sync: null;
  getEphemerals: { readonly paths: readonly string[] };
  getAllChildrenNumber: { readonly count: number };
  addWatch: null;
  removewatches: null;
  setquota: null;
  /** Null if there is no quota. `usage.count` includes the znode itself. */
  listquota: {
    readonly limits: Quota;
    readonly usage: { readonly count: number; readonly bytes: number };
  } | null;
  delquota: null;
  multi: { readonly results: readonly MultiResultJson[] };
  /** `data`: the new configuration. */
  reconfig: DataJson & { readonly stat: StatJson };
  load: null;
  stopload: { readonly done: number; readonly failed: number };
  connect: { readonly sessionId: string; readonly timeoutMs: number };
  close: null;
}
