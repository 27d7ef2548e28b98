/**
 * What kind of znode a row is, who watches it, and whether the server sees it as it is committed.
 */

import { createContext, use } from 'react';
import { formatSeconds } from '../../lab/format.ts';
import type { EnsembleState } from '../../lab/model.ts';
import { formatSessionId } from '../../protocol/sessionId.ts';
import { ephemeralType, ttlOf } from '../../server/tree/EphemeralType.ts';
import { ExpiryBar } from '../clients/ExpiryBar.tsx';
import { useEnsemble } from '../LabContext.ts';
import { describeWatchCount, shortWatchCount, type WatchCount } from './watchCounts.ts';

export function OwnerBadge({ owner }: { owner: bigint }) {
  switch (ephemeralType(owner)) {
    case 'none':
      return null;
    case 'session':
      return <EphemeralBadge sessionId={formatSessionId(owner)} />;
    case 'container':
      return (
        <span className="tree-badge" title="Container: deleted when its last child is gone">
          C
        </span>
      );
    case 'ttl':
      return (
        <span
          className="tree-badge"
          title={`Deleted after ${formatSeconds(ttlOf(owner))} unchanged`}
        >
          T
        </span>
      );
  }
}

/** False around the tree of another run, whose sessions have no clients here. */
export const LiveTree = createContext(true);

export const clientOf = (state: EnsembleState, sessionId: string): string =>
  state.sessions[sessionId]?.client ?? sessionId;

function EphemeralBadge({ sessionId }: { sessionId: string }) {
  const isLive = use(LiveTree);
  const client = useEnsemble((state) => (isLive ? clientOf(state, sessionId) : sessionId));
  return (
    <span
      className="tree-badge tree-badge-owner"
      title={`Ephemeral: lives as long as ${client}'s session`}
    >
      E <b>{client}</b>
      {isLive && <ExpiryBar sessionId={sessionId} />}
    </span>
  );
}

export function WatchBadge({ count }: { count: WatchCount }) {
  return (
    <span className="tree-badge tree-badge-watch" title={describeWatchCount(count)}>
      <svg viewBox="0 0 12 12" width="10" height="10" aria-hidden="true">
        <path d="M6 1a3 3 0 0 0-3 3c0 2.6-1 3.6-1.7 4.3h9.4C10 7.6 9 6.6 9 4a3 3 0 0 0-3-3z" />
        <path d="M4.7 9.3a1.3 1.3 0 0 0 2.6 0z" />
      </svg>
      {shortWatchCount(count)}
    </span>
  );
}

/** The kind in words, for the name of the row. */
export function ownerWords(owner: bigint, client: string): string {
  switch (ephemeralType(owner)) {
    case 'none':
      return '';
    case 'session':
      return `ephemeral of ${client}`;
    case 'container':
      return 'container';
    case 'ttl':
      return `lives ${formatSeconds(ttlOf(owner))} after its last change`;
  }
}
