/** Writes as values: what `multi` takes, and what single writes are made from. Source: Op. */

import { assert } from '../base/assert.ts';
import { utf8Encode } from '../base/utf8.ts';
import type { ACL } from '../protocol/acl.ts';
import { OPEN_ACL_UNSAFE } from '../protocol/acl.ts';
import type { CreateModeName } from '../protocol/createMode.ts';
import { CreateMode, isSequential, isTTL } from '../protocol/createMode.ts';
import type { MultiOp } from '../protocol/multi.ts';
import { requirePath } from './validatePath.ts';

export type Op = MultiOp;
type OpOf<K extends Op['type']> = Extract<Op, { readonly type: K }>;

/** Text is sent as UTF-8. Null is kept apart from empty. */
export type ZnodeData = Uint8Array | string | null;

export interface CreateOptions {
  /** Default PERSISTENT. */
  readonly mode?: CreateModeName;
  /** Default: anyone may do anything. */
  readonly acl?: readonly ACL[];
  /** Time to live, 1 … 2^40-1; with the modes that have one, and only with them. */
  readonly ttlMs?: number;
}

export function toBytes(data: ZnodeData): Uint8Array | null {
  return typeof data === 'string' ? utf8Encode(data) : data;
}

/** The operation depends on the mode: containers and znodes with a time to live have their own. */
export function createOp(
  path: string,
  data: ZnodeData,
  options: CreateOptions = {},
): OpOf<'create' | 'createContainer' | 'createTTL'> {
  const { mode = 'PERSISTENT', acl = OPEN_ACL_UNSAFE, ttlMs } = options;
  const flags = CreateMode[mode];
  requirePath(path, isSequential(flags));
  const body = { path, data: toBytes(data), acl, flags };
  assert(isTTL(flags) === (ttlMs !== undefined), `ttlMs ${ttlMs} does not go with ${mode}`);
  if (ttlMs !== undefined) return { type: 'createTTL', ...body, ttl: ttlMs };
  return { type: mode === 'CONTAINER' ? 'createContainer' : 'create', ...body };
}

export function deleteOp(path: string, version = -1): OpOf<'delete'> {
  return { type: 'delete', path: requirePath(path), version };
}

export function setDataOp(path: string, data: ZnodeData, version = -1): OpOf<'setData'> {
  return { type: 'setData', path: requirePath(path), data: toBytes(data), version };
}

/** Fails the whole multi unless the znode exists with this version. */
export function checkOp(path: string, version = -1): OpOf<'check'> {
  return { type: 'check', path: requirePath(path), version };
}
