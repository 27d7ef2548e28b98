/** Whose tree is shown, and how far that server is behind. */

import type { Choices, ViewAs } from '../../lab/choices.ts';
import { plural, shortZxid } from '../../lab/format.ts';
import type { EnsembleState } from '../../lab/model.ts';
import { useEnsemble, useHandles, useRun } from '../LabContext.ts';
import { cursorOf } from './useTreeRows.ts';

const serverIdsOf = (state: EnsembleState) => Object.keys(state.servers).join(' ');

export function ViewAsBar({ viewAs }: { viewAs: ViewAs }) {
  const { choices } = useHandles();
  const run = useRun();
  const ids = useEnsemble(serverIdsOf).split(' ');
  const standing = useEnsemble((state) => describeStanding(state, viewAs));
  return (
    <div className="tree-bar">
      <label>
        <span className="muted">View as</span>
        <select
          className="field"
          value={viewAs}
          onChange={(event) => choices.setState(viewAsChoice(event.target.value))}
        >
          <option value="committed">committed</option>
          {ids.map((id) => (
            <option key={id} value={id}>
              {id} sees
            </option>
          ))}
        </select>
      </label>
      <span className="tree-standing muted" title={standing}>
        {standing}
      </span>
      <button
        type="button"
        className="button tree-files"
        onClick={() => run('files')}
        title="Look into ZooKeeper's snapshots and logs, or drop them anywhere on the page"
      >
        Files
      </button>
    </div>
  );
}

const viewAsChoice = (viewAs: string): Pick<Choices, 'viewAs'> => ({ viewAs });

function describeStanding(state: EnsembleState, viewAs: ViewAs): string {
  const zxid = cursorOf(state, viewAs);
  if (viewAs === 'committed') return zxid === 0 ? '' : `at ${shortZxid(zxid)}`;
  let behind = 0;
  for (const txn of state.txns.values()) if (txn.committed && txn.zxid > zxid) behind += 1;
  const where = `at ${shortZxid(zxid)}`;
  return behind === 0
    ? `${where}, up to date`
    : `${where}, ${plural(behind, 'transaction')} behind`;
}
