/**
 * A value that changes faster than anybody can read it, shown only so often. After a rest a change
 * is shown at once, and the last one is never missed.
 */

import { useEffect, useRef, useState } from 'react';

/** `everyMs`: the least time between two values, from what is shown now. */
export function useAtMost<T>(value: T, everyMs: (shown: T) => number): T {
  const [shown, setShown] = useState(value);
  const shownAtMs = useRef(0);
  useEffect(() => {
    if (Object.is(shown, value)) return;
    const show = () => {
      shownAtMs.current = performance.now();
      setShown(value);
    };
    const waitMs = shownAtMs.current + everyMs(shown) - performance.now();
    const timer = setTimeout(show, Math.max(0, waitMs));
    return () => clearTimeout(timer);
  }, [value, shown, everyMs]);
  return shown;
}
