/**
 * Breaking things: what is broken now as chips that mend it, quick deeds, a network splitter, and
 * one link's troubles.
 */

import { useState } from 'react';
import { LINK_FAULTS, type LinkFault, splitLine } from '../../lab/aim.ts';
import type { Choices } from '../../lab/choices.ts';
import { serverDeeds } from '../../lab/console/deeds.ts';
import type { EnsembleState } from '../../lab/model.ts';
import type { ParticipantId } from '../../network/address.ts';
import { useChoices, useEnsemble, useHandles, useRun } from '../LabContext.ts';
import { serverIds } from '../ring/describe.ts';
import { cutSides, takeAim } from '../ring/takeAim.ts';
import { Broken } from './Broken.tsx';
import './faults.css';

const serversOf = (state: EnsembleState) => state.servers;
const serversKeyOf = (state: EnsembleState) => serverIds(state).join(' ');
const leaderOf = (state: EnsembleState) => state.leader;
const aimOf = (choices: Choices) => choices.aim;

export function Faults() {
  const servers = useEnsemble(serversKeyOf).split(' ');
  return (
    <div className="faults">
      <Broken />
      <Quick />
      <Splitter servers={servers} />
      <LinkTrouble servers={servers} />
    </div>
  );
}

function Quick() {
  const leader = useEnsemble(leaderOf);
  const servers = useEnsemble(serversOf);
  const run = useRun();
  return (
    <fieldset>
      <legend>The leader{leader === null ? '' : `, ${leader}`}</legend>
      {leader === null ? (
        <p className="muted faults-none">Nobody leads for now.</p>
      ) : (
        <div className="faults-row">
          {serverDeeds(servers, leader).map(({ text, line }) => (
            <button
              key={text}
              type="button"
              className="button"
              title={line}
              onClick={() => run(line)}
            >
              {text}
            </button>
          ))}
        </div>
      )}
    </fieldset>
  );
}

interface ServersProps {
  readonly servers: readonly ParticipantId[];
}

/** Each press moves a server to the other side; the ring shows the sides. */
function Splitter({ servers }: ServersProps) {
  const handles = useHandles();
  const aim = useChoices(aimOf);
  const others = aim?.type === 'split' ? aim.others : [];
  const line = splitLine(servers, others);
  const toggle = (id: ParticipantId) => {
    if (aim?.type !== 'split') handles.choices.setState({ aim: { type: 'split', others: [] } });
    takeAim(handles, id);
  };
  return (
    <fieldset>
      <legend>Split the network: choose one side</legend>
      <div className="faults-row">
        {servers.map((id) => (
          <button
            key={id}
            type="button"
            className="button faults-side"
            aria-pressed={others.includes(id)}
            aria-label={`${id} on side ${others.includes(id) ? 'B' : 'A'}`}
            onClick={() => toggle(id)}
          >
            {id}
          </button>
        ))}
        <button
          type="button"
          className="button"
          disabled={line === null}
          title={line ?? 'Choose the servers of one side first'}
          onClick={() => cutSides(handles)}
        >
          Cut
        </button>
      </div>
    </fieldset>
  );
}

const BUTTONS: Readonly<Record<LinkFault, string>> = {
  cut: 'Cut both ways',
  oneway: 'Cut one way',
  slow: 'Slow down',
  lose: 'Lose some',
  hold: 'Hold',
};

function LinkTrouble({ servers }: ServersProps) {
  const [from, setFrom] = useState('S1');
  const [to, setTo] = useState('S2');
  const run = useRun();
  const faults = Object.keys(BUTTONS) as readonly LinkFault[];
  return (
    <fieldset>
      <legend>One link</legend>
      <div className="faults-row">
        <ServerSelect label="From" value={from} servers={servers} onChange={setFrom} />
        <span aria-hidden="true">→</span>
        <ServerSelect label="To" value={to} servers={servers} onChange={setTo} />
      </div>
      <div className="faults-row">
        {faults.map((fault) => {
          const line = LINK_FAULTS[fault].line(from, to);
          return (
            <button
              key={fault}
              type="button"
              className="button"
              disabled={from === to}
              title={line}
              onClick={() => run(line)}
            >
              {BUTTONS[fault]}
            </button>
          );
        })}
      </div>
    </fieldset>
  );
}

interface ServerSelectProps extends ServersProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (id: string) => void;
}

function ServerSelect({ label, value, servers, onChange }: ServerSelectProps) {
  return (
    <label>
      <span className="visually-hidden">{label}</span>
      <select className="field" value={value} onChange={(event) => onChange(event.target.value)}>
        {servers.map((id) => (
          <option key={id}>{id}</option>
        ))}
      </select>
    </label>
  );
}
