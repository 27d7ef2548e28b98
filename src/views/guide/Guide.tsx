/** The scene under way with its caption, or the gallery of scenes to start from. */

import { lazy, Suspense } from 'react';
import { useStore } from 'zustand';
import { showTab } from '../../lab/choices.ts';
import type { Scene } from '../../lab/scenes/Scene.ts';
import type { ScenePlayer, SceneState } from '../../lab/scenes/ScenePlayer.ts';
import { useHandles } from '../LabContext.ts';
import './guide.css';

const Gallery = lazy(async () => ({ default: (await import('./Gallery.tsx')).Gallery }));

const stateOf = (state: SceneState) => state;

export interface GuideProps {
  readonly player: ScenePlayer;
  /** The person has seen enough of it, or all. */
  readonly onStop: () => void;
}

export function Guide({ player, onStop }: GuideProps) {
  const { scene, stepIndex, caption } = useStore(player.store, stateOf);
  const { choices } = useHandles();
  const play = (next: Scene) => {
    choices.setState({ selection: null, viewAs: 'committed', recipe: null });
    showTab(choices, next.tab ?? 'recipes');
    // Where there is room for one tab only it is the one with the captions.
    showTab(choices, 'guide');
    void player.play(next);
  };
  if (scene === null) {
    return (
      <Suspense>
        <Gallery onPlay={play} />
      </Suspense>
    );
  }
  const isOver = stepIndex >= scene.steps.length;
  return (
    <div className="guide">
      <h3 className="guide-title">{scene.title}</h3>
      <Progress step={stepIndex} count={scene.steps.length} />
      <p className="guide-caption" role="status">
        {isOver ? scene.promise.text : caption}
      </p>
      <div className="guide-actions">
        {isOver && (
          <button type="button" className="button" onClick={() => play(scene)}>
            Again
          </button>
        )}
        <button type="button" className="button" onClick={onStop}>
          {isOver ? 'What next?' : 'Skip'}
        </button>
      </div>
    </div>
  );
}

function Progress({ step, count }: { step: number; count: number }) {
  const shown = Math.min(step + 1, count);
  return (
    <div className="guide-progress" role="img" aria-label={`Step ${shown} of ${count}`}>
      {Array.from({ length: count }, (_, index) => (
        <span key={`step ${index + 1}`} data-done={index <= step} />
      ))}
    </div>
  );
}
