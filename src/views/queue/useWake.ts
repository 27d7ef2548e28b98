/** How many of those who waited the last release woke up; null before the first one. */

import { useEffect, useState } from 'react';
import { lockQueues } from '../../lab/queues.ts';
import { useHandles } from '../LabContext.ts';
import { foldWake, type Wake, wokenIn } from './wake.ts';

export interface WakeCount {
  readonly woken: number;
  /** Tickets that were left. */
  readonly of: number;
}

export function useWake(queuePath: string): WakeCount | null {
  const { lab } = useHandles();
  const [count, setCount] = useState<WakeCount | null>(null);
  useEffect(() => {
    let wake: Wake | null = null;
    return lab.subscribe((events) => {
      const before = wake;
      for (const event of events) wake = foldWake(wake, event, queuePath);
      if (wake === before || wake === null) return;
      const queue = lockQueues(lab).find(({ path }) => path === queuePath);
      const tickets = queue?.tickets ?? [];
      setCount(tickets.length === 0 ? null : { woken: wokenIn(wake, tickets), of: tickets.length });
    });
  }, [lab, queuePath]);
  return count;
}
