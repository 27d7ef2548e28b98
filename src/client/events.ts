/**
 * A client process as its host sees it: events in, effects out, like a server. What a client
 * program (ordinary async code) does after an event runs as microtasks: the host lets them finish
 * (`drain`) and then takes their effects.
 */

import type { ParticipantId } from '../network/address.ts';
import type { DiskFiles, DiskOp } from '../server/disk.ts';
import type { MessageSummary } from '../server/effects.ts';
import type { ClientTrace, JsonValue } from './trace.ts';

export interface ClientConfig {
  readonly id: ParticipantId;
  /** Servers of the connect string, in the order in which this client tries them. */
  readonly servers: readonly ParticipantId[];
  readonly sessionTimeoutMs: number;
  /** Prefix of every path, '' for none. */
  readonly chroot: string;
  readonly seed: number;
  readonly timeOriginMs: number;
  /** A server in read-only mode will do. Left out: it will not. */
  readonly canBeReadOnly?: boolean;
}

/** What concerns the connection. */
export type SessionEvent =
  | { readonly type: 'connected' }
  /** The dial came to nothing. */
  | { readonly type: 'refused' }
  /** The payload of one frame, without its length. */
  | { readonly type: 'frame'; readonly payload: Uint8Array }
  | { readonly type: 'disconnected' }
  /** Answer to `probe`; null if there was none. */
  | { readonly type: 'probed'; readonly answer: string | null }
  | { readonly type: 'timerFired'; readonly timer: string };

/** What concerns connections between clients. `connection` is unique in one life. */
export type PeerEvent =
  | {
      readonly type: 'peerConnected';
      readonly peer: ParticipantId;
      readonly connection: number;
      /** By this client; else by the peer. */
      readonly dialled: boolean;
    }
  | { readonly type: 'peerRefused'; readonly peer: ParticipantId }
  | { readonly type: 'peerMessage'; readonly connection: number; readonly payload: Uint8Array }
  | { readonly type: 'peerDisconnected'; readonly connection: number };

export type ClientEvent =
  | SessionEvent
  | PeerEvent
  /** `files`: what earlier lives wrote; left out: nothing. */
  | { readonly type: 'start'; readonly files?: DiskFiles }
  /** Somebody tells this client to do something; answered by the trace event `commandDone`. */
  | {
      readonly type: 'command';
      readonly command: number;
      readonly name: string;
      readonly args: JsonValue;
    };

export type ClientEffect =
  /** One connection at a time; answered by `connected` or `refused`. */
  | { readonly type: 'connect'; readonly server: ParticipantId }
  | { readonly type: 'send'; readonly payload: Uint8Array; readonly summary: MessageSummary }
  /** Closes after what was sent has been delivered; this client gets no event. */
  | { readonly type: 'disconnect' }
  /** Asks a four-letter word on a connection of its own, one at a time; answered by `probed`. */
  | { readonly type: 'probe'; readonly server: ParticipantId; readonly word: string }
  /** Answered by `peerConnected` or `peerRefused`. The peer must be another client. */
  | { readonly type: 'connectPeer'; readonly peer: ParticipantId }
  /** Ignored once the connection is over. */
  | {
      readonly type: 'sendPeer';
      readonly connection: number;
      readonly payload: Uint8Array;
      readonly summary: { readonly kind: string; readonly text: string };
    }
  | { readonly type: 'disconnectPeer'; readonly connection: number }
  /** Written in order; a kill loses nothing of it, a power cut what is not flushed yet. */
  | { readonly type: 'persist'; readonly ops: readonly DiskOp[] }
  | { readonly type: 'setTimer'; readonly timer: string; readonly afterMs: number }
  | { readonly type: 'cancelTimer'; readonly timer: string }
  | { readonly type: 'trace'; readonly event: ClientTrace };

/** `ClientProcess` implements it; hosts drive it. */
export interface ClientStepper {
  /** Handles one event; returns the effects so far. */
  step(nowMs: number, event: ClientEvent): readonly ClientEffect[];
  /** True if async code may still run: drain microtasks, then call `takeEffects`. */
  readonly isSettling: boolean;
  takeEffects(): readonly ClientEffect[];
}
