/**
 * Every recipe in the committed tree: which there are, and the view of the one that is chosen. What
 * the service knows is drawn; what a client believes besides is said in words.
 */

import { useState } from 'react';
import type { Choices } from '../../lab/choices.ts';
import type { EnsembleState } from '../../lab/model.ts';
import type { RecipePlace } from '../../lab/recipes/RecipeKind.ts';
import { newestPlace, placeAbove, recipePlaces } from '../../lab/recipes/recipePlaces.ts';
import { type RecipeView, recipeView } from '../../lab/recipes/recipeView.ts';
import { useChoices, useEnsemble, useHandles } from '../LabContext.ts';
import { LockQueue } from '../queue/LockQueue.tsx';
import { Stragglers } from '../queue/Stragglers.tsx';
import { BarrierGate, DoubleBarrierRoom } from './Barriers.tsx';
import { ClientActions } from './ClientActions.tsx';
import { HerdLane, ReadWriteLanes, SemaphoreSlots } from './Lanes.tsx';
import { MemberBoard } from './MemberBoard.tsx';
import { QueueBelt } from './QueueBelt.tsx';
import { StartRecipes } from './StartRecipes.tsx';
import { TwoPhaseTable } from './TwoPhaseTable.tsx';
import { TITLES } from './titles.ts';
import { ConfigRollOut, CounterDial } from './Values.tsx';
import { sentenceOf } from './words.ts';
import './recipes.css';

const recipePathOf = (choices: Choices) => choices.queuePath;
const znodeOf = ({ selection }: Choices) => (selection?.type === 'znode' ? selection.path : null);

export function Recipes() {
  const { lab } = useHandles();
  // The answers keep their identity while nothing in them changes.
  const places = useEnsemble((_: EnsembleState) => recipePlaces(lab));
  const chosen = useChoices(recipePathOf);
  const znode = useChoices(znodeOf);
  const place =
    (znode === null ? null : placeAbove(places, znode)) ??
    places.find(({ path }) => path === chosen) ??
    newestPlace(places);
  if (place === null) return <NoRecipes />;
  return (
    <div className="recipes">
      <RecipeHead place={place} places={places} />
      <Chosen key={`${place.kind} ${place.path}`} place={place} />
    </div>
  );
}

function NoRecipes() {
  return (
    <div className="recipes">
      <p className="muted recipe-part">
        Locks, barriers, queues and elections are programs over znodes. Start one with the clients
        that are there:
      </p>
      <StartRecipes />
      <Stragglers queuePath={null} />
    </div>
  );
}

interface RecipeHeadProps {
  readonly place: RecipePlace;
  readonly places: readonly RecipePlace[];
}

function RecipeHead({ place, places }: RecipeHeadProps) {
  const { choices } = useHandles();
  const [isStarting, setStarting] = useState(false);
  const choose = (path: string) =>
    choices.setState({ queuePath: path, selection: { type: 'znode', path } });
  return (
    <>
      <header className="recipe-head">
        <select
          className="field recipe-select"
          aria-label="Recipe"
          value={place.path}
          onChange={(event) => choose(event.target.value)}
        >
          {places.map(({ kind, path }) => (
            <option key={path} value={path}>
              {TITLES[kind]} {path}
            </option>
          ))}
        </select>
        <button
          type="button"
          className="button"
          aria-expanded={isStarting}
          onClick={() => setStarting(!isStarting)}
        >
          Start another
        </button>
      </header>
      {isStarting && <StartRecipes />}
    </>
  );
}

function Chosen({ place }: { place: RecipePlace }) {
  const { lab } = useHandles();
  const view = useEnsemble((_: EnsembleState) => recipeView(lab, place));
  if (view === null) return <LockQueue kind={place.kind} path={place.path} />;
  return (
    <>
      <p className="recipe-sentence">{sentenceOf(view)}</p>
      <ViewOf view={view} path={place.path} />
      <ClientActions place={place} view={view} />
    </>
  );
}

function ViewOf({ view, path }: { view: RecipeView; path: string }) {
  switch (view.type) {
    case 'herdLock':
      return <HerdLane view={view} path={path} />;
    case 'rwlock':
      return <ReadWriteLanes view={view} path={path} />;
    case 'semaphore':
      return <SemaphoreSlots view={view} />;
    case 'barrier':
      return <BarrierGate view={view} />;
    case 'doubleBarrier':
      return <DoubleBarrierRoom view={view} />;
    case 'queue':
      return <QueueBelt view={view} path={path} />;
    case 'members':
      return <MemberBoard view={view} />;
    case 'config':
      return <ConfigRollOut view={view} path={path} />;
    case 'counter':
      return <CounterDial view={view} path={path} />;
    case 'twoPhase':
      return <TwoPhaseTable view={view} path={path} />;
  }
}
