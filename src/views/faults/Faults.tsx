/**
 * Breaking things: quick deeds, a network splitter, one link's troubles, and what is broken now as
 * chips that mend it.
 */

import { useState } from 'react';
import { cutOffLine } from '../../lab/console/cutOffLine.ts';
import type { EnsembleState, LinkView, ServerView } from '../../lab/model.ts';
import { orderOf, type ParticipantId } from '../../network/address.ts';
import { useEnsemble, useRun } from '../LabContext.ts';
import './faults.css';

const serversOf = (state: EnsembleState) => state.servers;
const linksOf = (state: EnsembleState) => state.links;
const leaderOf = (state: EnsembleState) => state.leader;

export function Faults() {
  return (
    <div className="faults">
      <Quick />
      <Splitter />
      <LinkTrouble />
      <Broken />
    </div>
  );
}

function Quick() {
  const leader = useEnsemble(leaderOf);
  const servers = useEnsemble(serversOf);
  const run = useRun();
  const none = leader === null;
  return (
    <fieldset>
      <legend>The leader{leader === null ? '' : ` (${leader})`}</legend>
      <div className="faults-row">
        <button type="button" className="button" disabled={none} onClick={() => run('kill leader')}>
          Kill
        </button>
        <button
          type="button"
          className="button"
          disabled={none}
          onClick={() => run('pause leader')}
        >
          Pause
        </button>
        <button
          type="button"
          className="button"
          disabled={none}
          onClick={() => run('powercut leader')}
        >
          Cut power
        </button>
        <button
          type="button"
          className="button"
          disabled={none}
          onClick={() => leader !== null && run(cutOffLine(servers, leader))}
        >
          Cut off
        </button>
      </div>
    </fieldset>
  );
}

/** Each press moves a server to the other side. */
function Splitter() {
  const servers = useSortedServers();
  const [sideB, setSideB] = useState<ReadonlySet<ParticipantId>>(new Set());
  const run = useRun();
  const toggle = (id: ParticipantId) => {
    const next = new Set(sideB);
    if (!next.delete(id)) next.add(id);
    setSideB(next);
  };
  const groupA = servers.filter(({ id }) => !sideB.has(id)).map(({ sid }) => sid);
  const groupB = servers.filter(({ id }) => sideB.has(id)).map(({ sid }) => sid);
  const line = `cut ${groupA.join(',')} | ${groupB.join(',')}`;
  return (
    <fieldset>
      <legend>Split the network</legend>
      <div className="faults-row">
        {servers.map(({ id }) => (
          <button
            key={id}
            type="button"
            className="button faults-side"
            aria-pressed={sideB.has(id)}
            aria-label={`${id} on side ${sideB.has(id) ? 'B' : 'A'}`}
            onClick={() => toggle(id)}
          >
            {id}
          </button>
        ))}
      </div>
      <div className="faults-row">
        <button
          type="button"
          className="button"
          disabled={groupA.length === 0 || groupB.length === 0}
          onClick={() => run(line)}
        >
          Cut light from dark
        </button>
        <button type="button" className="button" onClick={() => run('heal')}>
          Heal all
        </button>
      </div>
    </fieldset>
  );
}

function LinkTrouble() {
  const servers = useSortedServers();
  const [from, setFrom] = useState('S1');
  const [to, setTo] = useState('S2');
  const run = useRun();
  const isSame = from === to;
  const link = `${from.slice(1)}>${to.slice(1)}`;
  return (
    <fieldset>
      <legend>One link, one way</legend>
      <div className="faults-row">
        <ServerSelect label="From" value={from} servers={servers} onChange={setFrom} />
        <span aria-hidden="true">→</span>
        <ServerSelect label="To" value={to} servers={servers} onChange={setTo} />
      </div>
      <div className="faults-row">
        <button
          type="button"
          className="button"
          disabled={isSame}
          onClick={() => run(`oneway ${link}`)}
        >
          Cut
        </button>
        <button
          type="button"
          className="button"
          disabled={isSame}
          onClick={() => run(`slow ${link} 400`)}
        >
          Slow
        </button>
        <button
          type="button"
          className="button"
          disabled={isSame}
          onClick={() => run(`lose ${link} 30`)}
        >
          Lossy
        </button>
      </div>
    </fieldset>
  );
}

interface ServerSelectProps {
  readonly label: string;
  readonly value: string;
  readonly servers: readonly ServerView[];
  readonly onChange: (id: string) => void;
}

function ServerSelect({ label, value, servers, onChange }: ServerSelectProps) {
  return (
    <label>
      <span className="visually-hidden">{label}</span>
      <select className="field" value={value} onChange={(event) => onChange(event.target.value)}>
        {servers.map(({ id }) => (
          <option key={id}>{id}</option>
        ))}
      </select>
    </label>
  );
}

interface Chip {
  readonly text: string;
  readonly line: string;
}

function Broken() {
  const servers = useSortedServers();
  const links = useEnsemble(linksOf);
  const run = useRun();
  const chips = [...servers.flatMap(serverChip), ...linkChips(Object.values(links))];
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
      </div>
    </fieldset>
  );
}

function serverChip({ id, process }: ServerView): Chip[] {
  if (process === 'up') return [];
  if (process === 'paused') return [{ text: `${id} paused`, line: `resume ${id}` }];
  const state = { down: 'killed', off: 'no power', crashed: 'crashed' }[process];
  return [{ text: `${id} ${state}`, line: `restart ${id}` }];
}

/** A pair that is cut both ways is one chip. */
function linkChips(links: readonly LinkView[]): Chip[] {
  const cut = new Set(links.filter((link) => link.cut).map(({ from, to }) => `${from}>${to}`));
  const chips: Chip[] = [];
  for (const { from, to, cut: isCut, extraLatencyUs, lossPercent } of links) {
    const isPair = isCut && cut.has(`${to}>${from}`);
    if (isPair && orderOf(from) > orderOf(to)) continue;
    if (isPair) chips.push({ text: `${from}–${to} cut`, line: `heal ${from} | ${to}` });
    else if (isCut) chips.push({ text: `${from}→${to} cut`, line: `heal ${from}>${to}` });
    else {
      const what = extraLatencyUs > 0 ? `+${extraLatencyUs / 1000} ms` : `${lossPercent} % lost`;
      chips.push({ text: `${from}→${to} ${what}`, line: `heal ${from}>${to}` });
    }
  }
  return chips;
}

function useSortedServers(): readonly ServerView[] {
  const servers = useEnsemble(serversOf);
  return Object.values(servers).sort((a, b) => a.sid - b.sid);
}
