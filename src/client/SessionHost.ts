/** What a session gets from the process that it is in. */

import type { Prng } from '../base/prng.ts';
import type { ClientEffect } from './events.ts';

export interface SessionHost {
  /** Virtual time of the event being handled, whole ms. */
  readonly nowMs: number;
  readonly random: Prng;
  emit(effect: ClientEffect): void;
  /** Code of the program was called back, so that more of it may run after this event. */
  wake(): void;
}
