/** One server: role, history, votes, timers, and what can be done to it. */

import { diskDeeds, isRunning, serverDeeds } from '../../lab/console/deeds.ts';
import { formatBytes, formatSpan, shortZxid } from '../../lab/format.ts';
import type { EnsembleState, ProcessState, ServerView } from '../../lab/model.ts';
import { type ParticipantId, serverId } from '../../network/address.ts';
import { useEnsemble } from '../LabContext.ts';
import { roleOf } from '../ring/describe.ts';
import { ParticipantButton, ParticipantButtons, ZxidButton } from './ObjectButton.tsx';
import { Deeds, Field, Fields, Gone, Title } from './parts.tsx';

const serversOf = (state: EnsembleState) => state.servers;

const PROCESS_TEXT: Readonly<Record<ProcessState, string>> = {
  up: '',
  paused: 'paused',
  down: 'down; its disk stays',
  off: 'without power',
  crashed: 'crashed',
};

export function ServerInspector({ id }: { id: ParticipantId }) {
  const servers = useEnsemble(serversOf);
  const server = servers[id];
  if (server === undefined) return <Gone>There is no server {id} in this ensemble.</Gone>;
  const isUp = isRunning(server.process);
  return (
    <>
      <Title
        kind={server.observer ? 'Observer' : 'Server'}
        name={id}
        note={PROCESS_TEXT[server.process]}
      />
      {server.fault !== '' && <p className="inspector-fault">{server.fault}</p>}
      <Deeds
        label={`Actions for ${id}`}
        deeds={[...serverDeeds(servers, id), ...diskDeeds(server.process, id)]}
      />
      <Fields>
        {isUp && <RoleFields server={server} />}
        <Field name="Epochs">
          accepted {server.acceptedEpoch}, current {server.currentEpoch}
        </Field>
        <HistoryFields server={server} />
        <Field name="Disk">{formatBytes(server.diskBytes)} written</Field>
      </Fields>
      {isUp && server.state === 'LOOKING' && <Votes server={server} />}
      <Timers server={server} />
    </>
  );
}

function RoleFields({ server }: { server: ServerView }) {
  return (
    <>
      <Field name="Role">
        {server.state} <span className="muted">({roleOf(server)})</span>
      </Field>
      <Field name="Phase">{server.phase}</Field>
      {server.leader !== null && (
        <Field name="Leader">
          <ParticipantButton id={serverId(server.leader)} />
        </Field>
      )}
      {server.state === 'LEADING' && (
        <Field name="In touch">
          <ParticipantButtons ids={server.synced.map(serverId)} />
        </Field>
      )}
      <Field name="Clients">{server.connections} connected</Field>
    </>
  );
}

function HistoryFields({ server }: { server: ServerView }) {
  return (
    <>
      <Field name="Logged">
        <ZxidButton zxid={server.lastLogged} />
      </Field>
      <Field name="Committed">
        <ZxidButton zxid={server.lastCommitted} />
      </Field>
      <Field name="Applied">
        <ZxidButton zxid={server.lastApplied} />
      </Field>
      {server.digest !== '' && (
        <Field name="Tree digest">
          <span className="mono">{server.digest}</span>
        </Field>
      )}
    </>
  );
}

function Votes({ server }: { server: ServerView }) {
  return (
    <table className="inspector-table">
      <caption>Votes that {server.id} has heard</caption>
      <thead>
        <tr>
          <th scope="col">From</th>
          <th scope="col">For</th>
          <th scope="col">Zxid</th>
          <th scope="col">Epoch</th>
          <th scope="col">Round</th>
        </tr>
      </thead>
      <tbody>
        {Object.entries(server.ballots).map(([from, ballot]) => (
          <tr key={from}>
            <th scope="row">
              <ParticipantButton id={serverId(Number(from))} />
            </th>
            <td>
              <ParticipantButton id={serverId(ballot.leader)} />
            </td>
            <td>{shortZxid(ballot.zxid)}</td>
            <td>{ballot.peerEpoch}</td>
            <td>{ballot.electionEpoch}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The text of a countdown need not change in every frame. */
const ROUND_US = 20_000;
const roundedNow = (state: EnsembleState): number => Math.floor(state.nowUs / ROUND_US) * ROUND_US;

function Timers({ server }: { server: ServerView }) {
  const nowUs = useEnsemble(roundedNow);
  const timers = Object.entries(server.timers);
  if (timers.length === 0) return null;
  return (
    <table className="inspector-table">
      <caption>Timers</caption>
      <tbody>
        {timers.map(([name, { setUs, dueUs }]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>due in {formatSpan(Math.max(0, dueUs - nowUs))}</td>
            <td>
              <meter
                aria-label={`Time left of ${name}`}
                max={Math.max(1, dueUs - setUs)}
                value={Math.max(0, dueUs - nowUs)}
              />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
