/** The name of a thing, as a button that selects it. */

import type { ReactNode } from 'react';
import type { Selection } from '../../lab/choices.ts';
import { hexZxid, shortZxid } from '../../lab/format.ts';
import { isServerId, type ParticipantId } from '../../network/address.ts';
import { useHandles } from '../LabContext.ts';
import './objectButton.css';

export interface ObjectButtonProps {
  readonly selection: Selection;
  readonly title?: string;
  readonly children: ReactNode;
}

export function ObjectButton({ selection, title, children }: ObjectButtonProps) {
  const { choices } = useHandles();
  return (
    <button
      type="button"
      className="object"
      title={title}
      onClick={() => choices.setState({ selection })}
    >
      {children}
    </button>
  );
}

export const participant = (id: ParticipantId): Selection => ({
  type: isServerId(id) ? 'server' : 'client',
  id,
});

export const ParticipantButton = ({ id }: { id: ParticipantId }) => (
  <ObjectButton selection={participant(id)}>{id}</ObjectButton>
);

/** Several, or a dash for nobody. */
export function ParticipantButtons({ ids }: { ids: readonly ParticipantId[] }) {
  if (ids.length === 0) return <span className="muted">–</span>;
  return (
    <span className="objects">
      {ids.map((id) => (
        <ParticipantButton key={id} id={id} />
      ))}
    </span>
  );
}

export const PathButton = ({ path }: { path: string }) => (
  <ObjectButton selection={{ type: 'znode', path }} title={path}>
    {path}
  </ObjectButton>
);

/** '3-18' with ZooKeeper's hex as its title. 0 is no txn. */
export function ZxidButton({ zxid }: { zxid: number }) {
  if (zxid <= 0) return <span className="muted">0</span>;
  return (
    <ObjectButton selection={{ type: 'txn', zxid }} title={hexZxid(zxid)}>
      {shortZxid(zxid)}
    </ObjectButton>
  );
}
