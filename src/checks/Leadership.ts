/**
 * TLA+ Leadership1, Leadership2: an epoch has one leader that a quorum follows. Zab (DSN 2011)
 * §IV.A.
 */

import type { ParticipantId } from '../network/address.ts';
import type { TraceEvent } from '../trace/TraceEvent.ts';
import { BoundedMap } from './BoundedMap.ts';
import { BaseCheck, seconds } from './Check.ts';

const EPOCHS_MAX = 4096;

export class Leadership extends BaseCheck {
  readonly id = 'leadership';
  readonly title = 'One leader per epoch';
  private readonly leaders = new BoundedMap<number, { who: ParticipantId; atUs: number }>(
    EPOCHS_MAX,
  );

  protected fold(event: TraceEvent): void {
    if (event.type !== 'leaderEstablished') return;
    const { epoch, who, atUs } = event;
    const earlier = this.leaders.get(epoch);
    if (earlier === undefined) {
      this.leaders.set(epoch, { who, atUs });
      return;
    }
    const since = seconds(earlier.atUs);
    this.fail(event, `${who} leads epoch ${epoch}, which ${earlier.who} has led since ${since}`);
  }
}
