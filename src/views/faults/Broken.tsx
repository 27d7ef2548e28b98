/** What is broken now, as chips: a press mends it. */

import type { EnsembleState } from '../../lab/model.ts';
import { useEnsemble, useRun } from '../LabContext.ts';
import { linkChips, processChips } from './chips.ts';

const processesOf = (state: EnsembleState) => state.servers;
const clientsOf = (state: EnsembleState) => state.clients;
const linksOf = (state: EnsembleState) => state.links;

export function Broken() {
  const servers = useEnsemble(processesOf);
  const clients = useEnsemble(clientsOf);
  const links = useEnsemble(linksOf);
  const run = useRun();
  const ofProcesses = processChips([...Object.values(servers), ...Object.values(clients)]);
  const ofLinks = linkChips(Object.values(links));
  const chips = [...ofProcesses, ...ofLinks];
  if (chips.length === 0) return <p className="muted faults-none">Nothing is broken.</p>;
  return (
    <fieldset>
      <legend>Broken now (press to mend)</legend>
      <div className="faults-row">
        {chips.map(({ text, line }) => (
          <button
            key={line}
            type="button"
            className="button faults-chip"
            title={line}
            onClick={() => run(line)}
          >
            {text} <span aria-hidden="true">×</span>
          </button>
        ))}
        {ofLinks.length > 1 && (
          <button type="button" className="button" title="heal" onClick={() => run('heal')}>
            Heal all links
          </button>
        )}
      </div>
    </fieldset>
  );
}
