/** The scene under way with its caption, or the gallery of scenes to start from. */

import { useStore } from 'zustand';
import { SCENES } from '../../lab/scenes/catalogue/catalogue.ts';
import type { Scene } from '../../lab/scenes/Scene.ts';
import type { ScenePlayer, SceneState } from '../../lab/scenes/ScenePlayer.ts';
import { useHandles } from '../LabContext.ts';
import './guide.css';

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
    choices.setState({ selection: null, viewAs: 'committed', queuePath: null });
    void player.play(next);
  };
  if (scene === null) return <Gallery onPlay={play} />;
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

function Gallery({ onPlay }: { onPlay: (scene: Scene) => void }) {
  return (
    <div className="guide">
      <p className="guide-intro muted">
        Free play: break what you like. Or start the ensemble anew with a scene:
      </p>
      <ul className="guide-doors">
        {SCENES.map((scene) => (
          <Door key={scene.id} scene={scene} onPlay={() => onPlay(scene)} />
        ))}
      </ul>
    </div>
  );
}

function Door({ scene, onPlay }: { scene: Scene; onPlay: () => void }) {
  return (
    <li>
      <button type="button" onClick={onPlay}>
        <strong>{scene.title}</strong>
        <span>{scene.about}</span>
      </button>
    </li>
  );
}
