/**
 * A client process as its host sees it: events in, effects out, like a server. What a client
 * program (ordinary async code) does after an event runs as microtasks: the host lets them finish
 * (`drain`) and then takes their effects.
 */

import type { ParticipantId } from '../network/address.ts';
import type { MessageSummary } from '../server/effects.ts';
import type { ClientTrace, JsonValue } from './trace.ts';

export interface ClientConfig {
  /** Servers of the connect string, in the order in which this client tries them. */
  readonly servers: readonly ParticipantId[];
  readonly sessionTimeoutMs: number;
  /** Prefix of every path, '' for none. */
  readonly chroot: string;
  readonly seed: number;
  readonly timeOriginMs: number;
}

/** What concerns the connection. */
export type SessionEvent =
  | { readonly type: 'connected' }
  /** The dial came to nothing. */
  | { readonly type: 'refused' }
  /** The payload of one frame, without its length. */
  | { readonly type: 'frame'; readonly payload: Uint8Array }
  | { readonly type: 'disconnected' }
  | { readonly type: 'timerFired'; readonly timer: string };

export type ClientEvent =
  | SessionEvent
  | { readonly type: 'start' }
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
