/** What led to the selected thing, the newest first; looked up when somebody asks. */

import { useMemo, useState } from 'react';
import type { Selection } from '../../lab/choices.ts';
import { formatClock } from '../../lab/format.ts';
import { causesOf } from '../../lab/why/causes.ts';
import { subjectOf } from '../../lab/why/subjectOf.ts';
import { useEnsemble, useHandles } from '../LabContext.ts';
import { useAtMost } from '../useAtMost.ts';
import './why.css';

const LOOK_EVERY_MS = 1_000;
const everyMs = () => LOOK_EVERY_MS;

export function Why({ selection }: { selection: Selection }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details className="why" open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Why?</summary>
      {isOpen && <Causes selection={selection} />}
    </details>
  );
}

function Causes({ selection }: { selection: Selection }) {
  const { lab } = useHandles();
  const eventCount = useAtMost(
    useEnsemble((state) => state.eventCount),
    everyMs,
  );
  const causes = useMemo(() => {
    // Looked up anew as events come.
    const index = eventCount === 0 ? null : subjectOf(lab, selection);
    if (index === null) return [];
    return causesOf(lab.recorder.events, index, lab.ensemble.getState());
  }, [lab, selection, eventCount]);
  if (causes.length === 0) return <p className="muted">What led here is not recorded.</p>;
  return (
    <ol className="why-causes">
      {causes.map(({ atUs, who, text, because }) => (
        <li key={`${atUs} ${who} ${text}`}>
          <time>{formatClock(atUs)}</time>
          <span>
            {text} {because !== null && <span className="muted">Because {because}:</span>}
          </span>
        </li>
      ))}
    </ol>
  );
}
