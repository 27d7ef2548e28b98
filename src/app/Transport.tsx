/** Time: play, pause, step, the timeline, speed, and how fast virtual time runs at the moment. */

import { Suspense } from 'react';
import { formatClock } from '../lab/format.ts';
import type { PlaybackState } from '../lab/Lab.ts';
import { useEnsemble, usePlayback, useRun } from '../views/LabContext.ts';
import { Timeline } from './lazyViews.ts';

const isPlayingOf = (state: PlaybackState) => state.isPlaying;
const speedOf = (state: PlaybackState) => state.speed;
const paceTextOf = (state: PlaybackState) => describePace(state);
const clockOf = (state: { nowUs: number }) => formatClock(state.nowUs);
/** While time runs, tenths are enough, and the page has less to paint. */
const roughClockOf = (state: { nowUs: number }) => clockOf(state).slice(0, -2);

/** Slider positions are powers of two: -4 is a sixteenth, 4 sixteen times. */
const SPEED_EXPONENT_MAX = 4;

export function Transport() {
  const isPlaying = usePlayback(isPlayingOf);
  const speed = usePlayback(speedOf);
  const pace = usePlayback(paceTextOf);
  const clock = useEnsemble(isPlaying ? roughClockOf : clockOf);
  const run = useRun();
  return (
    <section className="transport" aria-label="Time">
      <button
        type="button"
        className="button"
        onClick={() => run(isPlaying ? 'pause' : 'play')}
        title={isPlaying ? 'Pause (Space)' : 'Play (Space)'}
      >
        <span aria-hidden="true">{isPlaying ? '❚❚' : '▶'}</span>
        <span className="visually-hidden">{isPlaying ? 'Pause' : 'Play'}</span>
      </button>
      <button
        type="button"
        className="button"
        disabled={isPlaying}
        onClick={() => run('step')}
        title="One event (.)"
      >
        Step
      </button>
      <span className="clock" title="Virtual time since the start">
        {clock}
      </span>
      <div className="timeline">
        <Suspense>
          <Timeline />
        </Suspense>
      </div>
      <label className="speed">
        <span className="visually-hidden">Speed</span>
        <input
          type="range"
          min={-SPEED_EXPONENT_MAX}
          max={SPEED_EXPONENT_MAX}
          step={1}
          value={Math.round(Math.log2(speed))}
          aria-valuetext={`${formatSpeed(speed)} times`}
          onChange={(event) => run(`speed ${formatSpeed(2 ** Number(event.target.value))}`)}
        />
      </label>
      <span className="mono">×{formatSpeed(speed)}</span>
      <span className="pace" title={pace}>
        {pace}
      </span>
    </section>
  );
}

function describePace({ reason, pace, isPlaying }: PlaybackState): string {
  if (!isPlaying) return 'Paused';
  switch (reason) {
    case 'paused':
      return 'Paused';
    case 'story':
      return `Slow motion, 1/${Math.round(1000 / pace)} of real time: messages are on the way`;
    case 'election':
      return `Slow motion, 1/${Math.round(1000 / pace)} of real time: an election`;
    case 'waiting':
      return `Fast forward, ${Math.round(pace / 1000)} times real time: waiting for a timer`;
    case 'calm':
    case 'fixed':
      return pace === 1000 ? 'Real time' : `${formatSpeed(pace / 1000)} times real time`;
  }
}

const formatSpeed = (speed: number): string => String(Math.round(speed * 10_000) / 10_000);
