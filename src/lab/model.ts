/**
 * What the ensemble did, as the screen and `window.lab.state()` read it: plain, immutable
 * values, folded from the trace by `Recorder`. An entry that did not change keeps its identity.
 */

import type { ClientState, JsonValue } from '../client/trace.ts';
import type { ParticipantId } from '../network/address.ts';
import type { Channel } from '../network/trace.ts';
import type { ServerState, WatchKind, ZabPhase } from '../server/trace.ts';

export type ProcessState = 'up' | 'paused' | 'down' | 'off' | 'crashed';

export interface Ballot {
  readonly leader: number;
  readonly zxid: number;
  readonly peerEpoch: number;
  readonly electionEpoch: number;
}

export interface TimerView {
  readonly setUs: number;
  readonly dueUs: number;
}

export interface ServerView {
  readonly sid: number;
  readonly id: ParticipantId;
  readonly observer: boolean;
  readonly process: ProcessState;
  /** Why it is down, when it crashed or refused its disk. */
  readonly fault: string;
  readonly state: ServerState;
  readonly phase: ZabPhase;
  readonly leader: number | null;
  readonly acceptedEpoch: number;
  readonly currentEpoch: number;
  readonly lastLogged: number;
  readonly lastCommitted: number;
  readonly lastApplied: number;
  readonly digest: string;
  readonly vote: Ballot | null;
  /** Newest vote heard from each server in this election, its own included. */
  readonly ballots: Readonly<Record<number, Ballot>>;
  readonly timers: Readonly<Record<string, TimerView>>;
  /** Leader: who was in touch at the last check. */
  readonly synced: readonly number[];
  readonly established: boolean;
  /** Zxids of the end of its log, oldest first, at most LOG_WINDOW. */
  readonly log: readonly number[];
  readonly connections: number;
  readonly diskBytes: number;
}

export interface TxnView {
  readonly zxid: number;
  /** `create`, `delete`, `setData`, `createSession`, `multi`, `error`... */
  readonly op: string;
  /** Of the znode; for createSession and closeSession, the session id; '' for what has neither. */
  readonly path: string;
  readonly proposedBy: number;
  readonly acks: readonly number[];
  readonly committed: boolean;
}

export interface OperationView {
  readonly xid: number;
  readonly op: string;
  readonly path: string;
  readonly sentUs: number;
}

export interface Belief {
  readonly recipe: string;
  readonly path: string;
  readonly holds: boolean;
  readonly fence: number;
  readonly znode: string;
}

export interface ClientView {
  readonly id: ParticipantId;
  readonly process: ProcessState;
  readonly state: ClientState;
  readonly server: ParticipantId | null;
  readonly sessionId: string;
  readonly timeoutMs: number;
  /** Requests without an answer, oldest first. */
  readonly pending: readonly OperationView[];
  readonly lastZxid: number;
  readonly beliefs: readonly Belief[];
  /** Step of each recipe under way, by `recipe path`. */
  readonly steps: Readonly<Record<string, string>>;
  readonly lastResult: string;
}

export interface SessionView {
  readonly sessionId: string;
  readonly timeoutMs: number;
  /** Server that the client is attached to, null while it is attached to none. */
  readonly server: ParticipantId | null;
  readonly client: ParticipantId | null;
  readonly state: 'live' | 'expired' | 'closed';
  /** By the leader's clock, virtual ms; 0 when not known yet. */
  readonly expiresAtMs: number;
}

export interface WatchView {
  readonly server: ParticipantId;
  readonly sessionId: string;
  readonly path: string;
  readonly kind: WatchKind;
}

export interface LinkView {
  readonly from: ParticipantId;
  readonly to: ParticipantId;
  readonly cut: boolean;
  readonly held: boolean;
  readonly extraLatencyUs: number;
  readonly lossPercent: number;
}

export interface MessageView {
  readonly key: string;
  readonly from: ParticipantId;
  readonly to: ParticipantId;
  readonly channel: Channel;
  readonly kind: string;
  readonly text: string;
  readonly zxid: number;
  readonly bytes: number;
  readonly sentUs: number;
  readonly arriveUs: number;
  /** Since when it has stood still, on a link that is held; null while it moves. */
  readonly heldUs: number | null;
  /** Set when the network loses it: when, and why. */
  readonly diesUs: number | null;
  readonly lossReason: string;
}

export interface NarrationLine {
  readonly index: number;
  readonly atUs: number;
  readonly who: ParticipantId;
  readonly text: string;
  /** A milestone is spoken to screen readers and marked on the time line. */
  readonly milestone: boolean;
  readonly tone: 'election' | 'replicate' | 'client' | 'watch' | 'fault' | 'leader';
}

export interface InvariantView {
  readonly id: string;
  readonly title: string;
  readonly state: 'holds' | 'broken';
  readonly witness: string;
}

export interface EnsembleState {
  readonly nowUs: number;
  readonly servers: Readonly<Record<ParticipantId, ServerView>>;
  readonly clients: Readonly<Record<ParticipantId, ClientView>>;
  readonly sessions: Readonly<Record<string, SessionView>>;
  /** Txns by zxid, at most TXN_WINDOW newest. */
  readonly txns: ReadonlyMap<number, TxnView>;
  readonly links: Readonly<Record<string, LinkView>>;
  readonly watches: readonly WatchView[];
  readonly narration: readonly NarrationLine[];
  readonly invariants: readonly InvariantView[];
  /** Established leader with a live quorum, as its servers know it; null while there is none. */
  readonly leader: ParticipantId | null;
  /** Zxid of the newest committed txn known to anyone. */
  readonly committedZxid: number;
  /** Trace events recorded, and how many of them are still kept. */
  readonly eventCount: number;
}

export interface CommandResult {
  readonly ok: boolean;
  readonly error: string;
  readonly data: JsonValue;
}

/** Zxids kept per server for the log bars. */
export const LOG_WINDOW = 64;
/** Txns kept by zxid for the log bars and the inspector. */
export const TXN_WINDOW = 512;
/** Sentences kept. */
export const NARRATION_WINDOW = 500;
/** Trace events kept. */
export const TRACE_WINDOW = 200_000;
