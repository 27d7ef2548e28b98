/**
 * While servers are chosen for a fault: what is asked for, the line that comes of it, and the way
 * out.
 */

import { type Aim, LINK_FAULTS, splitLine } from '../../lab/aim.ts';
import type { EnsembleState } from '../../lab/model.ts';
import { useEnsemble, useHandles } from '../LabContext.ts';
import { serverIds } from './describe.ts';
import { cutSides } from './takeAim.ts';

const serversKeyOf = (state: EnsembleState) => serverIds(state).join(' ');

export function AimBar({ aim }: { aim: Aim }) {
  const handles = useHandles();
  const servers = useEnsemble(serversKeyOf).split(' ');
  const line = aim.type === 'split' ? splitLine(servers, aim.others) : null;
  const question =
    aim.type === 'split'
      ? 'Split the network: choose the servers of one side'
      : LINK_FAULTS[aim.fault].question(aim.from);
  return (
    <div className="aim-bar">
      <p role="status">{line === null ? question : <code>{line}</code>}</p>
      {aim.type === 'split' && (
        <button
          type="button"
          className="button"
          disabled={line === null}
          onClick={() => cutSides(handles)}
        >
          Cut
        </button>
      )}
      <button
        type="button"
        className="button"
        title="Esc"
        onClick={() => handles.choices.setState({ aim: null })}
      >
        Cancel
      </button>
    </div>
  );
}
