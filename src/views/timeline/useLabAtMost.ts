/**
 * Something read of the lab that changes faster than it can be painted: at once while time stands
 * still, now and then while it runs.
 */

import { useEffect, useState } from 'react';
import type { Lab } from '../../lab/Lab.ts';
import { useHandles } from '../LabContext.ts';

/** `read`: at module level, quick; its answer is compared field by field. */
export function useLabAtMost<T extends object>(read: (lab: Lab) => T, everyMs: number): T {
  const { lab } = useHandles();
  const [shown, setShown] = useState(() => read(lab));
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = (): void => {
      timer = undefined;
      setShown((before) => pick(before, read(lab)));
    };
    const onChange = (): void => {
      if (!lab.playback.getState().isPlaying) {
        clearTimeout(timer);
        show();
      } else timer ??= setTimeout(show, everyMs);
    };
    show();
    const stops = [lab.ensemble.subscribe(onChange), lab.time.store.subscribe(onChange)];
    return () => {
      for (const stop of stops) stop();
      clearTimeout(timer);
    };
  }, [lab, read, everyMs]);
  return shown;
}

/** The old value if nothing in it has changed: then nothing is rendered. */
function pick<T extends object>(before: T, now: T): T {
  const old = new Map<string, unknown>(Object.entries(before));
  const isSame = Object.entries(now).every(([name, value]) => Object.is(old.get(name), value));
  return isSame ? before : now;
}
