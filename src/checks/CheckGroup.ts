/** Several checks under one title, for where there is room for a few lamps only. */

import type { TraceEvent } from '../trace/TraceEvent.ts';
import type { Check } from './Check.ts';

export class CheckGroup implements Check {
  readonly id: string;
  readonly title: string;
  private readonly checks: readonly Check[];
  private first: Check | null = null;

  constructor(id: string, title: string, checks: readonly Check[]) {
    this.id = id;
    this.title = title;
    this.checks = checks;
  }

  /** Of the check that failed first. */
  get violation(): string | null {
    return this.first?.violation ?? null;
  }

  observe(event: TraceEvent): void {
    for (const check of this.checks) {
      check.observe(event);
      if (check.violation !== null) this.first ??= check;
    }
  }
}
