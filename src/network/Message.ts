/**
 * What travels between two participants. Connections are TCP-like: SYN and ACCEPT open one, FIN
 * closes it, RST breaks it, and the rest carries bytes. It crosses threads as packed bytes
 * (`packMessages.ts`) or as it is.
 */

import { orderOf, type ParticipantId } from './address.ts';
import type { Channel } from './trace.ts';

/** `word` is a four-letter word, which comes without a frame. Order is that of the packed code. */
export const MESSAGE_TYPES = ['SYN', 'ACCEPT', 'FIN', 'RST', 'frame', 'word'] as const;
export const CHANNELS = [
  'election',
  'quorum',
  'client',
  'broker',
] as const satisfies readonly Channel[];

export type MessageType = (typeof MESSAGE_TYPES)[number];

export interface Message {
  readonly type: MessageType;
  /** Unique per sender, rising. */
  readonly id: number;
  readonly from: ParticipantId;
  readonly to: ParticipantId;
  /** The life of the receiver that it is meant for: a later one never sees it. */
  readonly toIncarnation: number;
  readonly channel: Channel;
  readonly connection: ConnectionKey;
  readonly arriveUs: number;
  readonly payload: Uint8Array;
}

/**
 * A connection's name on the network, unique in the run: who dialled, and the id of the first
 * SYN.
 */
export type ConnectionKey = number;

const TWO_32 = 0x1_0000_0000;

export function connectionKey(dialler: ParticipantId, synId: number): ConnectionKey {
  return orderOf(dialler) * TWO_32 + synId;
}

export const NO_BYTES = new Uint8Array(0);
