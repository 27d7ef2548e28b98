/** The scenes to start from. */

import { SCENES } from '../../lab/scenes/catalogue/catalogue.ts';
import type { Scene } from '../../lab/scenes/Scene.ts';

export function Gallery({ onPlay }: { onPlay: (scene: Scene) => void }) {
  return (
    <div className="guide">
      <p className="guide-intro muted">
        Break what you like, or start the ensemble anew with one of these:
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
