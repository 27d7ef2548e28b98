/**
 * Where the tickets of a queue stand, and the arrows from each to the one that it watches. Data
 * in, pixels out.
 */

import type { Ticket } from '../../lab/queues.ts';

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

/** Tickets that are drawn; the others are counted. */
export const TICKETS_MAX = 24;

/** The first ones, and all where belief and knowledge differ. */
export const shownTickets = (tickets: readonly Ticket[]): readonly Ticket[] =>
  tickets.filter((ticket, index) => index < TICKETS_MAX || ticketDisagreement(ticket) !== '');

/** Where what a client believes and what the service knows differ; '' where they do not. */
export function ticketDisagreement({ holds, believes }: Ticket): string {
  if (holds && !believes) return 'does not know yet';
  if (!holds && believes) return 'still believes that it holds';
  return '';
}
