/** Who takes this lock together with others, and how far it has got. */

import type { MultiLockView } from '../../lab/recipes/multiLocks.ts';
import { ParticipantButton, PathButton } from '../inspector/ObjectButton.tsx';
import { CARDS_MAX, More } from '../recipes/parts.tsx';

const WORDS = { holds: 'held', waits: 'waits', later: 'not asked for yet' } as const;

export function MultiLocks({ multiLocks }: { multiLocks: readonly MultiLockView[] }) {
  if (multiLocks.length === 0) return null;
  const shown = multiLocks.slice(0, CARDS_MAX);
  return (
    <>
      <h3 className="recipe-part muted">All or none</h3>
      <ul className="recipe-row" aria-label="Locks taken together">
        {shown.map(({ client, locks }) => (
          <li key={`${client} ${locks.map(({ path }) => path).join(' ')}`}>
            <ParticipantButton id={client} />:{' '}
            {locks.map(({ path, state }, index) => (
              <span key={path}>
                {index > 0 && ', '}
                <PathButton path={path} /> <span className="muted">{WORDS[state]}</span>
              </span>
            ))}
          </li>
        ))}
      </ul>
      <More count={multiLocks.length - shown.length} what="of them" />
    </>
  );
}
