/**
 * Which server to try next: round robin, with a rest after each full turn.
 * Source: StaticHostProvider.
 */

import { assert } from '../base/assert.ts';
import type { ParticipantId } from '../network/address.ts';

export class ServerList {
  private readonly servers: readonly ParticipantId[];
  private current = -1;
  /** Where the present turn began: the server that was last connected to. */
  private turnStart = -1;

  constructor(servers: readonly ParticipantId[]) {
    assert(servers.length > 0, 'a client needs a server to connect to');
    this.servers = servers;
  }

  get size(): number {
    return this.servers.length;
  }

  /** `isTurnOver`: every server has been tried since the last connection; rest before this one. */
  next(): { readonly server: ParticipantId; readonly isTurnOver: boolean } {
    this.current = (this.current + 1) % this.servers.length;
    const isTurnOver = this.current === this.turnStart;
    if (this.turnStart < 0) this.turnStart = 0;
    return { server: this.servers[this.current] as ParticipantId, isTurnOver };
  }

  /** `next` begins with it. */
  prefer(server: ParticipantId): void {
    const index = this.servers.indexOf(server);
    assert(index >= 0, `${server} is none of the servers`);
    this.current = index - 1;
  }

  onConnected(): void {
    this.turnStart = this.current;
  }
}
