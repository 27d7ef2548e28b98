/**
 * Sites, their votes and what they know of the outcome; and whether somebody is there to decide.
 */

import type { SiteView, TwoPhaseView } from '../../lab/recipes/ballot.ts';
import { ExpiryBar } from '../clients/ExpiryBar.tsx';
import { DataTable } from '../DataTable.tsx';
import { ObjectButton, ParticipantButton } from '../inspector/ObjectButton.tsx';
import { ConditionMark, Differs, OwnerName } from './parts.tsx';

const GLYPHS = { commit: '✓ commit', abort: '✕ abort' } as const;

export function TwoPhaseTable({ view, path }: { view: TwoPhaseView; path: string }) {
  const { verdict, coordinator, coordinatorStep, sites } = view;
  return (
    <>
      <p className="value-now">
        <span className={`verdict${verdict === null ? '' : ` verdict-${verdict}`}`}>
          {verdict === null ? 'not decided' : GLYPHS[verdict]}
        </span>
        {coordinator === null ? (
          <span className="muted">no coordinator</span>
        ) : (
          <>
            <span className="muted">coordinator</span> <OwnerName owner={coordinator} />
            <ConditionMark condition={coordinator.condition} />
            <span className="muted">{coordinatorStep}</span>
            {coordinator.condition !== 'up' && (
              <ExpiryBar sessionId={coordinator.sessionId} hasText />
            )}
          </>
        )}
      </p>
      <DataTable label={`Sites of ${path}`} heads={['site', 'vote', 'outcome, as it knows it']}>
        {sites.map((site) => (
          <SiteRow key={site.site} site={site} />
        ))}
      </DataTable>
    </>
  );
}

function SiteRow({
  site: { site, path, client, condition, vote, outcome, differs },
}: {
  site: SiteView;
}) {
  return (
    <tr>
      <th scope="row">
        <ObjectButton selection={{ type: 'znode', path }} title={path}>
          {site}
        </ObjectButton>
        {client !== null && client !== site && (
          <span className="muted">
            {' '}
            by <ParticipantButton id={client} />
          </span>
        )}
        {condition !== null && <ConditionMark condition={condition} />}
      </th>
      <td className="recipe-vote">
        {vote === null ? <span className="muted">none yet</span> : GLYPHS[vote]}
      </td>
      <td>
        {outcome === null ? <span className="muted">–</span> : GLYPHS[outcome]}
        <Differs>{differs}</Differs>
      </td>
    </tr>
  );
}
