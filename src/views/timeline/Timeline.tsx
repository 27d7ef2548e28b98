/** The whole run in a narrow band: where it stands, what happened, and a way to any moment. */

import { type PointerEvent, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { formatClock } from '../../lab/format.ts';
import type { Lab } from '../../lab/Lab.ts';
import type { TimeState } from '../../lab/run/TimeMachine.ts';
import { useHandles, useRun } from '../LabContext.ts';
import { useSize } from '../ring/useSize.ts';
import { Band, MARK_PX } from './Band.tsx';
import { BranchSelect } from './BranchSelect.tsx';
import {
  describeReign,
  describeWrites,
  groupMarks,
  linesOf,
  pictureNow,
  reignAt,
  spanFor,
} from './band.ts';
import { Playhead } from './Playhead.tsx';
import { ShareButton } from './ShareButton.tsx';
import './timeline.css';
import { useGoTo } from './useGoTo.ts';
import { useLabAtMost } from './useLabAtMost.ts';

const EVERY_MS = 500;

const readBand = ({ time }: Lab) => ({
  chronicle: time.chronicle,
  version: time.chronicle.version,
  spanUs: spanFor(time.endUs),
});

export function Timeline() {
  return (
    <>
      <Track />
      <NowButton />
      <BranchSelect />
      <ShareButton />
    </>
  );
}

/** What the pointer is at. */
interface Pointed {
  readonly us: number;
  readonly x: number;
  readonly lines: readonly string[];
}

function Track() {
  const { lab } = useHandles();
  const track = useRef<HTMLDivElement>(null);
  const head = useRef<HTMLDivElement>(null);
  const isHeld = useRef(false);
  const width = useSize(track)?.width ?? 0;
  const { chronicle, version, spanUs } = useLabAtMost(readBand, EVERY_MS);
  const { previewUs, go, onKeyDown } = useGoTo();
  const [pointed, setPointed] = useState<Pointed | null>(null);
  const onPointer = (event: PointerEvent<HTMLElement>): void => {
    const { left } = event.currentTarget.getBoundingClientRect();
    setPointed(lookAt(lab, event.clientX - left, width));
  };
  return (
    <div
      ref={track}
      className="timeline-track"
      onPointerMove={onPointer}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        isHeld.current = true;
        event.currentTarget.setPointerCapture(event.pointerId);
        onPointer(event);
      }}
      onPointerUp={() => {
        if (isHeld.current && pointed !== null) go(pointed.us);
        isHeld.current = false;
        head.current?.focus();
      }}
      onPointerLeave={() => {
        if (!isHeld.current) setPointed(null);
      }}
      onPointerCancel={() => {
        isHeld.current = false;
        setPointed(null);
      }}
    >
      <Band chronicle={chronicle} version={version} spanUs={spanUs} width={width} />
      <Playhead ref={head} previewUs={previewUs} onKeyDown={onKeyDown} />
      {pointed !== null && <Tip pointed={pointed} width={width} />}
      <JourneyNote />
    </div>
  );
}

function lookAt(lab: Lab, x: number, width: number): Pointed {
  const picture = pictureNow(lab);
  const xOf = (us: number): number => (us / picture.spanUs) * width;
  const near = groupMarks(picture.marks, xOf, MARK_PX).find(
    (group) => Math.abs(group.x - x) <= MARK_PX / 2 + 1,
  );
  const hereUs = Math.round(Math.min(lab.time.endUs, Math.max(0, (x / width) * picture.spanUs)));
  const us = near?.marks.find(({ kind }) => kind === near.kind)?.atUs ?? hereUs;
  const writes = describeWrites(picture, us);
  const state = [formatClock(us), describeReign(reignAt(picture.reigns, us))];
  const lines = near === undefined ? [] : linesOf(near);
  return {
    us,
    x: xOf(us),
    lines: [[...state, ...(writes === '' ? [] : [writes])].join(' · '), ...lines],
  };
}

function Tip({ pointed: { x, lines }, width }: { pointed: Pointed; width: number }) {
  const isLeft = x < width / 2;
  const side = isLeft ? { left: Math.max(0, x - 12) } : { right: Math.max(0, width - x - 12) };
  return (
    <>
      <div className="timeline-pointer" style={{ left: x }} />
      <div className="timeline-tip" style={side} aria-hidden="true">
        {lines.map((line) => (
          <div key={line}>{line}</div>
        ))}
      </div>
    </>
  );
}

const journeyOf = ({ journey }: TimeState): string => {
  if (journey === null) return '';
  const share = journey.toUs === 0 ? 1 : Math.min(1, journey.nowUs / journey.toUs);
  return `Going to ${formatClock(journey.toUs)} … ${Math.floor(share * 100)} %`;
};

/** It shows itself only when going there takes more than a moment. */
function JourneyNote() {
  const { lab } = useHandles();
  const run = useRun();
  const text = useStore(lab.time.store, journeyOf);
  if (text === '') return null;
  return (
    <div
      className="timeline-journey"
      role="status"
      onPointerDown={(event) => event.stopPropagation()}
    >
      <span>{text}</span>
      <button type="button" className="button" onClick={() => run('pause')}>
        Cancel
      </button>
    </div>
  );
}

const isBackOf = ({ future }: TimeState): boolean => future !== null;

/** Always there: the band under the pointer must not move when time goes back. */
function NowButton() {
  const { lab } = useHandles();
  const run = useRun();
  return (
    <button
      type="button"
      className="button"
      disabled={!useStore(lab.time.store, isBackOf)}
      onClick={() => run('now')}
      title="To the newest moment of this run (N)"
    >
      Now
    </button>
  );
}
