import { readFileSync } from 'node:fs';

/** Of /proc: the clock tick of Linux, for all that user programs see. */
const TICKS_PER_SECOND = 100;

/** Processor time of all threads of these processes so far; null where there is no /proc. */
export function cpuSecondsOf(pids: readonly number[]): number | null {
  if (pids.length === 0) return null;
  try {
    return pids.reduce((sum, pid) => sum + ticksOf(pid) / TICKS_PER_SECOND, 0);
  } catch {
    return null;
  }
}

/** `utime` and `stime`, the 14th and 15th field; the second, in brackets, may have spaces. */
function ticksOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}
