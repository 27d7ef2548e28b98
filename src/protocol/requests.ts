/**
 * Which body belongs to which operation. The tables are the only place that says so: types,
 * decoders and tests follow from them.
 */

import { assert } from '../base/assert.ts';
import type { Result } from '../base/result.ts';
import { err } from '../base/result.ts';
import type { Codec, CodecType } from './codec.ts';
import { decode, Empty, encode, writeBytes } from './codec.ts';
import type { DecodeError } from './DecodeError.ts';
import { MultiReadRequest, MultiRequest, MultiResponse } from './multi.ts';
import { OpCode, opName } from './opcodes.ts';
import type { ReplyHeader } from './records.ts';
import * as records from './records.ts';
import type { Tagged } from './tagged.ts';
import { taggedCodec } from './tagged.ts';

/** createSession and deleteContainer are never accepted from a client: see `isClientOp`. */
export const requestCodecs = {
  create: records.CreateRequest,
  delete: records.VersionedPath,
  exists: records.WatchedPath,
  getData: records.WatchedPath,
  setData: records.SetDataRequest,
  getACL: records.PathOnly,
  setACL: records.SetACLRequest,
  getChildren: records.WatchedPath,
  sync: records.SyncPath,
  ping: Empty,
  getChildren2: records.WatchedPath,
  check: records.CheckVersionRequest,
  multi: MultiRequest,
  create2: records.CreateRequest,
  reconfig: records.ReconfigRequest,
  checkWatches: records.WatchesRequest,
  removeWatches: records.WatchesRequest,
  createContainer: records.CreateRequest,
  deleteContainer: records.PathOnly,
  createTTL: records.CreateTTLRequest,
  multiRead: MultiReadRequest,
  auth: records.AuthPacket,
  setWatches: records.SetWatches,
  sasl: records.SaslToken,
  getEphemerals: records.GetEphemeralsRequest,
  getAllChildrenNumber: records.PathOnly,
  setWatches2: records.SetWatches2,
  addWatch: records.AddWatchRequest,
  whoAmI: Empty,
  createSession: records.CreateSessionRequest,
  closeSession: Empty,
} as const;

export type RequestName = keyof typeof requestCodecs;
/** `{ type: 'create', path, data, acl, flags } | …` */
export type ClientRequest = Tagged<typeof requestCodecs>;
export type RequestOf<K extends RequestName> = Extract<ClientRequest, { readonly type: K }>;

/** Of those that are answered with something. */
export const responseCodecs = {
  create: records.PathOnly,
  delete: Empty,
  exists: records.StatResponse,
  getData: records.DataResponse,
  setData: records.StatResponse,
  getACL: records.GetACLResponse,
  setACL: records.StatResponse,
  getChildren: records.GetChildrenResponse,
  sync: records.SyncPath,
  ping: Empty,
  getChildren2: records.GetChildren2Response,
  multi: MultiResponse,
  create2: records.Create2Response,
  reconfig: records.DataResponse,
  checkWatches: Empty,
  removeWatches: Empty,
  createContainer: records.Create2Response,
  createTTL: records.Create2Response,
  multiRead: MultiResponse,
  auth: Empty,
  setWatches: Empty,
  sasl: records.SaslToken,
  getEphemerals: records.GetEphemeralsResponse,
  getAllChildrenNumber: records.GetAllChildrenNumberResponse,
  setWatches2: Empty,
  addWatch: records.ErrorResponse,
  whoAmI: records.WhoAmIResponse,
  closeSession: Empty,
} as const;

export type ResponseName = keyof typeof responseCodecs;
export type ResponseOf<K extends ResponseName> = CodecType<(typeof responseCodecs)[K]>;

const TAGGED: ReadonlyMap<string, Codec<ClientRequest>> = new Map(
  (Object.keys(requestCodecs) as RequestName[]).map((name) => [
    name,
    taggedCodec(requestCodecs, name),
  ]),
);

/** Undefined for an opcode that is no request. */
export function requestCodecFor(opcode: number): Codec<ClientRequest> | undefined {
  return TAGGED.get(opName(opcode) ?? '');
}

/** Whether a client may send it at top level; the answer to others is UNIMPLEMENTED. */
export function isClientOp(opcode: number): boolean {
  return (
    TAGGED.has(opName(opcode) ?? '') &&
    opcode !== OpCode.createSession &&
    opcode !== OpCode.deleteContainer &&
    opcode !== OpCode.check
  );
}

/** `body`: the bytes after the RequestHeader. */
export function decodeRequest(
  opcode: number,
  body: Uint8Array,
): Result<ClientRequest, DecodeError> {
  const codec = requestCodecFor(opcode);
  if (codec === undefined) {
    return err({ reason: 'unknownType', offset: 0, message: `no operation ${opcode}` });
  }
  return decode(codec, body);
}

/** RequestHeader and body, without the frame length. */
export function encodeRequest(xid: number, request: ClientRequest): Uint8Array {
  return writeBytes((w) => {
    records.RequestHeader.write(w, { xid, type: OpCode[request.type] });
    codecOf(request).write(w, request);
  });
}

/** The body alone: what a learner forwards in a REQUEST packet. */
export function encodeRequestBody(request: ClientRequest): Uint8Array {
  return encode(codecOf(request), request);
}

function codecOf(request: ClientRequest): Codec<ClientRequest> {
  const codec = TAGGED.get(request.type);
  assert(codec !== undefined, () => `no codec for ${request.type}`);
  return codec;
}

/** ReplyHeader and body; for a reply without a body omit codec and value. */
export function encodeReply<T>(header: ReplyHeader, codec?: Codec<T>, body?: T): Uint8Array {
  return writeBytes((w) => {
    records.ReplyHeader.write(w, header);
    if (codec !== undefined) codec.write(w, body as T);
  });
}
