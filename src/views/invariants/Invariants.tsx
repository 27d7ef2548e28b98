/**
 * Whether the rules hold: a lamp for each, always in sight; all of them in words when it is
 * opened.
 */

import { type ToggleEvent, useId, useRef } from 'react';
import type { EnsembleState, InvariantView } from '../../lab/model.ts';
import { useEnsemble } from '../LabContext.ts';
import { SCROLLABLE } from '../scrollable.ts';
import { definitionOf, summarise } from './describeInvariants.ts';
import './invariants.css';

const invariantsOf = (state: EnsembleState) => state.invariants;

export function Invariants() {
  const invariants = useEnsemble(invariantsOf);
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const { brokenCount, text } = summarise(invariants);
  if (invariants.length === 0) return null;
  return (
    <>
      <button
        ref={button}
        type="button"
        className={brokenCount > 0 ? 'invariants invariants-broken' : 'invariants'}
        popoverTarget={id}
        title="What must always be true"
      >
        <span className="invariants-lamps" aria-hidden="true">
          {brokenFirst(invariants).map((invariant) => (
            <Lamp key={invariant.id} state={invariant.state} />
          ))}
        </span>
        <span className="invariants-text">{text}</span>
        <span className="invariants-count" aria-hidden="true">
          {brokenCount > 0 ? brokenCount : invariants.length}
        </span>
      </button>
      <div
        id={id}
        popover="auto"
        className="invariants-list"
        {...SCROLLABLE}
        onToggle={(event) => placeBelow(event, button.current)}
      >
        <h2>What must always be true</h2>
        <ul>
          {invariants.map((invariant) => (
            <Rule key={invariant.id} invariant={invariant} />
          ))}
        </ul>
        <p className="muted invariants-note">
          Checked on every event of this run. A broken rule names the event that broke it.
        </p>
      </div>
    </>
  );
}

/** Where there is room for one lamp only, it is the one that matters. */
function brokenFirst(invariants: readonly InvariantView[]): readonly InvariantView[] {
  return [...invariants].sort(
    (a, b) => Number(b.state === 'broken') - Number(a.state === 'broken'),
  );
}

const Lamp = ({ state }: Pick<InvariantView, 'state'>) => (
  <span className={`lamp lamp-${state}`}>{state === 'holds' ? '✓' : '✕'}</span>
);

function Rule({ invariant }: { invariant: InvariantView }) {
  const { id, title, state, witness } = invariant;
  return (
    <li>
      <span aria-hidden="true">
        <Lamp state={state} />
      </span>
      <div>
        <b>{title}</b>
        <span className="visually-hidden">: {state === 'holds' ? 'holds' : 'broken'}</span>
        <p className="muted">{definitionOf(id)}</p>
        {witness !== '' && <p className="invariants-witness">{witness}</p>}
      </div>
    </li>
  );
}

const GAP_PX = 6;

function placeBelow(event: ToggleEvent<HTMLElement>, button: HTMLElement | null): void {
  if (event.newState !== 'open' || button === null) return;
  const { bottom, right } = button.getBoundingClientRect();
  const { style } = event.currentTarget;
  style.top = `${bottom + GAP_PX}px`;
  style.right = `${Math.max(GAP_PX, document.documentElement.clientWidth - right)}px`;
}
