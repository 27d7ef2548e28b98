/** One end of one connection, with what it has not been able to send yet. */

import type { ConnectionKey, MessageType } from './Message.ts';
import type { Peer } from './Peer.ts';
import type { Channel } from './trace.ts';

/** What the trace says about a message; the payload is the message. */
export interface Summary {
  readonly kind: string;
  readonly text: string;
  readonly zxid?: number;
}

export interface Outgoing {
  readonly type: MessageType;
  readonly payload: Uint8Array;
  readonly summary: Summary;
}

/** `closing`: the process is done with it, but what was sent has not passed yet. */
export type ConnectionState = 'dialling' | 'open' | 'closing' | 'closed';

export class Connection {
  readonly key: ConnectionKey;
  /** Number that the process knows it by, unique in one life. */
  readonly local: number;
  readonly peer: Peer;
  readonly channel: Channel;
  state: ConnectionState;
  /** What waits behind a lost message, that one first. */
  readonly unsent: Outgoing[] = [];
  /** Time until the lost message is sent again; doubles. */
  retransmitUs: number;
  attempts = 0;
  /** Nothing may arrive before what was sent before it. */
  lastArriveUs = 0;

  constructor(
    key: ConnectionKey,
    local: number,
    peer: Peer,
    channel: Channel,
    state: ConnectionState,
    retransmitUs: number,
  ) {
    this.key = key;
    this.local = local;
    this.peer = peer;
    this.channel = channel;
    this.state = state;
    this.retransmitUs = retransmitUs;
  }
}
