/**
 * What a participant's machine knows of another one: whether it is there, and the link in both
 * directions.
 */

import type { ParticipantId } from './address.ts';
import type { LinkModel, LinkState } from './LinkModel.ts';

/** `down`: no process, but a machine that says so. `off`: no machine either. */
export type PeerState = 'up' | 'down' | 'off';

export interface PeerStatus {
  readonly id: ParticipantId;
  readonly state: PeerState;
  /** Of the newest process. */
  readonly incarnation: number;
}

export class Peer {
  readonly id: ParticipantId;
  /** From here to there. */
  readonly link: LinkModel;
  /** From there to here; needed to know whether an answer of its machine could come back. */
  reverse: LinkState;
  /** Since when the link has been held, if it is. */
  heldSinceUs = 0;
  state: PeerState = 'down';
  incarnation = 0;

  constructor(id: ParticipantId, link: LinkModel, reverse: LinkState) {
    this.id = id;
    this.link = link;
    this.reverse = reverse;
  }
}
