/** The tickets of a queue from the holder on, and arrows for what each of them watches. */

import { useId } from 'react';
import { hexZxid, plural, shortZxid } from '../../lab/format.ts';
import type { LockQueue, Ticket } from '../../lab/queues.ts';
import { splitSequence } from '../../lab/tree/treeRows.ts';
import { ObjectButton, ParticipantButton } from '../inspector/ObjectButton.tsx';
import { SCROLLABLE } from '../scrollable.ts';
import {
  type Arrow,
  queueWidth,
  roomAbove,
  shownTickets,
  TICKET_GAP,
  TICKET_WIDTH,
  ticketDisagreement,
  watchArrows,
} from './queueGeometry.ts';

export function Tickets({ queue }: { queue: LockQueue }) {
  const { kind, path } = queue;
  if (queue.tickets.length === 0) return null;
  const tickets = shownTickets(queue.tickets);
  const more = queue.tickets.length - tickets.length;
  const width = queueWidth(tickets.length);
  const arrows = watchArrows(tickets);
  return (
    <>
      <section className="queue-scroll" {...SCROLLABLE} aria-label={`Queue at ${path}`}>
        <div className="queue-lane" style={{ width, marginTop: roomAbove(arrows) }}>
          <Arrows arrows={arrows} width={width} />
          <ol className="queue-tickets" style={{ gap: TICKET_GAP }}>
            {tickets.map((ticket) => (
              <TicketCard key={ticket.path} ticket={ticket} kind={kind} />
            ))}
          </ol>
        </div>
      </section>
      {more > 0 && <p className="queue-more muted">and {plural(more, 'more ticket')}</p>}
    </>
  );
}

function Arrows({ arrows, width }: { arrows: readonly Arrow[]; width: number }) {
  const id = useId();
  return (
    <svg className="queue-arrows" width={width} height={60} aria-hidden="true">
      <defs>
        <marker
          id={id}
          viewBox="0 0 6 6"
          refX="5"
          refY="3"
          markerWidth="6"
          markerHeight="6"
          orient="auto"
        >
          <path className="queue-arrow-head" d="M0 0L6 3L0 6z" />
        </marker>
      </defs>
      {arrows.map(({ from, path }) => (
        <path key={from} d={path} markerEnd={`url(#${id})`} />
      ))}
    </svg>
  );
}

interface TicketCardProps {
  readonly ticket: Ticket;
  readonly kind: LockQueue['kind'];
}

function TicketCard({ ticket, kind }: TicketCardProps) {
  const { client, holds, fence, path, watches, sessionId, isAsked } = ticket;
  const [head, digits] = splitSequence(ticket.znode.replace(/^_c_[0-9a-f-]{36}-/, ''));
  const differs = ticketDisagreement(ticket);
  return (
    <li className={holds ? 'ticket ticket-holds' : 'ticket'} style={{ width: TICKET_WIDTH }}>
      <span className="ticket-client">
        {client === null ? (
          <span title={sessionId}>gone client</span>
        ) : (
          <ParticipantButton id={client} />
        )}
        <span className="ticket-role">{roleText(holds, kind)}</span>
      </span>
      <span className="ticket-name mono">
        <ObjectButton selection={{ type: 'znode', path }} title={path}>
          {head}
          <b>{digits}</b>
        </ObjectButton>
      </span>
      <span className="muted">
        {holds ? (
          <span title={`Fencing number: the zxid ${hexZxid(fence)} that created the ticket`}>
            fence {shortZxid(fence)}
          </span>
        ) : (
          watchText(watches)
        )}
      </span>
      {isAsked && <span className="ticket-asked">asked to give it back</span>}
      {differs !== '' && <span className="ticket-differs">{differs}</span>}
    </li>
  );
}

function roleText(holds: boolean, kind: LockQueue['kind']): string {
  if (!holds) return 'waits';
  return kind === 'lock' ? 'holds' : 'leads';
}

const watchText = (watches: string | null): string =>
  watches === null ? 'watches nothing yet' : `watches …${watches.slice(-4)}`;
