/**
 * A value that changes faster than anybody can read it, at most once in `everyMs`. After a rest a
 * change is shown at once, and the last one is never missed.
 */

import { useEffect, useRef, useState } from 'react';

export function useAtMost<T>(value: T, everyMs: number): T {
  const [shown, setShown] = useState(value);
  const shownAtMs = useRef(0);
  useEffect(() => {
    if (Object.is(shown, value)) return;
    const show = () => {
      shownAtMs.current = performance.now();
      setShown(value);
    };
    const waitMs = shownAtMs.current + everyMs - performance.now();
    const timer = setTimeout(show, Math.max(0, waitMs));
    return () => clearTimeout(timer);
  }, [value, shown, everyMs]);
  return shown;
}
