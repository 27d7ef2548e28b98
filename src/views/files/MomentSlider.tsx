/** The zxids of a history as a slider, above a strip of its epochs, gaps and snapshots. */

import { useMemo } from 'react';
import type { Timeline } from '../../lab/files/FilesReader.ts';
import { hexZxid, shortZxid } from '../../lab/format.ts';
import { bandsOf, ticksOf } from './bands.ts';

export interface MomentSliderProps {
  readonly timeline: Timeline;
  readonly index: number;
  /** What happened there; '' as long as it is not known. */
  readonly text: string;
  readonly onChange: (index: number) => void;
}

export function MomentSlider({ timeline, index, text, onChange }: MomentSliderProps) {
  const zxid = timeline.zxids[index] ?? 0;
  const last = timeline.zxids.length - 1;
  const isReached = timeline.reached[index] === 1;
  return (
    <div className="files-slider">
      <button
        type="button"
        className="button"
        aria-label="The zxid before"
        disabled={index === 0}
        onClick={() => onChange(index - 1)}
      >
        ◂
      </button>
      <div className="files-track">
        <Strip timeline={timeline} />
        <input
          type="range"
          min={0}
          max={last}
          step={1}
          value={index}
          aria-label="Zxid"
          aria-valuetext={`${shortZxid(zxid)}: ${text}${isReached ? '' : ', no tree'}`}
          onChange={(event) => onChange(event.target.valueAsNumber)}
        />
      </div>
      <button
        type="button"
        className="button"
        aria-label="The next zxid"
        disabled={index === last}
        onClick={() => onChange(index + 1)}
      >
        ▸
      </button>
      <output className="files-zxid" title={hexZxid(zxid)}>
        {shortZxid(zxid)}
      </output>
    </div>
  );
}

function Strip({ timeline }: Pick<MomentSliderProps, 'timeline'>) {
  const bands = useMemo(() => bandsOf(timeline), [timeline]);
  const ticks = useMemo(() => ticksOf(timeline), [timeline]);
  return (
    <div className="files-strip" aria-hidden="true">
      {bands.map(({ share, hue, isReached }, band) => (
        <span
          key={band}
          data-epoch={hue}
          className={isReached ? '' : 'files-gap'}
          style={{ flexGrow: share }}
        />
      ))}
      {ticks.map(({ at, zxid, isWhole }) => (
        <i
          key={zxid}
          className={isWhole ? '' : 'files-broken'}
          title={`Snapshot ${shortZxid(zxid)}${isWhole ? '' : ', damaged'}`}
          style={{ left: `${at * 100}%` }}
        />
      ))}
    </div>
  );
}
