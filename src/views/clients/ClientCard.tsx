/** One client. */

import { memo } from 'react';
import { clientDeeds } from '../../lab/console/deeds.ts';
import { formatSpan, plural } from '../../lab/format.ts';
import type { Lab, PlaybackState } from '../../lab/Lab.ts';
import type { ClientView, EnsembleState } from '../../lab/model.ts';
import { ParticipantButton, ZxidButton } from '../inspector/ObjectButton.tsx';
import { useEnsemble, useHandles, usePlayback, useRun } from '../LabContext.ts';
import { disagreement, standingOf } from './describeClient.ts';
import { ExpiryBar } from './ExpiryBar.tsx';

export interface ClientCardProps {
  readonly client: ClientView;
  readonly watchCount: number;
}

/** Requests under way that are listed; the others are counted. */
const PENDING_SHOWN = 2;

export const ClientCard = memo(function ClientCard({ client, watchCount }: ClientCardProps) {
  const { lab } = useHandles();
  const { sessionId } = client;
  const differs = useEnsemble((state) => disagreement(client, state.sessions[sessionId]));
  const ephemeralCount = useEnsemble((state) => ephemeralsOf(lab, state, sessionId));
  return (
    <article className="client-card" aria-label={`Client ${client.id}`}>
      <CardHead client={client} />
      {sessionId !== '' && (
        <div className="client-session">
          <span className="mono muted" title="Session">
            {sessionId}
          </span>
          <ExpiryBar sessionId={sessionId} hasText />
        </div>
      )}
      {differs !== '' && <p className="client-differs">{differs}</p>}
      <p className="client-facts muted">
        {`${plural(ephemeralCount, 'ephemeral')} · ${plural(watchCount, 'watch', 'watches')}`}
        {' · last zxid '}
        <ZxidButton zxid={client.lastZxid} />
      </p>
      <Pending client={client} />
      <Steps client={client} />
      <CardButtons client={client} />
    </article>
  );
});

function CardHead({ client }: { client: ClientView }) {
  const { glyph, word, tone } = standingOf(client);
  const isPrompt = usePlayback((state: PlaybackState) => state.client === client.id);
  return (
    <header className="client-head">
      <b>
        <ParticipantButton id={client.id} />
      </b>
      <span className={`client-pill client-pill-${tone}`}>
        <span aria-hidden="true">{glyph}</span> {word}
      </span>
      {client.server !== null && (
        <span className="client-server">
          <span className="muted">at</span> <ParticipantButton id={client.server} />
        </span>
      )}
      {isPrompt && (
        <span className="client-prompt muted" title="The console speaks for this client">
          at the prompt
        </span>
      )}
    </header>
  );
}

function Pending({ client }: { client: ClientView }) {
  const nowUs = useEnsemble((state) => (client.pending.length === 0 ? 0 : roundedNow(state)));
  if (client.pending.length === 0) return null;
  const more = client.pending.length - PENDING_SHOWN;
  return (
    <ul className="client-lines">
      {client.pending.slice(0, PENDING_SHOWN).map((operation) => (
        <li key={operation.xid}>
          <span className="muted">waits for</span> {operation.op}{' '}
          <span className="mono">{operation.path}</span>{' '}
          <span className="muted">{formatSpan(Math.max(0, nowUs - operation.sentUs))}</span>
        </li>
      ))}
      {more > 0 && <li className="muted">and {plural(more, 'more request', 'more requests')}</li>}
    </ul>
  );
}

/** Text need not change in every frame. */
const ROUND_US = 20_000;
const roundedNow = (state: EnsembleState): number => Math.floor(state.nowUs / ROUND_US) * ROUND_US;

function Steps({ client }: { client: ClientView }) {
  const steps = Object.entries(client.steps);
  if (steps.length === 0) return null;
  return (
    <ul className="client-lines">
      {steps.map(([recipe, step]) => (
        <li key={recipe}>
          <span className="muted">{recipe}:</span> {step}
        </li>
      ))}
    </ul>
  );
}

function CardButtons({ client }: { client: ClientView }) {
  const run = useRun();
  return (
    <fieldset className="client-buttons" aria-label={`Actions for ${client.id}`}>
      {clientDeeds(client).map(({ text, line }) => (
        <button key={text} type="button" className="button" title={line} onClick={() => run(line)}>
          {text}
        </button>
      ))}
    </fieldset>
  );
}

/** Ephemeral znodes of the session in the committed tree. */
function ephemeralsOf(lab: Lab, state: EnsembleState, sessionId: string): number {
  if (sessionId === '') return 0;
  const tree = lab.recorder.history.treeAt(state.committedZxid);
  return tree.ephemerals.get(BigInt.asIntN(64, BigInt(sessionId)))?.size ?? 0;
}
