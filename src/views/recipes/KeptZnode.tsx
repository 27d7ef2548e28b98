/** A znode that is kept in being, and the clients that see to it. */

import type { KeptView } from '../../lab/recipes/kept.ts';
import { ExpiryBar } from '../clients/ExpiryBar.tsx';
import { ParticipantButton, PathButton, ZxidButton } from '../inspector/ObjectButton.tsx';
import { CARDS_MAX, Card, More, OwnerName } from './parts.tsx';

export function KeptZnode({ view, path }: { view: KeptView; path: string }) {
  const { znode, keepers } = view;
  const shown = keepers.slice(0, CARDS_MAX);
  return (
    <>
      <ol className="seats" aria-label="Znode">
        {znode === null ? (
          <Card name={path} word="gone" isFree />
        ) : (
          <Card
            name={<PathButton path={path} />}
            word="there"
            condition={znode.owner?.condition ?? 'up'}
            isLit={znode.owner?.condition !== 'gone'}
          >
            {znode.text !== '' && <span className="mono seat-text">{znode.text}</span>}
            <span className="muted">
              made in <ZxidButton zxid={znode.czxid} />
            </span>
            {znode.owner === null ? (
              <span className="muted">stays whoever dies</span>
            ) : (
              <>
                <span className="muted">
                  session of <OwnerName owner={znode.owner} />
                </span>
                <ExpiryBar sessionId={znode.owner.sessionId} hasText />
              </>
            )}
          </Card>
        )}
      </ol>
      {shown.length > 0 && (
        <>
          <h3 className="recipe-part muted">Kept by</h3>
          <ul className="seats" aria-label="Keepers">
            {shown.map(({ client, condition, step, believes, differs }) => (
              <Card
                key={client}
                name={<ParticipantButton id={client} />}
                word={believes ? 'keeps it' : 'stands by'}
                condition={condition}
                differs={differs}
              >
                <span className="muted">{step}</span>
              </Card>
            ))}
          </ul>
        </>
      )}
      <More count={keepers.length - shown.length} what="of them" />
    </>
  );
}
