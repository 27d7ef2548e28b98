/** What can be done to the chosen server or client, beside it. Every item is a console line. */

import { cutOffLine } from '../../lab/console/cutOffLine.ts';
import type { EnsembleState, ProcessState } from '../../lab/model.ts';
import { isServerId, type ParticipantId } from '../../network/address.ts';
import { useEnsemble, useRun } from '../LabContext.ts';
import type { RingLayout, RingSize } from './geometry.ts';

export interface NodeMenuProps {
  readonly id: ParticipantId;
  readonly layout: RingLayout;
  readonly size: RingSize;
}

interface Item {
  readonly text: string;
  readonly line: string;
}

const MENU_WIDTH = 124;

const serversOf = (state: EnsembleState) => state.servers;

export function NodeMenu({ id, layout, size }: NodeMenuProps) {
  const process = useEnsemble((state: EnsembleState) => processOf(state, id));
  const servers = useEnsemble(serversOf);
  const run = useRun();
  const at = layout.places.get(id);
  if (at === undefined || process === undefined) return null;
  const items = isServerId(id) ? serverItems(id, process, servers) : clientItems(id, process);
  const isRight = at.x + layout.serverRadius + 14 + MENU_WIDTH < size.width;
  const left = isRight
    ? at.x + layout.serverRadius + 14
    : at.x - layout.serverRadius - 14 - MENU_WIDTH;
  const height = items.length * 30 + 8;
  const top = Math.min(Math.max(4, at.y - height / 2), Math.max(4, size.height - height - 4));
  return (
    <div
      className="node-menu"
      style={{ left, top, width: MENU_WIDTH }}
      role="group"
      aria-label={id}
    >
      {items.map(({ text, line }) => (
        <button key={line} type="button" title={line} onClick={() => run(line)}>
          {text}
        </button>
      ))}
    </div>
  );
}

const processOf = (state: EnsembleState, id: ParticipantId): ProcessState | undefined =>
  (state.servers[id] ?? state.clients[id])?.process;

function serverItems(
  id: ParticipantId,
  process: ProcessState,
  servers: EnsembleState['servers'],
): readonly Item[] {
  if (process === 'up' || process === 'paused') {
    return [
      { text: 'Kill', line: `kill ${id}` },
      process === 'up'
        ? { text: 'Pause', line: `pause ${id}` }
        : { text: 'Resume', line: `resume ${id}` },
      { text: 'Cut power', line: `powercut ${id}` },
      { text: 'Cut off', line: cutOffLine(servers, id) },
    ];
  }
  return [
    { text: 'Restart', line: `restart ${id}` },
    { text: 'Wipe disk', line: `wipe ${id}` },
  ];
}

function clientItems(id: ParticipantId, process: ProcessState): readonly Item[] {
  return [
    { text: 'Use in console', line: `use ${id}` },
    process === 'paused'
      ? { text: 'Resume', line: `resume ${id}` }
      : { text: 'Pause', line: `pause ${id}` },
    { text: 'Expire session', line: `expire ${id}` },
    { text: 'Kill', line: `kill ${id}` },
  ];
}
