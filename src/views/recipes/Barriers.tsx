/** A gate with those before and behind it; and a room that opens when enough are there. */

import type {
  BarrierClient,
  BarrierMember,
  BarrierView,
  DoubleBarrierView,
} from '../../lab/recipes/barriers.ts';
import { ObjectButton, ParticipantButton } from '../inspector/ObjectButton.tsx';
import { CARDS_MAX, Card, ConditionMark, Differs, More, OwnerName, Stragglers } from './parts.tsx';

export function BarrierGate({ view }: { view: BarrierView }) {
  const { isShut, clients } = view;
  const inPhase = (phase: BarrierClient['phase']) => clients.filter((one) => one.phase === phase);
  return (
    <div className="gate">
      <GateSide title="Waits" clients={inPhase('waits')} />
      <span className={isShut ? 'gate-bar gate-shut' : 'gate-bar gate-open'}>
        {isShut ? 'shut' : 'open'}
      </span>
      <GateSide title="Passed" clients={inPhase('passed')} />
    </div>
  );
}

function GateSide({ title, clients }: { title: string; clients: readonly BarrierClient[] }) {
  return (
    <section className="gate-side" aria-label={title}>
      <h3 className="recipe-part muted">{title}</h3>
      {clients.length === 0 && <span className="muted">nobody</span>}
      <ul className="gate-clients">
        {clients.map(({ client, condition, differs }) => (
          <li key={client}>
            <ParticipantButton id={client} />
            <ConditionMark condition={condition} />
            <Differs>{differs}</Differs>
          </li>
        ))}
      </ul>
    </section>
  );
}

const PHASES: Readonly<Record<BarrierMember['phase'], string>> = {
  waits: 'waits',
  inside: 'inside',
  leaves: 'leaves',
};

export function DoubleBarrierRoom({ view }: { view: DoubleBarrierView }) {
  const { count, members, leaving, isReady, stragglers } = view;
  const shown = members.slice(0, CARDS_MAX);
  const missing = isReady || leaving.length > 0 ? 0 : Math.max(0, (count ?? 0) - members.length);
  const missingShown = Math.min(missing, CARDS_MAX - shown.length);
  return (
    <>
      <ol className="seats" aria-label="Participants">
        {shown.map(({ path, name, owner, phase, differs }) => (
          <Card
            key={path}
            name={<OwnerName owner={owner} />}
            condition={owner.condition}
            word={PHASES[phase]}
            isLit={phase === 'inside'}
            differs={differs}
          >
            <span className="muted">
              <ObjectButton selection={{ type: 'znode', path }} title={path}>
                {name.slice(0, 8)}…
              </ObjectButton>
            </span>
          </Card>
        ))}
        {leaving.map((client) => (
          <Card key={client} name={<ParticipantButton id={client} />} word="out">
            <span className="muted">waits for the others</span>
          </Card>
        ))}
        {Array.from({ length: missingShown }, (_, index) => (
          <Card key={`free ${index}`} name="nobody yet" isFree />
        ))}
      </ol>
      <More count={members.length + missing - shown.length - missingShown} what="of them" />
      <Stragglers stragglers={stragglers} />
    </>
  );
}
