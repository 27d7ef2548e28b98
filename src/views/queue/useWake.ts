/** How many of those who wait the last release woke up; null before the first one. */

import { useEffect, useState } from 'react';
import { useHandles } from '../LabContext.ts';
import { foldWake, type Wake, wokenIn } from './wake.ts';

export interface WakeCount {
  readonly woken: number;
  /** Those who are left. */
  readonly of: number;
}

/** `sessionIds`: of those who hold or wait now. */
export function useWake(queuePath: string, sessionIds: readonly string[]): WakeCount | null {
  const { lab } = useHandles();
  const [wake, setWake] = useState<Wake | null>(null);
  useEffect(() => {
    let last: Wake | null = null;
    return lab.subscribe((events) => {
      const before = last;
      for (const event of events) last = foldWake(last, event, queuePath);
      if (last !== before) setWake(last);
    });
  }, [lab, queuePath]);
  if (wake === null || sessionIds.length === 0) return null;
  return { woken: wokenIn(wake, sessionIds), of: sessionIds.length };
}
