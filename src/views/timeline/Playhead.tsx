/** The moment on the screen, as a slider; and what of the band has not been seen, or lies ahead. */

import type { KeyboardEvent, Ref } from 'react';
import { formatClock } from '../../lab/format.ts';
import type { Lab } from '../../lab/Lab.ts';
import { useHandles } from '../LabContext.ts';
import { pictureNow, spanFor, spokenMoment } from './band.ts';
import { useLabAtMost } from './useLabAtMost.ts';

const EVERY_MS = 250;

const readNow = (lab: Lab) => {
  const { journey } = lab.time.store.getState();
  return {
    nowUs: lab.recorder.live.nowUs,
    toUs: journey?.toUs ?? null,
    endUs: lab.time.endUs,
    isPlaying: lab.playback.getState().isPlaying,
  };
};

export interface PlayheadProps {
  readonly ref: Ref<HTMLDivElement>;
  /** Where a key or a finger is taking it. */
  readonly previewUs: number | null;
  readonly onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
}

export function Playhead({ ref, previewUs, onKeyDown }: PlayheadProps) {
  const { lab } = useHandles();
  const { nowUs, toUs, endUs, isPlaying } = useLabAtMost(readNow, EVERY_MS);
  const atUs = previewUs ?? toUs ?? nowUs;
  const spanUs = spanFor(endUs);
  const percent = (us: number): string => `${((100 * us) / spanUs).toFixed(3)}%`;
  // A running clock that is read out would drown everything else.
  const text = isPlaying ? 'Time is running.' : spokenMoment(pictureNow(lab), atUs, endUs);
  return (
    <>
      <div className="timeline-unseen" style={{ left: percent(endUs) }} />
      <div
        className="timeline-ahead"
        style={{ left: percent(atUs), width: percent(Math.max(0, endUs - atUs)) }}
      />
      <div
        ref={ref}
        role="slider"
        tabIndex={0}
        className="timeline-head"
        style={{ left: percent(atUs) }}
        aria-label="Moment of the run"
        aria-valuemin={0}
        aria-valuemax={Math.round(endUs / 1000)}
        aria-valuenow={Math.round(atUs / 1000)}
        aria-valuetext={text}
        title={`${formatClock(atUs)}; arrow keys move it, Page Up and Down go by milestones`}
        onKeyDown={onKeyDown}
      />
    </>
  );
}
