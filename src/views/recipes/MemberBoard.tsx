/**
 * Who is in a group; for who is dead, how long the others will not notice; and whom each of them
 * sees.
 */

import type { Looker, MembersView } from '../../lab/recipes/board.ts';
import { ExpiryBar } from '../clients/ExpiryBar.tsx';
import { DataTable } from '../DataTable.tsx';
import { ObjectButton, ParticipantButton } from '../inspector/ObjectButton.tsx';
import { CARDS_MAX, Card, ConditionMark, Differs, More, OwnerName } from './parts.tsx';
import { lookerDiffers } from './words.ts';

export function MemberBoard({ view }: { view: MembersView }) {
  const shown = view.members.slice(0, CARDS_MAX);
  return (
    <>
      <ul className="seats" aria-label="Members">
        {shown.map(({ id, path, payload, owner, differs }) => (
          <Card
            key={path}
            name={
              <ObjectButton selection={{ type: 'znode', path }} title={path}>
                {id}
              </ObjectButton>
            }
            condition={owner?.condition ?? 'up'}
            isLit={owner === null || owner.condition === 'up'}
            differs={differs}
          >
            {payload !== '' && <span className="mono seat-text">{payload}</span>}
            {owner === null ? (
              <span className="muted">stays whoever dies</span>
            ) : (
              <>
                <span className="muted">
                  session of <OwnerName owner={owner} />
                </span>
                <ExpiryBar sessionId={owner.sessionId} hasText />
              </>
            )}
          </Card>
        ))}
      </ul>
      <More count={view.members.length - shown.length} what="of them" />
      {view.strays.map(({ client, id }) => (
        <p key={`${client} ${id}`} className="recipe-differs">
          {client} believes that it is in as {id}; the service has no such member.
        </p>
      ))}
      <Lookers lookers={view.lookers} />
    </>
  );
}

function Lookers({ lookers }: { lookers: readonly Looker[] }) {
  const shown = lookers.slice(0, CARDS_MAX);
  if (shown.length === 0) return null;
  return (
    <>
      <DataTable label="Who sees whom" heads={['client', 'sees', 'beside the service']}>
        {shown.map((looker) => (
          <tr key={looker.client}>
            <th scope="row">
              <ParticipantButton id={looker.client} />
              <ConditionMark condition={looker.condition} />
            </th>
            <td>{looker.count}</td>
            <td>
              {lookerDiffers(looker) === '' ? (
                <span className="muted">the same</span>
              ) : (
                <Differs>{lookerDiffers(looker)}</Differs>
              )}
            </td>
          </tr>
        ))}
      </DataTable>
      <More count={lookers.length - shown.length} what="who look" />
    </>
  );
}
