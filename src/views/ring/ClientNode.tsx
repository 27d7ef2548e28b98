/** One client at the edge of the ring, and the line to the server its session is attached to. */

import { memo } from 'react';
import type { ClientView } from '../../lab/model.ts';
import { describeClient } from './describe.ts';
import type { Point } from './geometry.ts';

export interface ClientNodeProps {
  readonly client: ClientView;
  readonly at: Point;
  readonly radius: number;
  readonly isSelected: boolean;
  readonly tabIndex: number;
  readonly onChoose: (id: string) => void;
}

/** A smaller client has no room for its name; its label and the inspector tell it. */
const NAMED_FROM = 10;

export const ClientNode = memo(function ClientNode(props: ClientNodeProps) {
  const { client, at, radius, isSelected, tabIndex, onChoose } = props;
  const holds = client.beliefs.some((belief) => belief.holds);
  return (
    <g
      className={`client client-${client.state} client-${client.process} ${isSelected ? 'is-selected' : ''}`}
      data-client={client.id}
      transform={`translate(${at.x.toFixed(1)} ${at.y.toFixed(1)})`}
      role="button"
      tabIndex={tabIndex}
      aria-label={describeClient(client)}
      aria-pressed={isSelected}
      onClick={() => onChoose(client.id)}
    >
      <circle className="server-hit" r={22} />
      <circle className="client-body" r={radius} />
      {holds && <circle className="client-holds" r={radius + 3.5} />}
      {radius >= NAMED_FROM && (
        <text className="client-name" y={3.5}>
          {client.id}
        </text>
      )}
    </g>
  );
});
