/**
 * Quorum packets between bytes, records and what the trace says about them. Source:
 * LearnerHandler.packetToString.
 */

import { assert } from '../../base/assert.ts';
import { utf8Decode } from '../../base/utf8.ts';
import type { Id } from '../../protocol/acl.ts';
import { decodePrefix, encode } from '../../protocol/codec.ts';
import type { QuorumPacketName } from '../../protocol/quorumPackets.ts';
import {
  CommitAndActivate,
  InformAndActivate,
  QuorumPacket,
  QuorumPacketType,
} from '../../protocol/quorumPackets.ts';
import type { Txn } from '../../protocol/txns.ts';
import { decodeTxn } from '../../protocol/txns.ts';
import type { Zxid } from '../../protocol/zxid.ts';
import { formatZxid, NO_ZXID } from '../../protocol/zxid.ts';
import type { Sid } from '../config.ts';
import { type DynamicConfig, parseConfig } from '../DynamicConfig.ts';
import type { MessageKind, MessageSummary } from '../effects.ts';
import type { Proposal } from '../replication.ts';

/** The designated leader in front of the txn of an INFORMANDACTIVATE. */
const LONG_BYTES = 8;

/** A packet ready to be sent, perhaps to many. */
export interface OutgoingPacket {
  readonly bytes: Uint8Array;
  readonly summary: MessageSummary;
}

export interface Commit {
  readonly zxid: Zxid;
  /** Of COMMITANDACTIVATE and INFORMANDACTIVATE; else null. */
  readonly designatedLeader: Sid | null;
}

export interface PacketContent {
  readonly zxid?: Zxid;
  readonly data?: Uint8Array | null;
  readonly authinfo?: readonly Id[] | null;
  /** For the trace; what the kind and the zxid do not say. */
  readonly text?: string;
}

export function packet(
  kind: QuorumPacketName & MessageKind,
  { zxid = NO_ZXID, data = null, authinfo = null, text = '' }: PacketContent = {},
): OutgoingPacket {
  const bytes = encode(QuorumPacket, { type: QuorumPacketType[kind], zxid, data, authinfo });
  if (zxid < 0) return { bytes, summary: { kind, text: text || kind } };
  return { bytes, summary: { kind, zxid, text: text || `${kind} ${formatZxid(zxid)}` } };
}

/** PROPOSAL, or INFORM for observers. */
export function proposalPacket(kind: 'PROPOSAL' | 'INFORM', proposal: Proposal): OutgoingPacket {
  const { zxid, bytes, txn } = proposal;
  return packet(kind, { zxid, data: bytes, text: describeTxn(txn) });
}

/** COMMITANDACTIVATE, and INFORMANDACTIVATE for observers. */
export function activationPackets(
  { zxid, bytes }: Proposal,
  designatedLeader: Sid,
): { readonly commit: OutgoingPacket; readonly inform: OutgoingPacket } {
  const text = `reconfiguration, S${designatedLeader} leads`;
  const data = encode(CommitAndActivate, { designatedLeader });
  const informed = encode(InformAndActivate, { designatedLeader, proposal: bytes });
  return {
    commit: packet('COMMITANDACTIVATE', { zxid, data, text }),
    inform: packet('INFORMANDACTIVATE', { zxid, data: informed, text }),
  };
}

/** What a reconfiguration brings; null for every other txn. */
export function configOf({ txn: { body } }: Proposal): DynamicConfig | null {
  if (body.type !== 'reconfig') return null;
  const config = parseConfig(utf8Decode(body.data ?? new Uint8Array(0)));
  assert(config.ok, 'the configuration of the leader cannot be read');
  return config.value;
}

/** Of COMMIT, INFORM and those that activate. */
export function commitOf({ type, zxid, data }: QuorumPacket): Commit {
  const activates =
    type === QuorumPacketType.COMMITANDACTIVATE || type === QuorumPacketType.INFORMANDACTIVATE;
  const decoded = activates && data !== null ? decodePrefix(CommitAndActivate, data) : null;
  return { zxid, designatedLeader: decoded?.ok ? decoded.value.value.designatedLeader : null };
}

/** Undefined if the packet's data is no txn with the packet's zxid. */
export function proposalOf({ type, zxid, data }: QuorumPacket): Proposal | undefined {
  if (data === null) return undefined;
  const bytes = type === QuorumPacketType.INFORMANDACTIVATE ? data.subarray(LONG_BYTES) : data;
  const decoded = decodeTxn(bytes);
  if (!decoded.ok || decoded.value.header.zxid !== zxid) return undefined;
  return { zxid, txn: decoded.value, bytes };
}

/** After the body of a SNAP, on the same stream. */
export const SNAP_SIGNATURE = 'BenWasHere';

export function describeTxn({ body }: Txn): string {
  if (body.type === 'error') return `error ${body.err}`;
  if (body.type === 'multi') return `multi of ${body.txns.length}`;
  return 'path' in body ? `${body.type} ${body.path}` : body.type;
}
