/** What happened in the run, drawn anew only when something has. */

import { memo } from 'react';
import type { Chronicle, MarkKind, Reign } from '../../lab/recorder/Chronicle.ts';
import { groupMarks, type Picture, pictureOf, writeBars } from './band.ts';

/** Room of one shape. */
export const MARK_PX = 9;
const MARKS_Y = 8;
const BAND_TOP = 17;
const BAND_PX = 15;
const BARS_PX = 9;
const BARS_MAX = 240;
/** A narrower stretch has no room for its epoch's number. */
const LABEL_PX = 24;

/** The shape repeats what the colour says; around the origin. */
const SHAPES: Readonly<Record<MarkKind, string>> = {
  election: 'M0-5.5 5.5 4.5H-5.5Z',
  kill: 'M-4-4 4 4M4-4-4 4',
  restart: 'M0 5V-4M-4 0 0-4.5 4 0',
  pause: 'M-2.5-4V4M2.5-4V4',
  cut: 'M-6 3-2-3 2 3 6-3',
  heal: 'M-5-2H5M-5 2H5',
  expiry: 'M0-5.5 5 0 0 5.5-5 0Z',
  hold: 'M-4 0A4 4 0 1 1 4 0A4 4 0 1 1-4 0',
  broken: 'M0-5.5V1.5M0 4V5.5',
};

export interface BandProps {
  readonly chronicle: Chronicle;
  /** Of the chronicle: when it is the same, so is the band. */
  readonly version: number;
  readonly spanUs: number;
  readonly width: number;
}

export const Band = memo(
  function Band({ chronicle, spanUs, width }: BandProps) {
    const picture = pictureOf(chronicle, spanUs);
    const xOf = (us: number): number => (us / picture.spanUs) * width;
    return (
      <svg className="timeline-band" width={width} aria-hidden="true">
        {picture.reigns.map((reign) => (
          <Stretch key={reign.fromUs} reign={reign} picture={picture} xOf={xOf} />
        ))}
        <path className="timeline-writes" d={pathOfWrites(picture, width)} />
        {picture.reigns.map((reign) => (
          <Epoch key={reign.fromUs} reign={reign} picture={picture} xOf={xOf} />
        ))}
        {groupMarks(picture.marks, xOf, MARK_PX).map(({ x, kind }) => (
          <path
            key={x}
            className={`timeline-mark timeline-${kind}`}
            transform={`translate(${x.toFixed(1)} ${MARKS_Y})`}
            d={SHAPES[kind]}
          />
        ))}
      </svg>
    );
  },
  (before, now) =>
    before.chronicle === now.chronicle &&
    before.version === now.version &&
    before.spanUs === now.spanUs &&
    before.width === now.width,
);

interface StretchProps {
  readonly reign: Reign;
  readonly picture: Picture;
  readonly xOf: (us: number) => number;
}

function Stretch({ reign, picture, xOf }: StretchProps) {
  const { epoch, fromUs, untilUs } = reign;
  const x = xOf(fromUs);
  const width = Math.max(1, xOf(Math.min(untilUs, picture.spanUs)) - x);
  return (
    <rect
      className="timeline-reign"
      data-epoch={epoch % 4}
      x={x}
      y={BAND_TOP}
      width={width}
      height={BAND_PX}
    />
  );
}

function Epoch({ reign, picture, xOf }: StretchProps) {
  const { epoch, fromUs, untilUs } = reign;
  const x = xOf(fromUs);
  if (xOf(Math.min(untilUs, picture.spanUs)) - x < LABEL_PX) return null;
  return (
    <text className="timeline-epoch" x={x + 3} y={BAND_TOP + 9}>
      e{epoch}
    </text>
  );
}

function pathOfWrites(picture: Picture, width: number): string {
  const bottom = BAND_TOP + BAND_PX;
  return writeBars(picture, width, BARS_MAX)
    .map((bar) => {
      const height = 2 + bar.height * (BARS_PX - 2);
      return `M${bar.x.toFixed(1)} ${bottom}v-${height.toFixed(1)}h${bar.width.toFixed(1)}V${bottom}z`;
    })
    .join('');
}
