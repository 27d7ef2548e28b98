/** Records of the protocol as plain JSON, for whoever shows what a command returned. */

import { equalBytes, toBase64 } from '../base/bytes.ts';
import { utf8Decode, utf8Encode } from '../base/utf8.ts';
import type { ACL } from '../protocol/acl.ts';
import type { MultiResult } from '../protocol/multi.ts';
import { formatSessionId } from '../protocol/sessionId.ts';
import type { Stat } from '../protocol/stat.ts';
import { formatZxid } from '../protocol/zxid.ts';
import { formatPerms } from './aclText.ts';

/** zxids and the owner are hex strings (`0x300000002`), times ms since 1970. */
export type StatJson = {
  readonly czxid: string;
  readonly mzxid: string;
  readonly pzxid: string;
  readonly ctime: number;
  readonly mtime: number;
  readonly version: number;
  readonly cversion: number;
  readonly aversion: number;
  /** '0x0' unless the znode is ephemeral. */
  readonly ephemeralOwner: string;
  readonly dataLength: number;
  readonly numChildren: number;
};

/** `data` null: the znode has none. `base64` is there if the bytes are no UTF-8 text. */
export type DataJson = { readonly data: string | null; readonly base64?: string };

/** `perms` as letters: `cdrwa`. */
export type AclJson = { readonly scheme: string; readonly id: string; readonly perms: string };

export function statJson(stat: Stat): StatJson {
  const { ctime, mtime, version, cversion, aversion, dataLength, numChildren } = stat;
  return {
    czxid: formatZxid(stat.czxid),
    mzxid: formatZxid(stat.mzxid),
    pzxid: formatZxid(stat.pzxid),
    ctime,
    mtime,
    version,
    cversion,
    aversion,
    ephemeralOwner: formatSessionId(stat.ephemeralOwner),
    dataLength,
    numChildren,
  };
}

export function dataJson(data: Uint8Array | null): DataJson {
  if (data === null) return { data: null };
  const text = utf8Decode(data);
  return equalBytes(utf8Encode(text), data)
    ? { data: text }
    : { data: text, base64: toBase64(data) };
}

export function aclJson(acl: readonly ACL[]): readonly AclJson[] {
  return acl.map(({ perms, id }) => ({ scheme: id.scheme, id: id.id, perms: formatPerms(perms) }));
}

/** `{ op: 'create', path }`, `{ op: 'setData', stat }`, `{ op: 'delete' }`, ... */
export type MultiResultJson = {
  readonly op: string;
  readonly path?: string;
  readonly stat?: StatJson;
};

export function multiResultJson(result: MultiResult): MultiResultJson {
  return {
    op: result.type,
    ...('path' in result && { path: result.path }),
    ...('stat' in result && { stat: statJson(result.stat) }),
  };
}
