/** Keys that take the slider somewhere: the run follows when they rest. */

import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { Lab } from '../../lab/Lab.ts';
import { useHandles, useRun } from '../LabContext.ts';
import { milestoneFrom } from './band.ts';

const REST_MS = 200;
const STEP_US = 100_000;
const LEAP_US = 1_000_000;

export interface GoTo {
  /** Where it is being taken; null when nobody does. */
  readonly previewUs: number | null;
  readonly go: (us: number) => void;
  readonly onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
}

export function useGoTo(): GoTo {
  const { lab } = useHandles();
  const run = useRun();
  const [previewUs, setPreviewUs] = useState<number | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const go = (us: number): void => {
    clearTimeout(timer.current);
    setPreviewUs(null);
    run(`goto ${us / 1_000_000}s`);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { journey } = lab.time.store.getState();
    const fromUs = previewUs ?? journey?.toUs ?? lab.recorder.live.nowUs;
    const us = targetOf(lab, event, fromUs);
    if (us === null) return;
    event.preventDefault();
    setPreviewUs(us);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => go(us), REST_MS);
  };
  return { previewUs, go, onKeyDown };
}

function targetOf(lab: Lab, { key, shiftKey }: KeyboardEvent, fromUs: number): number | null {
  const { endUs } = lab.time;
  const stepUs = shiftKey ? LEAP_US : STEP_US;
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return Math.max(0, fromUs - stepUs);
    case 'ArrowRight':
    case 'ArrowUp':
      return Math.min(endUs, fromUs + stepUs);
    case 'PageDown':
      return milestoneFrom(lab.time.chronicle, fromUs, -1, endUs);
    case 'PageUp':
      return milestoneFrom(lab.time.chronicle, fromUs, 1, endUs);
    case 'Home':
      return 0;
    case 'End':
      return endUs;
    default:
      return null;
  }
}
