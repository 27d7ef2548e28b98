/**
 * Every recipe in the committed tree: which there are, and the view of the one that is chosen. What
 * the service knows is drawn; what a client believes besides is said in words.
 */

import { useState } from 'react';
import type { Choices } from '../../lab/choices.ts';
import type { EnsembleState } from '../../lab/model.ts';
import { keyOf, type RecipePlace } from '../../lab/recipes/RecipeKind.ts';
import { newestPlace, placeAbove, recipePlaces } from '../../lab/recipes/recipePlaces.ts';
import { type RecipeView, recipeView } from '../../lab/recipes/recipeView.ts';
import { useChoices, useEnsemble, useHandles } from '../LabContext.ts';
import { LockQueue } from '../queue/LockQueue.tsx';
import { Stragglers } from '../queue/Stragglers.tsx';
import { BarrierGate, DoubleBarrierRoom } from './Barriers.tsx';
import { ClientActions } from './ClientActions.tsx';
import { CopyTable } from './CopyTable.tsx';
import { KeptZnode } from './KeptZnode.tsx';
import { HerdLane, ReadWriteLanes, SemaphoreSlots } from './Lanes.tsx';
import { MemberBoard } from './MemberBoard.tsx';
import { QueueBelt } from './QueueBelt.tsx';
import { StartRecipes } from './StartRecipes.tsx';
import { TwoPhaseTable } from './TwoPhaseTable.tsx';
import { TITLES } from './titles.ts';
import { ConfigRollOut, CounterDial } from './Values.tsx';
import { verbsOf } from './verbs.ts';
import { sentenceOf } from './words.ts';
import './recipes.css';

const recipeOf = (choices: Choices) => choices.recipe;
const znodeOf = ({ selection }: Choices) => (selection?.type === 'znode' ? selection.path : null);

export function Recipes() {
  const { lab } = useHandles();
  // The answers keep their identity while nothing in them changes.
  const places = useEnsemble((_: EnsembleState) => recipePlaces(lab));
  const chosen = useChoices(recipeOf);
  const znode = useChoices(znodeOf);
  const place =
    (znode === null ? null : placeAbove(places, znode, chosen)) ??
    places.find((one) => keyOf(one) === chosen) ??
    newestPlace(places);
  if (place === null) return <NoRecipes />;
  return (
    <div className="recipes">
      <RecipeHead place={place} places={places} />
      <Chosen key={keyOf(place)} place={place} />
    </div>
  );
}

function NoRecipes() {
  return (
    <div className="recipes">
      <p className="muted recipe-part">
        Recipes are programs of clients over znodes. Start one with the clients that are there:
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
  const choose = (key: string) => {
    const found = places.find((one) => keyOf(one) === key);
    if (found === undefined) return;
    choices.setState({ recipe: key, selection: { type: 'znode', path: found.path } });
  };
  return (
    <>
      <header className="recipe-head">
        <select
          className="field recipe-select"
          aria-label="Recipe"
          value={keyOf(place)}
          onChange={(event) => choose(event.target.value)}
        >
          {places.map((one) => (
            <option key={keyOf(one)} value={keyOf(one)}>
              {TITLES[one.kind]} {one.path}
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
  if (view === null) return <LockQueue place={place} />;
  return (
    <>
      <p className="recipe-sentence">{sentenceOf(view)}</p>
      <ViewOf view={view} path={place.path} />
      <ClientActions
        path={place.path}
        verbsOf={(client, path) => verbsOf(view, place.kind, client, path)}
      />
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
    case 'cache':
      return <CopyTable view={view} path={path} />;
    case 'kept':
      return <KeptZnode view={view} path={path} />;
    case 'twoPhase':
      return <TwoPhaseTable view={view} path={path} />;
  }
}
