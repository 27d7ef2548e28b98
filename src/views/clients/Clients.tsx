/** A card for each client: its connection, and its session as the servers see it. */

import { useMemo } from 'react';
import { CLIENTS_MAX } from '../../lab/Lab.ts';
import type { EnsembleState } from '../../lab/model.ts';
import { numberOf } from '../../network/address.ts';
import { useEnsemble, useRun } from '../LabContext.ts';
import { ClientCard } from './ClientCard.tsx';
import { watchesBySession } from './describeClient.ts';
import './clients.css';

const clientsOf = (state: EnsembleState) => state.clients;
const watchesOf = (state: EnsembleState) => state.watches;

export function Clients() {
  const byId = useEnsemble(clientsOf);
  const watches = useEnsemble(watchesOf);
  const counts = useMemo(() => watchesBySession(watches), [watches]);
  const clients = useMemo(
    () => Object.values(byId).sort((a, b) => numberOf(a.id) - numberOf(b.id)),
    [byId],
  );
  const run = useRun();
  return (
    <div className="clients">
      {clients.length === 0 && (
        <p className="clients-empty">No clients. Add one to have somebody who reads and writes.</p>
      )}
      <ul className="clients-list">
        {clients.map((client) => (
          <li key={client.id}>
            <ClientCard client={client} watchCount={counts.get(client.sessionId) ?? 0} />
          </li>
        ))}
      </ul>
      <button
        type="button"
        className="button"
        disabled={clients.length >= CLIENTS_MAX}
        onClick={() => run('client add')}
      >
        Add a client
      </button>
    </div>
  );
}
