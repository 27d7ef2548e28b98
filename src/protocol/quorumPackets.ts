/**
 * What learners and their leader send each other.
 * Source: zookeeper.jute QuorumPacket and LearnerInfo, the constants of Leader; Zab (DSN 2011) §IV,
 * whose CEPOCH is FOLLOWERINFO here and whose NEWEPOCH is LEADERINFO.
 */

import { Id } from './acl.ts';
import type { CodecType } from './codec.ts';
import {
  bool,
  buffer,
  int,
  int53,
  long,
  nullableVector,
  record,
  repeatToEnd,
  rest,
  zxid,
} from './codec.ts';

export const QuorumPacketType = {
  REQUEST: 1,
  PROPOSAL: 2,
  ACK: 3,
  COMMIT: 4,
  PING: 5,
  REVALIDATE: 6,
  SYNC: 7,
  INFORM: 8,
  COMMITANDACTIVATE: 9,
  NEWLEADER: 10,
  FOLLOWERINFO: 11,
  UPTODATE: 12,
  DIFF: 13,
  TRUNC: 14,
  SNAP: 15,
  OBSERVERINFO: 16,
  LEADERINFO: 17,
  ACKEPOCH: 18,
  INFORMANDACTIVATE: 19,
} as const;

export type QuorumPacketName = keyof typeof QuorumPacketType;
export type QuorumPacketType = (typeof QuorumPacketType)[QuorumPacketName];

const NAMES: ReadonlyMap<number, QuorumPacketName> = new Map(
  (Object.keys(QuorumPacketType) as QuorumPacketName[]).map((name) => [
    QuorumPacketType[name],
    name,
  ]),
);

/** Undefined for a number that is no packet type. */
export function packetName(type: number): QuorumPacketName | undefined {
  return NAMES.get(type);
}

/** `authinfo` is null unless REQUEST. Without a frame length: read with `decodePrefix`. */
export const QuorumPacket = record({
  type: int,
  zxid,
  data: buffer,
  authinfo: nullableVector(Id),
});
export type QuorumPacket = CodecType<typeof QuorumPacket>;

export const LEARNER_PROTOCOL_VERSION = 0x10000;

/** The data of FOLLOWERINFO and OBSERVERINFO. */
export const LearnerInfo = record({ sid: int53, protocolVersion: int, configVersion: zxid });
export type LearnerInfo = CodecType<typeof LearnerInfo>;

/** The data of LEADERINFO. */
export const LeaderInfo = record({ protocolVersion: int });
export type LeaderInfo = CodecType<typeof LeaderInfo>;

/** The data of ACKEPOCH; -1: this epoch was accepted before, do not count me. */
export const AckEpoch = record({ currentEpoch: int });
export type AckEpoch = CodecType<typeof AckEpoch>;

/** The data of REQUEST; `body` as the client sent it, without its header. */
export const ForwardedRequest = record({ sessionId: long, cxid: int, opcode: int, body: rest });
export type ForwardedRequest = CodecType<typeof ForwardedRequest>;

/** `timeout` in ms. */
export const TouchedSession = record({ sessionId: long, timeout: int });
export type TouchedSession = CodecType<typeof TouchedSession>;

/** The data of a learner's PING. */
export const PingReply = record({ touched: repeatToEnd(TouchedSession) });
export type PingReply = CodecType<typeof PingReply>;

/** The data of a learner's REVALIDATE. */
export const RevalidateRequest = TouchedSession;
export type RevalidateRequest = TouchedSession;

/** The data of the leader's REVALIDATE. */
export const RevalidateReply = record({ sessionId: long, valid: bool });
export type RevalidateReply = CodecType<typeof RevalidateReply>;

/** The data of COMMITANDACTIVATE. */
export const CommitAndActivate = record({ designatedLeader: int53 });
export type CommitAndActivate = CodecType<typeof CommitAndActivate>;

/** The data of INFORMANDACTIVATE; `proposal`: an encoded Txn. */
export const InformAndActivate = record({ designatedLeader: int53, proposal: rest });
export type InformAndActivate = CodecType<typeof InformAndActivate>;
