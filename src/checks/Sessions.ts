/** Which session each client has. Shared like Histories. */

import type { ParticipantId } from '../network/address.ts';
import type { TraceEvent } from '../trace/TraceEvent.ts';

const NO_SESSION = '0x0';

export class Sessions {
  private readonly byClient = new Map<ParticipantId, string>();
  private last: TraceEvent | null = null;

  observe(event: TraceEvent): void {
    if (event === this.last) return;
    this.last = event;
    if (event.type === 'clientStateChanged') {
      if (event.sessionId !== NO_SESSION) this.byClient.set(event.who, event.sessionId);
      else this.byClient.delete(event.who);
    } else if (event.type === 'processStarted') {
      this.byClient.delete(event.target);
    }
  }

  of(client: ParticipantId): string | undefined {
    return this.byClient.get(client);
  }
}
