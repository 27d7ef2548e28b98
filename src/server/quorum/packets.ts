/**
 * Quorum packets between bytes, records and what the trace says about them. Source:
 * LearnerHandler.packetToString.
 */

import type { Id } from '../../protocol/acl.ts';
import { encode } from '../../protocol/codec.ts';
import type { QuorumPacketName } from '../../protocol/quorumPackets.ts';
import { QuorumPacket, QuorumPacketType } from '../../protocol/quorumPackets.ts';
import type { Txn } from '../../protocol/txns.ts';
import { decodeTxn } from '../../protocol/txns.ts';
import type { Zxid } from '../../protocol/zxid.ts';
import { formatZxid, NO_ZXID } from '../../protocol/zxid.ts';
import type { MessageKind, MessageSummary } from '../effects.ts';
import type { Proposal } from '../replication.ts';

/** A packet ready to be sent, perhaps to many. */
export interface OutgoingPacket {
  readonly bytes: Uint8Array;
  readonly summary: MessageSummary;
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

/** Undefined if the packet's data is no txn with the packet's zxid. */
export function proposalOf({ zxid, data }: QuorumPacket): Proposal | undefined {
  if (data === null) return undefined;
  const decoded = decodeTxn(data);
  if (!decoded.ok || decoded.value.header.zxid !== zxid) return undefined;
  return { zxid, txn: decoded.value, bytes: data };
}

/** After the body of a SNAP, on the same stream. */
export const SNAP_SIGNATURE = 'BenWasHere';

export function describeTxn({ body }: Txn): string {
  if (body.type === 'error') return `error ${body.err}`;
  if (body.type === 'multi') return `multi of ${body.txns.length}`;
  return 'path' in body ? `${body.type} ${body.path}` : body.type;
}
