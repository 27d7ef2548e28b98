/**
 * One transaction: what it does, who proposed and acknowledged it, and how far each server is with
 * it.
 */

import { useMemo } from 'react';
import { javaDate } from '../../lab/console/zkCliText.ts';
import { hexZxid, shortZxid } from '../../lab/format.ts';
import type { EnsembleState, ServerView } from '../../lab/model.ts';
import { serverId } from '../../network/address.ts';
import { formatSessionId } from '../../protocol/sessionId.ts';
import type { SubTxnBody, Txn } from '../../protocol/txns.ts';
import { useEnsemble, useHandles } from '../LabContext.ts';
import { findProposal } from './findProposal.ts';
import { ParticipantButton, ParticipantButtons, PathButton } from './ObjectButton.tsx';
import { Field, Fields, Title } from './parts.tsx';
import { txnDetail } from './txnText.ts';

const serversOf = (state: EnsembleState) => state.servers;
const sessionsOf = (state: EnsembleState) => state.sessions;

export function TxnInspector({ zxid }: { zxid: number }) {
  const { lab } = useHandles();
  const view = useEnsemble((state) => state.txns.get(zxid));
  const servers = Object.values(useEnsemble(serversOf));
  const { events } = lab.recorder;
  const txn = useMemo(() => findProposal(events, zxid), [events, zxid]);
  const voters = servers.filter((server) => !server.observer);
  const needed = Math.floor(voters.length / 2) + 1;
  return (
    <>
      <Title kind="Transaction" name={shortZxid(zxid)} note={hexZxid(zxid)} />
      <Fields>
        {txn !== null && <TxnFields txn={txn} />}
        {view !== undefined && (
          <>
            <Field name="Proposed by">
              <ParticipantButton id={serverId(view.proposedBy)} />
            </Field>
            <Field name="On the disks of">
              <ParticipantButtons ids={view.acks.map(serverId)} />{' '}
              <span className="muted">
                {view.acks.length} of {voters.length}, {needed} needed
              </span>
            </Field>
            <Field name="Committed">{view.committed ? 'yes' : 'not yet'}</Field>
          </>
        )}
      </Fields>
      <Standings zxid={zxid} isCommitted={view?.committed ?? false} servers={servers} />
    </>
  );
}

function TxnFields({ txn: { header, body } }: { txn: Txn }) {
  const sessions = useEnsemble(sessionsOf);
  const sessionId = formatSessionId(header.clientId);
  const client = sessions[sessionId]?.client ?? null;
  return (
    <>
      {body.type === 'multi' ? (
        <Field name="multi">
          {body.txns.map((part, index) => (
            <div key={index}>
              <Body body={part} />
            </div>
          ))}
        </Field>
      ) : (
        <Field name="Does">
          <Body body={body} />
        </Field>
      )}
      <Field name="Session">
        <span className="mono">{sessionId}</span>{' '}
        {client !== null && <ParticipantButton id={client} />}
      </Field>
      <Field name="Leader's time">{javaDate(header.time)}</Field>
    </>
  );
}

function Body({ body }: { body: SubTxnBody }) {
  return (
    <>
      {body.type} {'path' in body && <PathButton path={body.path} />}{' '}
      <span className="muted mono">{txnDetail(body)}</span>
    </>
  );
}

interface StandingsProps {
  readonly zxid: number;
  readonly isCommitted: boolean;
  readonly servers: readonly ServerView[];
}

function Standings({ zxid, isCommitted, servers }: StandingsProps) {
  return (
    <table className="inspector-table">
      <caption>How far each server is with it</caption>
      <thead>
        <tr>
          <th scope="col">Server</th>
          <th scope="col">Logged</th>
          <th scope="col">Committed</th>
          <th scope="col">Applied</th>
        </tr>
      </thead>
      <tbody>
        {servers.map((server) => {
          const isApplied = isCommitted && zxid <= server.lastApplied;
          const isLogged = isApplied || server.log.includes(zxid);
          return (
            <tr key={server.id}>
              <th scope="row">
                <ParticipantButton id={server.id} />
              </th>
              <Tick is={isLogged} />
              <Tick
                is={isCommitted && zxid <= Math.max(server.lastCommitted, server.lastApplied)}
              />
              <Tick is={isApplied} />
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

const Tick = ({ is }: { is: boolean }) => (
  <td>
    <span aria-hidden="true">{is ? '✓' : '·'}</span>
    <span className="visually-hidden">{is ? 'yes' : 'no'}</span>
  </td>
);
