/** One client: its card, what it believes, what it waits for, and what it watches. */

import { formatSeconds, shortZxid } from '../../lab/format.ts';
import type { ClientView, EnsembleState } from '../../lab/model.ts';
import type { ParticipantId } from '../../network/address.ts';
import { ClientCard } from '../clients/ClientCard.tsx';
import { useEnsemble } from '../LabContext.ts';
import { ParticipantButton, PathButton } from './ObjectButton.tsx';
import { Field, Fields, Gone } from './parts.tsx';

const watchesOf = (state: EnsembleState) => state.watches;

/** Watches listed; the others are counted. */
const WATCHES_SHOWN = 50;

export function ClientInspector({ id }: { id: ParticipantId }) {
  const client = useEnsemble((state) => state.clients[id]);
  const watches = useEnsemble(watchesOf);
  if (client === undefined) return <Gone>The client {id} is not running.</Gone>;
  const own = watches.filter(({ sessionId }) => sessionId === client.sessionId);
  return (
    <>
      <ClientCard client={client} watchCount={own.length} />
      <Fields>
        {client.timeoutMs > 0 && (
          <Field name="Session timeout">{formatSeconds(client.timeoutMs)}</Field>
        )}
        {client.lastResult !== '' && <Field name="Last answer">{client.lastResult}</Field>}
      </Fields>
      <Beliefs client={client} />
      {own.length > 0 && (
        <table className="inspector-table">
          <caption>Watches of its session</caption>
          <tbody>
            {own.slice(0, WATCHES_SHOWN).map(({ path, kind, server }) => (
              <tr key={`${server} ${kind} ${path}`}>
                <th scope="row">{kind}</th>
                <td>
                  <PathButton path={path} />
                </td>
                <td>
                  at <ParticipantButton id={server} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

function Beliefs({ client }: { client: ClientView }) {
  if (client.beliefs.length === 0) return null;
  return (
    <table className="inspector-table">
      <caption>What it believes</caption>
      <tbody>
        {client.beliefs.map(({ recipe, path, holds, fence }) => (
          <tr key={`${recipe} ${path}`}>
            <th scope="row">{recipe}</th>
            <td>
              <PathButton path={path} />
            </td>
            <td>{holds ? `holds it, fence ${shortZxid(fence)}` : 'does not hold it'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
