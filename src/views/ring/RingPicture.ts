/**
 * What the ring's worker needs in order to draw, as plain values that can be posted: the picture,
 * which seldom changes, and the moment, which comes with each grant of virtual time.
 */

import type { EnsembleState, MessageView, ServerView } from '../../lab/model.ts';
import { type Clock, isBackground } from '../../lab/playback.ts';
import type { ParticipantId } from '../../network/address.ts';
import type { Palette } from './drawShapes.ts';
import type { RingLayout, RingSize } from './geometry.ts';

export interface RingPicture {
  readonly layout: RingLayout;
  /** CSS pixels. */
  readonly size: RingSize;
  /** Device pixels for one CSS pixel. */
  readonly ratio: number;
  readonly palette: Palette;
  /** Static arrows with a tick instead of movement. */
  readonly isStill: boolean;
  /** Names are written beside messages, as when time stands still. */
  readonly showLabels: boolean;
  readonly selectedKey: string | null;
}

/** A message, without what is not drawn. */
export type RingMessage = Pick<
  MessageView,
  'key' | 'from' | 'to' | 'kind' | 'sentUs' | 'arriveUs' | 'heldUs' | 'diesUs'
>;

export interface RingTimer {
  readonly server: ParticipantId;
  readonly setUs: number;
  readonly dueUs: number;
}

export interface RingMoment {
  readonly clock: Clock;
  /** The viewer's time to which the clock belongs: milliseconds since the epoch of computers. */
  readonly atMs: number;
  readonly messages: readonly RingMessage[];
  readonly timers: readonly RingTimer[];
}

export type RingOrder =
  | { readonly type: 'canvas'; readonly canvas: OffscreenCanvas }
  | { readonly type: 'picture'; readonly picture: RingPicture }
  | { readonly type: 'moment'; readonly moment: RingMoment };

/** Pings and the like are drawn only when they are lost, or when somebody wants to see them. */
export function shownMessages(messages: Iterable<MessageView>, showPings: boolean): RingMessage[] {
  const shown: RingMessage[] = [];
  for (const { key, from, to, kind, sentUs, arriveUs, heldUs, diesUs } of messages) {
    if (!showPings && isBackground(kind) && diesUs === null) continue;
    shown.push({ key, from, to, kind, sentUs, arriveUs, heldUs, diesUs });
  }
  return shown;
}

export function shownTimers({ servers }: EnsembleState): RingTimer[] {
  const timers: RingTimer[] = [];
  for (const server of Object.values(servers)) {
    const timer = shownTimer(server);
    if (timer !== null) timers.push(timer);
  }
  return timers;
}

/** Which timer's arc a server shows: the one that will change what it does. */
const SHOWN_TIMERS = [
  'finalizeWait',
  'notification',
  'initLimit',
  'syncLimit',
  'leaderPing',
] as const;

function shownTimer({ id, process, timers }: ServerView): RingTimer | null {
  if (process !== 'up') return null;
  for (const name of SHOWN_TIMERS) {
    const timer = timers[name];
    if (timer !== undefined) return { server: id, ...timer };
  }
  return null;
}
