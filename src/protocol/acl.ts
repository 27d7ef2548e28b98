/** Access control lists. Source: ZooDefs.Perms, ZooDefs.Ids, zookeeper.jute module data. */

import type { CodecType } from './codec.ts';
import { int, record, string, ustring } from './codec.ts';

/** A bit set; unknown bits are kept as they are. */
export const Perms = {
  READ: 1,
  WRITE: 2,
  CREATE: 4,
  DELETE: 8,
  ADMIN: 16,
  ALL: 31,
} as const;

export const Id = record({ scheme: string, id: string });
export type Id = CodecType<typeof Id>;

export const ACL = record({ perms: int, id: Id });
export type ACL = CodecType<typeof ACL>;

/** An ACL that nobody has looked at yet: what a client asks for. */
export const AskedACL = record({ perms: int, id: record({ scheme: ustring, id: ustring }) });
export type AskedACL = CodecType<typeof AskedACL>;

export const ANYONE_ID: Id = { scheme: 'world', id: 'anyone' };
/** Stands for every authenticated identity of its creator. */
export const AUTH_IDS: Id = { scheme: 'auth', id: '' };

export const OPEN_ACL_UNSAFE: readonly ACL[] = [{ perms: Perms.ALL, id: ANYONE_ID }];
export const CREATOR_ALL_ACL: readonly ACL[] = [{ perms: Perms.ALL, id: AUTH_IDS }];
export const READ_ACL_UNSAFE: readonly ACL[] = [{ perms: Perms.READ, id: ANYONE_ID }];
