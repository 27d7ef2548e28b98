/** Which messages are on the ring at a moment, and where. Data in, pixels out. */

import { along, type Lane, laneBetween, type Point } from './geometry.ts';
import type { RingMessage, RingPicture } from './RingPicture.ts';

/** More messages than this on one lane are drawn as a train of beads with a count. */
const LANE_MAX = 6;

export interface PlacedMessage {
  readonly message: RingMessage;
  readonly lane: Lane;
  readonly at: Point;
}

export interface Placed {
  readonly messages: readonly PlacedMessage[];
  /** Lanes with more messages than are drawn. */
  readonly crowds: readonly { readonly lane: Lane; readonly count: number }[];
}

export function placeMessages(
  { layout, isStill }: Pick<RingPicture, 'layout' | 'isStill'>,
  messages: readonly RingMessage[],
  nowUs: number,
): Placed {
  const placed: PlacedMessage[] = [];
  const crowds: { lane: Lane; count: number }[] = [];
  for (const group of groupByLane(messages, nowUs)) {
    const lane = laneBetween(layout, group[0].from, group[0].to);
    if (lane === null) continue;
    for (const message of group.slice(0, LANE_MAX)) {
      placed.push({ message, lane, at: along(lane, partOf(message, nowUs, isStill)) });
    }
    if (group.length > LANE_MAX) crowds.push({ lane, count: group.length });
  }
  return { messages: placed, crowds };
}

type Group = [RingMessage, ...RingMessage[]];

function groupByLane(messages: readonly RingMessage[], nowUs: number): Iterable<Group> {
  const groups = new Map<string, Group>();
  for (const message of messages) {
    if (message.sentUs > nowUs) continue;
    if (message.diesUs === null && message.arriveUs < (message.heldUs ?? nowUs)) continue;
    const key = `${message.from}>${message.to}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [message]);
    else group.push(message);
  }
  return groups.values();
}

/** How far along its way: 0 leaving, 1 arriving. One that is held or lost stays where it is. */
function partOf(
  { sentUs, arriveUs, heldUs, diesUs }: RingMessage,
  nowUs: number,
  isStill: boolean,
) {
  const span = Math.max(1, arriveUs - sentUs);
  const untilUs = Math.min(nowUs, heldUs ?? diesUs ?? Number.POSITIVE_INFINITY);
  const part = Math.min(1, Math.max(0, (untilUs - sentUs) / span));
  return isStill ? Math.round(part * 2) / 2 : part;
}

export const isDead = ({ diesUs }: RingMessage, nowUs: number): boolean =>
  diesUs !== null && diesUs <= nowUs;
