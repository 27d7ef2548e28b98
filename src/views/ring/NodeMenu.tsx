/** What can be done to the chosen server or client, beside it. Every deed is a console line. */

import { LINK_FAULTS, type LinkFault } from '../../lab/aim.ts';
import { clientDeeds, isRunning, serverDeeds } from '../../lab/console/deeds.ts';
import type { EnsembleState } from '../../lab/model.ts';
import type { ParticipantId } from '../../network/address.ts';
import { useEnsemble, useHandles, useRun } from '../LabContext.ts';
import { focusNode } from './focusNode.ts';
import { type RingLayout, type RingSize, radiusOf } from './geometry.ts';
import { menuPlace } from './menuPlace.ts';

export interface NodeMenuProps {
  readonly id: ParticipantId;
  readonly layout: RingLayout;
  readonly size: RingSize;
}

const COLUMN_WIDTH = 116;
const ROW_HEIGHT = 30;
/** A finger's, and then in two columns: one would be higher than the ring. */
const LARGE_ROW_HEIGHT = 44;
const LARGE_COLUMNS = 2;
const FRAME = 10;

const FAULTS = Object.keys(LINK_FAULTS) as readonly LinkFault[];

const serversOf = (state: EnsembleState) => state.servers;
const clientsOf = (state: EnsembleState) => state.clients;

export function NodeMenu({ id, layout, size }: NodeMenuProps) {
  const servers = useEnsemble(serversOf);
  const clients = useEnsemble(clientsOf);
  const { choices } = useHandles();
  const runLine = useRun();
  const run = (line: string) => {
    runLine(line);
    // The button that was pressed may be gone.
    focusNode(id);
  };
  const aimWith = (fault: LinkFault) => {
    choices.setState({ aim: { type: 'link', fault, from: id } });
    focusNode(id);
  };
  const at = layout.places.get(id);
  const client = clients[id];
  const process = (servers[id] ?? client)?.process;
  if (at === undefined || process === undefined) return null;
  const deeds = client === undefined ? serverDeeds(servers, id) : clientDeeds(client);
  const faults = isRunning(process) ? FAULTS : [];
  const isLarge = matchMedia('(pointer: coarse), (max-width: 700px)').matches;
  const menu = sizeOf(deeds.length + faults.length, isLarge);
  const { x, y } = menuPlace(at, radiusOf(layout, id), menu, size);
  return (
    <div
      className={isLarge ? 'node-menu node-menu-large' : 'node-menu'}
      style={{ left: x, top: y, width: menu.width }}
      data-menu={id}
      role="group"
      aria-label={`Actions for ${id}`}
    >
      {deeds.map(({ text, line }) => (
        <button key={text} type="button" title={line} onClick={() => run(line)}>
          {text}
        </button>
      ))}
      {faults.map((fault) => (
        <button
          key={fault}
          type="button"
          title={LINK_FAULTS[fault].question(id)}
          onClick={() => aimWith(fault)}
        >
          {LINK_FAULTS[fault].text}
        </button>
      ))}
    </div>
  );
}

function sizeOf(count: number, isLarge: boolean): RingSize {
  const columns = isLarge ? LARGE_COLUMNS : 1;
  const height = Math.ceil(count / columns) * (isLarge ? LARGE_ROW_HEIGHT : ROW_HEIGHT) + FRAME;
  return { width: columns * COLUMN_WIDTH + FRAME, height };
}
