/**
 * Connection handshake, headers, and the bodies of single requests and responses.
 * Source: zookeeper.jute module org.apache.zookeeper.proto.
 */

import { ACL, AskedACL } from './acl.ts';
import type { Codec, CodecType } from './codec.ts';
import {
  anyInt53,
  anyZxid,
  bool,
  buffer,
  int,
  long,
  nullableVector,
  optionalAtEnd,
  record,
  string,
  ustring,
  vector,
  zxid,
} from './codec.ts';
import { Stat } from './stat.ts';

/** `sessionId` 0 asks for a new session. `readOnly` is null where clients before 3.4 omit it. */
export const ConnectRequest = record({
  protocolVersion: int,
  lastZxidSeen: anyZxid,
  timeOut: int,
  sessionId: long,
  passwd: buffer,
  readOnly: optionalAtEnd(bool),
});
export type ConnectRequest = CodecType<typeof ConnectRequest>;

/** `timeOut` ≤ 0: the session has expired. `readOnly` is present if it was in the request. */
export const ConnectResponse = record({
  protocolVersion: int,
  timeOut: int,
  sessionId: long,
  passwd: buffer,
  readOnly: optionalAtEnd(bool),
});
export type ConnectResponse = CodecType<typeof ConnectResponse>;

/** `type`: opcode, possibly unknown. */
export const RequestHeader = record({ xid: int, type: int });
export type RequestHeader = CodecType<typeof RequestHeader>;
export const REQUEST_HEADER_BYTES = 8;

/** A body follows only if `err` is 0. */
export const ReplyHeader = record({ xid: int, zxid, err: int });
export type ReplyHeader = CodecType<typeof ReplyHeader>;
export const REPLY_HEADER_BYTES = 16;

const acl = nullableVector(AskedACL);

/** Of operations for which null is the same as nothing: as bad a path, or as idle a watch. */
const emptyIfNull: Codec<string> = { ...string, read: (r) => r.ustring() ?? '' };

/** A null path is refused after the flags have been looked at. */
export const CreateRequest = record({ path: ustring, data: buffer, acl, flags: int });
export const CreateTTLRequest = record({
  path: ustring,
  data: buffer,
  acl,
  flags: int,
  ttl: anyInt53,
});
/** `version` -1 matches any. */
export const VersionedPath = record({ path: string, version: int });
export const CheckVersionRequest = record({ path: emptyIfNull, version: int });
export const WatchedPath = record({ path: string, watch: bool });
export const PathOnly = record({ path: string });
/** Never looked at, only sent back. */
export const SyncPath = record({ path: ustring });
export const SetDataRequest = record({ path: emptyIfNull, data: buffer, version: int });
export const SetACLRequest = record({ path: emptyIfNull, acl, version: int });
export const ReconfigRequest = record({
  joiningServers: ustring,
  leavingServers: ustring,
  newMembers: ustring,
  curConfigId: anyZxid,
});
/** `watcherType`: WatcherType. */
export const WatchesRequest = record({ path: string, watcherType: int });
/** The wire calls `authType` just "type"; it is always 0. */
export const AuthPacket = record({ authType: int, scheme: ustring, auth: buffer });
export const SetWatches = record({
  relativeZxid: anyZxid,
  dataWatches: vector(string),
  existWatches: vector(string),
  childWatches: vector(string),
});
export const SetWatches2 = record({
  relativeZxid: anyZxid,
  dataWatches: vector(string),
  existWatches: vector(string),
  childWatches: vector(string),
  persistentWatches: vector(string),
  persistentRecursiveWatches: vector(string),
});
export const SaslToken = record({ token: buffer });
/** Null means every path. */
export const GetEphemeralsRequest = record({ prefixPath: ustring });
/** `mode`: AddWatchMode. */
export const AddWatchRequest = record({ path: emptyIfNull, mode: int });
export const CreateSessionRequest = record({ timeOut: int });

export const Create2Response = record({ path: string, stat: Stat });
export const StatResponse = record({ stat: Stat });
export const DataResponse = record({ data: buffer, stat: Stat });
export const GetACLResponse = record({ acl: vector(ACL), stat: Stat });
export const GetChildrenResponse = record({ children: vector(string) });
export const GetChildren2Response = record({ children: vector(string), stat: Stat });
export const GetEphemeralsResponse = record({ ephemerals: vector(string) });
export const GetAllChildrenNumberResponse = record({ totalNumber: int });
export const ErrorResponse = record({ err: int });
export const ClientInfo = record({ scheme: string, user: string });
export type ClientInfo = CodecType<typeof ClientInfo>;
export const WhoAmIResponse = record({ clientInfo: vector(ClientInfo) });
