/** One server: shape = role, fill = epoch, dots inside = the votes it has heard. */

import { memo } from 'react';
import type { Ballot, ServerView } from '../../lab/model.ts';
import { counterOf, epochOf, type Zxid } from '../../protocol/zxid.ts';
import { describeServer, roleWord } from './describe.ts';
import { hexagonPoints, type Point } from './geometry.ts';

export interface ServerNodeProps {
  readonly server: ServerView;
  readonly at: Point;
  readonly radius: number;
  /** Places of the voters, for the bearings of the vote dots. */
  readonly bearings: ReadonlyMap<number, Point>;
  readonly isSelected: boolean;
  /** Carries the one pulsing hint of the first minute. */
  readonly isHinted: boolean;
  /** Where it will be when the network is split; null while nobody chooses that. */
  readonly side: 'A' | 'B' | null;
  readonly tabIndex: number;
  readonly onChoose: (id: string) => void;
}

export const ServerNode = memo(function ServerNode(props: ServerNodeProps) {
  const { server, at, radius, isSelected, isHinted, side, tabIndex, onChoose } = props;
  const isUp = server.process === 'up' || server.process === 'paused';
  const className = [
    'server',
    `server-${server.process}`,
    `server-${server.state.toLowerCase()}`,
    server.established ? 'server-established' : '',
    isSelected ? 'is-selected' : '',
    isHinted ? 'is-hinted' : '',
  ].join(' ');
  return (
    <g transform={`translate(${at.x.toFixed(1)} ${at.y.toFixed(1)})`}>
      {/* Beside the button, whose own box must not pulse. */}
      {isHinted && <circle className="server-pulse" r={radius + 6} />}
      <g
        className={className}
        data-server={server.id}
        role="button"
        tabIndex={tabIndex}
        aria-label={side === null ? describeServer(server) : `Server ${server.id}, side ${side}`}
        aria-pressed={side === null ? isSelected : side === 'B'}
        onClick={() => onChoose(server.id)}
      >
        <circle className="server-hit" r={Math.max(22, radius + 6)} />
        <Body server={server} radius={radius} />
        <text className="server-name" y={server.state === 'LOOKING' && isUp ? 4 : 5}>
          {server.id}
        </text>
        {server.process === 'down' && <Cross radius={radius} />}
        {server.process === 'paused' && <Bars radius={radius} />}
      </g>
      {/* What the button's name says in words. */}
      <g className="server-notes" aria-hidden="true">
        {isUp && server.state === 'LOOKING' && (
          <Votes server={server} at={at} radius={radius} bearings={props.bearings} />
        )}
        <Labels server={server} radius={radius} />
        {side !== null && <Side side={side} radius={radius} />}
      </g>
    </g>
  );
});

function Body({ server, radius }: { server: ServerView; radius: number }) {
  const fill = isRunning(server) ? `var(--epoch-${server.currentEpoch % 4})` : 'var(--panel)';
  const style = { fill: server.currentEpoch === 0 ? 'var(--panel)' : fill };
  if (isRunning(server) && server.state === 'LEADING') {
    return <polygon className="server-body" points={hexagonPoints(radius * 1.15)} style={style} />;
  }
  if (server.observer) {
    const side = radius * 1.7;
    return (
      <rect
        className="server-body"
        x={-side / 2}
        y={-side / 2}
        width={side}
        height={side}
        rx={5}
        style={style}
      />
    );
  }
  return <circle className="server-body" r={radius} style={style} />;
}

const isRunning = (server: ServerView) => server.process === 'up' || server.process === 'paused';

interface VotesProps {
  readonly server: ServerView;
  readonly at: Point;
  readonly radius: number;
  readonly bearings: ReadonlyMap<number, Point>;
}

/** A dot at the bearing of each voter heard from: filled for this server, hollow for another. */
function Votes({ server, at, radius, bearings }: VotesProps) {
  return (
    <g className="votes">
      {Object.entries(server.ballots).map(([from, ballot]) => {
        const place = dotPlace(Number(from), server, at, radius, bearings);
        return (
          <g key={from} transform={`translate(${place.x.toFixed(1)} ${place.y.toFixed(1)})`}>
            <circle r={6.5} className={isFor(ballot, server) ? 'vote vote-mine' : 'vote'} />
            <text className={isFor(ballot, server) ? 'vote-id vote-id-mine' : 'vote-id'} y={3}>
              {ballot.leader}
            </text>
          </g>
        );
      })}
    </g>
  );
}

const isFor = (ballot: Ballot, server: ServerView) => ballot.leader === server.sid;

function dotPlace(
  from: number,
  server: ServerView,
  at: Point,
  radius: number,
  bearings: ReadonlyMap<number, Point>,
): Point {
  const other = bearings.get(from);
  const reach = radius - 6;
  if (from === server.sid || other === undefined) return { x: 0, y: -radius - 1 };
  const angle = Math.atan2(other.y - at.y, other.x - at.x);
  return { x: reach * Math.cos(angle), y: reach * Math.sin(angle) };
}

/** A badge at the edge of the node. */
function Side({ side, radius }: { side: 'A' | 'B'; radius: number }) {
  const away = radius * 0.8;
  return (
    <g className={`server-side server-side-${side}`} transform={`translate(${away} ${-away})`}>
      <circle r={9} />
      <text y={4}>{side}</text>
    </g>
  );
}

function Cross({ radius }: { radius: number }) {
  const reach = radius * 0.55;
  return (
    <path
      className="server-mark"
      d={`M${-reach} ${-reach}L${reach} ${reach}M${reach} ${-reach}L${-reach} ${reach}`}
    />
  );
}

function Bars({ radius }: { radius: number }) {
  const half = radius * 0.45;
  return <path className="server-mark" d={`M-5 ${-half}V${half}M5 ${-half}V${half}`} />;
}

function Labels({ server, radius }: { server: ServerView; radius: number }) {
  const zxid = server.lastApplied as Zxid;
  return (
    <g className="server-labels">
      <text className="server-role" y={radius + 17}>
        {roleWord(server)}
      </text>
      <text className="server-zxid" y={radius + 30}>
        {server.currentEpoch === 0 && server.lastApplied === 0
          ? 'empty'
          : `epoch ${server.currentEpoch} · ${epochOf(zxid)}-${counterOf(zxid)}`}
      </text>
    </g>
  );
}
