/**
 * Who was what, and which message went from whom to whom: a row per participant, time from left to
 * right, quiet times folded. What a chosen message could have been caused by, or could have caused,
 * stays lit. Drawn on a canvas; what is chosen is said beside the controls.
 */

import { useCallback, useMemo, useState } from 'react';
import type { Choices } from '../../lab/choices.ts';
import type { PlaybackState } from '../../lab/Lab.ts';
import type { EnsembleState } from '../../lab/model.ts';
import { type CausalCone, causalCone } from '../../lab/spacetime/causalCone.ts';
import { SpaceTime } from '../../lab/spacetime/SpaceTime.ts';
import { useChoices, useEnsemble, useHandles, usePlayback } from '../LabContext.ts';
import { useAtMost } from '../useAtMost.ts';
import { DiagramCanvas } from './DiagramCanvas.tsx';
import { describeArrow } from './describeArrow.ts';
import { type Diagram, layDiagram } from './diagram.ts';
import './spacetime.css';

/** Every new message moves all that follows the newest. */
const SHOW_EVERY_MS = 250;
/** Pixels for a millisecond of virtual time. */
const ZOOMS = [1, 2, 4, 8, 16, 32] as const;
const FIRST_ZOOM = 2;

const isPlayingOf = (state: PlaybackState) => state.isPlaying;
const stateOf = (state: EnsembleState) => state;
const messageKeyOf = ({ selection }: Choices) =>
  selection?.type === 'message' ? selection.key : null;

export function SpaceTimeDiagram() {
  const { choices } = useHandles();
  const [zoom, setZoom] = useState<number>(FIRST_ZOOM);
  const [isFollowing, setFollowing] = useState(true);
  const [roomPx, setRoomPx] = useState(0);
  const diagram = useDiagram(ZOOMS[zoom] ?? 1, roomPx);
  const selectedKey = useChoices(messageKeyOf);
  const selected = diagram.arrows.find(({ arrow }) => arrow.key === selectedKey) ?? null;
  const cone = useCone(diagram, selectedKey);
  const choose = useCallback(
    (key: string | null) =>
      choices.setState({ selection: key === null ? null : { type: 'message', key } }),
    [choices],
  );
  return (
    <div className="spacetime">
      <div className="spacetime-bar">
        <output className="spacetime-said">
          {selected === null || cone === null
            ? 'Choose a message to see what led to it and what it led to.'
            : describeArrow(selected, cone)}
        </output>
        {!isFollowing && (
          <button type="button" className="button" onClick={() => setFollowing(true)}>
            Follow the newest
          </button>
        )}
        <ZoomButton sign="−" name="Zoom out" to={zoom - 1} onZoom={setZoom} />
        <ZoomButton sign="+" name="Zoom in" to={zoom + 1} onZoom={setZoom} />
      </div>
      <DiagramCanvas
        diagram={diagram}
        selectedKey={selectedKey}
        cone={cone}
        isFollowing={isFollowing}
        onFollow={setFollowing}
        onChoose={choose}
        onRoom={setRoomPx}
      />
    </div>
  );
}

interface ZoomButtonProps {
  readonly sign: string;
  readonly name: string;
  readonly to: number;
  readonly onZoom: (zoom: number) => void;
}

function ZoomButton({ sign, name, to, onZoom }: ZoomButtonProps) {
  return (
    <button
      type="button"
      className="button"
      title={name}
      disabled={ZOOMS[to] === undefined}
      onClick={() => onZoom(to)}
    >
      <span aria-hidden="true">{sign}</span>
      <span className="visually-hidden">{name}</span>
    </button>
  );
}

function useDiagram(pxPerMs: number, roomPx: number): Diagram {
  const { lab } = useHandles();
  const isPlaying = usePlayback(isPlayingOf);
  const everyMs = useCallback(() => (isPlaying ? SHOW_EVERY_MS : 0), [isPlaying]);
  const { nowUs } = useAtMost(useEnsemble(stateOf), everyMs);
  const { recorder } = lab;
  const run = useMemo(() => ({ recorder, spaceTime: new SpaceTime() }), [recorder]);
  return useMemo(() => {
    run.spaceTime.catchUp(run.recorder);
    const { rows, arrows } = run.spaceTime;
    return layDiagram({ rows, arrows, nowUs, pxPerMs, roomPx });
  }, [run, nowUs, pxPerMs, roomPx]);
}

function useCone({ arrows }: Diagram, key: string | null): CausalCone | null {
  return useMemo(() => {
    const all = arrows.map(({ arrow }) => arrow);
    const chosen = all.find((arrow) => arrow.key === key);
    return chosen === undefined ? null : causalCone(all, chosen);
  }, [arrows, key]);
}
