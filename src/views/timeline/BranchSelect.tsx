/** The runs that went another way; not there while there is only one. */

import { useStore } from 'zustand';
import { formatClock, plural } from '../../lab/format.ts';
import type { Run } from '../../lab/run/Run.ts';
import type { TimeState } from '../../lab/run/TimeMachine.ts';
import { useHandles, useRun } from '../LabContext.ts';

const branchOf = ({ branch }: TimeState) => branch;
const keptOf = ({ kept }: TimeState) => kept;

export function BranchSelect() {
  const { lab } = useHandles();
  const run = useRun();
  const branch = useStore(lab.time.store, branchOf);
  const kept = useStore(lab.time.store, keptOf);
  if (kept.length === 0) return null;
  return (
    <label className="timeline-branch" title="What went another way is kept">
      <span>Branch</span>
      <select
        className="field"
        value={branch}
        onChange={(event) => run(`branch ${event.target.value}`)}
      >
        <option value={branch}>{branch}</option>
        {kept.map((one) => (
          <option key={one.name} value={one.name}>
            {`${one.name} · ${describe(one.run)}`}
          </option>
        ))}
      </select>
    </label>
  );
}

const describe = ({ config, actions, endUs }: Run): string => {
  const servers = plural(config.participants + config.observers, 'server');
  return `${servers}, ${plural(actions.length, 'action')}, up to ${formatClock(endUs)}`;
};
