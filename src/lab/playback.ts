/**
 * How fast virtual time is granted. Only playback adapts: no timer of the protocol is changed.
 * While something worth watching is on the wire, time is slow enough to see it; while everybody
 * waits for a timer, it is fast.
 */

import type { EnsembleState, MessageView } from './model.ts';

/** Virtual microseconds per millisecond of the viewer; 1000 is real time. */
export type Pace = number;

export const REAL_TIME: Pace = 1000;
/** A hop of 12 ms takes a quarter of a second. */
const STORY: Pace = 48;
/** A story that goes on for this long (ms of the viewer) is told twice as fast, and so on. */
const STORY_DOUBLES_MS = 4000;
const STORY_FACTOR_MAX = 6;
/** Elections and synchronisation take a dozen hops, so each is quicker. */
const ELECTION: Pace = 75;
/** Everybody waits for a timer and somebody for the outcome. */
const WAITING: Pace = 8000;

/** Virtual time as of the last grant, and how it goes on for the viewer until the next one. */
export interface Clock {
  readonly nowUs: number;
  /** 0 while it does not go on by itself. */
  readonly pace: Pace;
}

/** Without a grant for this long, nothing goes on. */
export const CARRIED_ON_MAX_MS = 100;

/** Virtual time `elapsedMs` of the viewer's after the clock was read. */
export const nowUsAfter = ({ nowUs, pace }: Clock, elapsedMs: number): number =>
  nowUs + Math.min(Math.max(0, elapsedMs), CARRIED_ON_MAX_MS) * pace;

export type PaceReason = 'story' | 'election' | 'waiting' | 'calm' | 'fixed';

export interface PaceChoice {
  readonly pace: Pace;
  readonly reason: PaceReason;
}

/**
 * Pings, the link's own packets and questions for news are the background; they do not slow time
 * down.
 */
const BACKGROUND: ReadonlySet<string> = new Set([
  'PING',
  'clientPing',
  'clientPong',
  'SYN',
  'ACCEPT',
  'FIN',
  'RST',
  'Fetch',
  'FetchReply',
]);

const ELECTION_KINDS: ReadonlySet<string> = new Set([
  'NOTIFICATION',
  'FOLLOWERINFO',
  'OBSERVERINFO',
  'LEADERINFO',
  'ACKEPOCH',
  'NEWLEADER',
  'UPTODATE',
  'DIFF',
  'TRUNC',
  'SNAP',
]);

export const isBackground = (kind: string): boolean => BACKGROUND.has(kind);

/** `storyMs`: how long, for the viewer, there has been something to see without a rest. */
export function choosePace(
  state: EnsembleState,
  messages: Iterable<MessageView>,
  storyMs: number,
): PaceChoice {
  let hasStory = false;
  let hasElection = false;
  for (const message of messages) {
    const { kind, diesUs, heldUs } = message;
    if (diesUs !== null || heldUs !== null || isBackground(kind)) continue;
    if (message.arriveUs <= state.nowUs) continue;
    if (isForming(state) || ELECTION_KINDS.has(message.kind)) hasElection = true;
    else hasStory = true;
  }
  if (hasStory) {
    const factor = Math.min(STORY_FACTOR_MAX, 1 + storyMs / STORY_DOUBLES_MS);
    return { pace: STORY * factor, reason: 'story' };
  }
  if (hasElection) return { pace: ELECTION, reason: 'election' };
  if (isWaiting(state)) return { pace: WAITING, reason: 'waiting' };
  return { pace: REAL_TIME, reason: 'calm' };
}

/** No leader is established although enough servers are up to have one. */
function isForming(state: EnsembleState): boolean {
  return state.leader === null && canHaveQuorum(state);
}

export function canHaveQuorum(state: EnsembleState): boolean {
  let voters = 0;
  let up = 0;
  for (const server of Object.values(state.servers)) {
    if (server.observer) continue;
    voters += 1;
    if (server.process === 'up') up += 1;
  }
  return up * 2 > voters;
}

/** Somebody waits for something that only a timer will bring. */
function isWaiting(state: EnsembleState): boolean {
  if (!canHaveQuorum(state)) return false;
  if (state.leader === null) return true;
  for (const server of Object.values(state.servers)) {
    const isSyncing = server.phase === 'DISCOVERY' || server.phase === 'SYNCHRONIZATION';
    if (server.process === 'up' && isSyncing) return true;
  }
  for (const client of Object.values(state.clients)) {
    if (client.process !== 'up') continue;
    if (client.pending.length > 0) return true;
    if (client.state === 'connecting' || client.state === 'disconnected') return true;
  }
  return Object.values(state.sessions).some(
    (session) => session.state === 'live' && isDeserted(state, session.client),
  );
}

function isDeserted(state: EnsembleState, client: string | null): boolean {
  return client === null || state.clients[client]?.process !== 'up';
}
