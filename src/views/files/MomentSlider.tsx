/** The zxids of a history as a slider, above a strip of its epochs, gaps and snapshots. */

import { useMemo } from 'react';
import type { Moment } from '../../lab/files/FileHistory.ts';
import { hexZxid, shortZxid } from '../../lab/format.ts';
import { bandsOf, ticksOf } from './bands.ts';
import { spokenMoment } from './momentText.ts';

export interface MomentSliderProps {
  readonly moments: readonly Moment[];
  readonly index: number;
  readonly onChange: (index: number) => void;
}

export function MomentSlider({ moments, index, onChange }: MomentSliderProps) {
  const moment = moments[index];
  const last = moments.length - 1;
  if (moment === undefined) return null;
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
        <Strip moments={moments} />
        <input
          type="range"
          min={0}
          max={last}
          step={1}
          value={index}
          aria-label="Zxid"
          aria-valuetext={spokenMoment(moment)}
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
      <output className="files-zxid" title={hexZxid(moment.zxid)}>
        {shortZxid(moment.zxid)}
      </output>
    </div>
  );
}

function Strip({ moments }: Pick<MomentSliderProps, 'moments'>) {
  const bands = useMemo(() => bandsOf(moments), [moments]);
  const ticks = useMemo(() => ticksOf(moments), [moments]);
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
