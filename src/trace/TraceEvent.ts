/**
 * The one stream that transcripts, checkers, screen, timeline and hash all read: what happened,
 * when (virtual time, whole microseconds) and at whom. Order: time, then participant (conductor,
 * servers, clients), then sequence.
 */

import type { ClientTrace } from '../client/trace.ts';
import type { ParticipantId } from '../network/address.ts';
import type { FaultTrace, NetworkTrace } from '../network/trace.ts';
import type { ServerTrace } from '../server/trace.ts';

export interface TraceStamp {
  readonly atUs: number;
  readonly who: ParticipantId;
}

export type TraceBody = ServerTrace | NetworkTrace | FaultTrace | ClientTrace;
export type TraceEvent = TraceStamp & TraceBody;
export type TraceType = TraceBody['type'];
export type TraceOf<T extends TraceType> = TraceStamp & Extract<TraceBody, { type: T }>;
