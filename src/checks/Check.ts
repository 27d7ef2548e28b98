/**
 * What all checks are: a fold over the trace that notes the first thing that must not be. Once it
 * has failed a check stops, since what it remembers may be wrong from there on.
 */

import type { TraceEvent } from '../trace/TraceEvent.ts';

export interface Check {
  /** Short and stable: `leadership`. */
  readonly id: string;
  /** In plain words, what holds: `One leader per epoch`. */
  readonly title: string;
  /** Every event of the run, in global order. */
  observe(event: TraceEvent): void;
  /**
   * First violation, as a sentence with the times of the events that show it; null while it holds.
   */
  readonly violation: string | null;
}

export abstract class BaseCheck implements Check {
  abstract readonly id: string;
  abstract readonly title: string;
  private found: string | null = null;

  get violation(): string | null {
    return this.found;
  }

  observe(event: TraceEvent): void {
    if (this.found === null) this.fold(event);
  }

  protected abstract fold(event: TraceEvent): void;

  /** `sentence` says what is wrong, without its time. */
  protected fail(event: TraceEvent, sentence: string): void {
    this.found ??= `At ${seconds(event.atUs)} ${sentence}.`;
  }
}

/** `12.345 s`. */
export function seconds(atUs: number): string {
  const ms = `${Math.floor(atUs / 1000) % 1000}`.padStart(3, '0');
  return `${Math.floor(atUs / 1_000_000)}.${ms} s`;
}
