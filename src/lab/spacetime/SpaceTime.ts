/**
 * Space and time: who was what, and which message went from whom to whom, as far back as the trace
 * is kept. Source: Lamport, "Time, Clocks, and the Ordering of Events" (1978).
 */

import { isServerId, orderOf, type ParticipantId } from '../../network/address.ts';
import type { TraceEvent } from '../../trace/TraceEvent.ts';
import type { MessageView } from '../model.ts';
import { isBackground } from '../playback.ts';
import { sentMessage } from '../recorder/MessageTable.ts';
import type { Recorder } from '../recorder/Recorder.ts';

export type Arrow = Pick<
  MessageView,
  'key' | 'from' | 'to' | 'kind' | 'zxid' | 'sentUs' | 'arriveUs' | 'diesUs'
>;

export type Look =
  | 'looking'
  | 'following'
  | 'observing'
  | 'leading'
  | 'connected'
  | 'disconnected'
  | 'expired'
  | 'paused'
  | 'down';

/** A participant was this from then on, until its next band begins. */
export interface Band {
  readonly look: Look;
  readonly fromUs: number;
}

export const ARROWS_MAX = 20_000;
const BANDS_MAX = 2_000;

export class SpaceTime {
  readonly #arrows = new Map<string, Arrow>();
  readonly #bands = new Map<ParticipantId, Band[]>();
  /** What each is apart from being paused, to which it then returns. */
  readonly #awake = new Map<ParticipantId, Look>();
  #eventCount = 0;

  /** Folds what has been recorded since the last time. */
  catchUp({ events, live }: Recorder): void {
    const missed = Math.min(events.size, live.eventCount - this.#eventCount);
    for (let index = events.size - missed; index < events.size; index++) {
      const event = events.at(index);
      if (event !== undefined) this.#fold(event);
    }
    this.#eventCount = live.eventCount;
  }

  /** In the order in which they were sent; without pings and the like. */
  get arrows(): readonly Arrow[] {
    return [...this.#arrows.values()];
  }

  /** Servers first, each by its number; each one's bands in order of time. */
  get rows(): readonly { readonly id: ParticipantId; readonly bands: readonly Band[] }[] {
    return [...this.#bands]
      .map(([id, bands]) => ({ id, bands: [...bands] }))
      .sort((a, b) => orderOf(a.id) - orderOf(b.id));
  }

  #fold(event: TraceEvent): void {
    switch (event.type) {
      case 'messageSent':
        return this.#draw(sentMessage(event));
      case 'messageDelivered':
        return this.#arrive(`${event.from}/${event.id}`, event.atUs);
      case 'messageResent':
        return this.#arrive(`${event.from}/${event.id}`, event.arriveUs);
      case 'messageLost':
        return this.#end(`${event.who}/${event.id}`, event.diesUs);
      case 'stateChanged':
        if (event.state === 'LEADING' && this.#awake.get(event.who) === 'leading') return;
        return this.#become(event.who, event.atUs, LOOK_OF_STATE[event.state]);
      case 'leaderEstablished':
        return this.#become(event.who, event.atUs, 'leading');
      case 'clientStateChanged':
        return this.#become(event.who, event.atUs, LOOK_OF_CLIENT[event.state]);
      case 'processStarted':
        return this.#become(event.target, event.atUs, firstLook(event.target));
      case 'processKilled':
        this.#endAllTo(event.target, event.atUs);
        return this.#become(event.target, event.atUs, 'down');
      case 'processPaused':
        return this.#show(event.target, event.atUs, 'paused');
      case 'processResumed':
        return this.#show(event.target, event.atUs, this.#awake.get(event.target) ?? 'down');
      default:
        return;
    }
  }

  #draw({ key, from, to, kind, zxid, sentUs, arriveUs, diesUs }: MessageView): void {
    if (isBackground(kind)) return;
    this.#arrows.set(key, { key, from, to, kind, zxid, sentUs, arriveUs, diesUs });
    if (this.#arrows.size <= ARROWS_MAX) return;
    const [oldest] = this.#arrows.keys();
    if (oldest !== undefined) this.#arrows.delete(oldest);
  }

  /** Later than it was to, if it was held or lost on its way. */
  #arrive(key: string, arriveUs: number): void {
    const arrow = this.#arrows.get(key);
    if (arrow === undefined || arrow.arriveUs === arriveUs) return;
    this.#arrows.set(key, { ...arrow, arriveUs });
  }

  #end(key: string, diesUs: number): void {
    const arrow = this.#arrows.get(key);
    if (arrow !== undefined) this.#arrows.set(key, { ...arrow, diesUs });
  }

  /** What was on its way to a process that ended arrives nowhere. */
  #endAllTo(target: ParticipantId, atUs: number): void {
    for (const { key, to, arriveUs, diesUs } of this.#arrows.values()) {
      if (to === target && diesUs === null && arriveUs > atUs) this.#end(key, arriveUs);
    }
  }

  #become(id: ParticipantId, atUs: number, look: Look): void {
    this.#awake.set(id, look);
    this.#show(id, atUs, look);
  }

  #show(id: ParticipantId, fromUs: number, look: Look): void {
    const bands = this.#bands.get(id) ?? [];
    this.#bands.set(id, bands);
    if (bands.at(-1)?.look === look) return;
    bands.push({ look, fromUs });
    if (bands.length > BANDS_MAX) bands.shift();
  }
}

/** It leads when a quorum has acknowledged it: `leaderEstablished` says so. */
const LOOK_OF_STATE = {
  LOOKING: 'looking',
  FOLLOWING: 'following',
  LEADING: 'looking',
  OBSERVING: 'observing',
} as const;

const LOOK_OF_CLIENT = {
  connecting: 'disconnected',
  connected: 'connected',
  connectedReadOnly: 'connected',
  disconnected: 'disconnected',
  expired: 'expired',
  authFailed: 'expired',
  closed: 'down',
} as const;

const firstLook = (id: ParticipantId): Look => (isServerId(id) ? 'looking' : 'disconnected');
