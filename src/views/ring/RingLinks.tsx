/**
 * What stands still between nodes: links and their faults, sessions' lines, and the quorum's ring.
 */

import { memo } from 'react';
import type { ClientView, LinkView } from '../../lab/model.ts';
import { type QuorumView, troubleOf } from './describe.ts';
import {
  along,
  ellipseArc,
  type Lane,
  laneBetween,
  type RingLayout,
  type RingMembers,
} from './geometry.ts';

/** Between the parts of a ring that is not closed, in turns. */
const GAP = 0.012;

export function QuorumRing({ layout, quorum }: { layout: RingLayout; quorum: QuorumView }) {
  const count = quorum.voters.length;
  return (
    <g className={quorum.hasQuorum ? 'quorum quorum-closed' : 'quorum'} aria-hidden="true">
      {quorum.voters.map((sid, index) => {
        const isMember = quorum.members.includes(sid);
        const gap = quorum.hasQuorum && isMember ? 0 : GAP;
        const start = (index - 0.5) / count + gap;
        const end = (index + 0.5) / count - gap;
        return (
          <path
            key={sid}
            className={isMember ? 'quorum-part quorum-member' : 'quorum-part'}
            d={ellipseArc(layout, 0, start, end)}
          />
        );
      })}
    </g>
  );
}

export function SessionLines({
  layout,
  clients,
}: {
  layout: RingLayout;
  clients: readonly ClientView[];
}) {
  return (
    <g aria-hidden="true">
      {clients.map((client) => {
        const lane =
          client.server === null ? null : laneBetween(layout, client.id, client.server, 0);
        if (lane === null) return null;
        return <path key={client.id} className="session-line" d={pathOf(lane)} />;
      })}
    </g>
  );
}

export const MeshLines = memo(function MeshLines({
  layout,
  members,
}: {
  layout: RingLayout;
  members: RingMembers;
}) {
  const servers = [...members.participants, ...members.observers];
  const paths: string[] = [];
  servers.forEach((from, index) => {
    for (const to of servers.slice(index + 1)) {
      const lane = laneBetween(layout, from, to, 0);
      if (lane !== null) paths.push(pathOf(lane));
    }
  });
  return <path className="mesh" d={paths.join('')} aria-hidden="true" />;
});

export interface LinkFaultsProps {
  readonly layout: RingLayout;
  readonly links: readonly LinkView[];
  readonly onChoose: (link: LinkView) => void;
}

/**
 * A red bar across a cut lane; a label on a slow or lossy one. A click chooses the link; for the
 * keyboard and for fingers there are the chips among the faults.
 */
export function LinkFaults({ layout, links, onChoose }: LinkFaultsProps) {
  return (
    <g>
      {links.map((link) => {
        const lane = laneBetween(layout, link.from, link.to, 7);
        if (lane === null) return null;
        return (
          <g
            key={`${link.from}>${link.to}`}
            className="link-fault"
            role="button"
            tabIndex={-1}
            aria-label={describeLink(link)}
            onClick={() => onChoose(link)}
          >
            <title>{describeLink(link)}</title>
            <path className={link.cut ? 'link-cut' : 'link-slow'} d={pathOf(lane)} />
            {link.cut ? <Wall lane={lane} /> : <LinkLabel lane={lane} link={link} />}
          </g>
        );
      })}
    </g>
  );
}

function Wall({ lane }: { lane: Lane }) {
  const { x, y } = along(lane, 0.5);
  const angle = (Math.atan2(lane.to.y - lane.from.y, lane.to.x - lane.from.x) * 180) / Math.PI;
  return (
    <g transform={`translate(${x.toFixed(1)} ${y.toFixed(1)}) rotate(${angle.toFixed(1)})`}>
      <path className="link-wall" d="M0 -7V7" />
      <path className="link-way" d="M-9 -4L-4 0L-9 4" />
    </g>
  );
}

/** On the outer side of its lane, where the other direction's is not. */
function LinkLabel({ lane, link }: { lane: Lane; link: LinkView }) {
  const { x, y } = along(lane, 0.5);
  const length = Math.hypot(lane.to.x - lane.from.x, lane.to.y - lane.from.y);
  const outX = -(lane.to.y - lane.from.y) / length;
  const outY = (lane.to.x - lane.from.x) / length;
  const anchor = Math.abs(outX) < 0.3 ? 'middle' : outX > 0 ? 'start' : 'end';
  return (
    <text
      className="link-label"
      x={x + 5 * outX}
      y={y + 4 + 9 * outY}
      style={{ textAnchor: anchor }}
    >
      {troubleOf(link)}
    </text>
  );
}

const describeLink = (link: LinkView): string =>
  `Link from ${link.from} to ${link.to}: ${troubleOf(link)}`;

const pathOf = ({ from, to }: Lane): string =>
  `M${from.x.toFixed(1)} ${from.y.toFixed(1)}L${to.x.toFixed(1)} ${to.y.toFixed(1)}`;
