/**
 * No server finds one of its own invariants broken, and none refuses the disk that it wrote
 * itself.
 */

import type { TraceEvent } from '../trace/TraceEvent.ts';
import { BaseCheck } from './Check.ts';

export class ServersStand extends BaseCheck {
  readonly id = 'serversStand';
  readonly title = 'No server breaks its own rules';

  protected fold(event: TraceEvent): void {
    if (event.type === 'assertionFailed') {
      this.fail(event, `${event.who} ends itself: ${event.message}`);
    } else if (event.type === 'recoveryRefused') {
      const { who, file, offset, reason } = event;
      this.fail(event, `${who} refuses its disk: ${file} at ${offset}: ${reason}`);
    }
  }
}
