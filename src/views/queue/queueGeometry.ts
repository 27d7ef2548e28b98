/**
 * Where the tickets of a queue stand, and the arrows from each to the one that it watches. Data
 * in, pixels out.
 */

import type { LockQueue, Ticket } from '../../lab/queues.ts';

export const TICKET_WIDTH = 124;
export const TICKET_GAP = 28;
/** Room above the tickets for arrows that pass over others. */
const ARC_HEIGHT = 26;
/** Height at which an arrow between neighbours runs, below the top of the tickets. */
const MIDDLE = 30;

export interface Arrow {
  readonly from: string;
  readonly to: string;
  /** Passes over one ticket or more. */
  readonly isArc: boolean;
  /** From the top of the tickets, which is 0. */
  readonly path: string;
}

/** Room that the arrows need above the tickets. */
export const roomAbove = (arrows: readonly Arrow[]): number =>
  arrows.some(({ isArc }) => isArc) ? ARC_HEIGHT : 0;

export const queueWidth = (count: number): number =>
  count * TICKET_WIDTH + Math.max(0, count - 1) * TICKET_GAP;

const leftOf = (index: number): number => index * (TICKET_WIDTH + TICKET_GAP);

/** One arrow per ticket that watches another of the queue. */
export function watchArrows(tickets: readonly Ticket[]): readonly Arrow[] {
  const indexes = new Map(tickets.map((ticket, index) => [ticket.path, index]));
  const arrows: Arrow[] = [];
  for (const [index, ticket] of tickets.entries()) {
    const target = ticket.watches === null ? undefined : indexes.get(ticket.watches);
    if (ticket.watches === null || target === undefined || target === index) continue;
    const isArc = index - target !== 1;
    const path = isArc ? arcPath(index, target) : straightPath(index);
    arrows.push({ from: ticket.path, to: ticket.watches, isArc, path });
  }
  return arrows;
}

const straightPath = (from: number): string =>
  `M${leftOf(from) - 2} ${MIDDLE}H${leftOf(from) - TICKET_GAP + 3}`;

function arcPath(from: number, to: number): string {
  const start = leftOf(from) + TICKET_WIDTH / 2;
  const end = leftOf(to) + TICKET_WIDTH / 2;
  const top = 3 - ARC_HEIGHT;
  return `M${start} -1C${start} ${top} ${end} ${top} ${end} -3`;
}

/** The newest queue: the one that the youngest ticket stands in. Null when there is none. */
export function newestQueue(queues: readonly LockQueue[]): LockQueue | null {
  const newest = (queue: LockQueue): number =>
    Math.max(0, ...queue.tickets.map((ticket) => ticket.fence));
  let best: LockQueue | null = null;
  for (const queue of queues) {
    if (best === null || newest(queue) > newest(best)) best = queue;
  }
  return best;
}

/** Where what a client believes and what the service knows differ; '' where they do not. */
export function ticketDisagreement({ holds, believes }: Ticket): string {
  if (holds && !believes) return 'does not know yet';
  if (!holds && believes) return 'still believes that it holds';
  return '';
}
