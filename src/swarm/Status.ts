/**
 * How things stand: servers, clients, and what commands answered. Tells whether the ensemble has
 * come to rest.
 */

import type { ClientState, JsonValue } from '../client/trace.ts';
import { isServerId, numberOf, type ParticipantId } from '../network/address.ts';
import type { ServerState, ZabPhase } from '../server/trace.ts';
import type { TraceEvent } from '../trace/TraceEvent.ts';

interface Server {
  state: ServerState;
  phase: ZabPhase;
  leader: number | null;
  zxid: number;
  digest: string;
}

export interface CommandOutcome {
  readonly ok: boolean;
  readonly error: string;
  readonly data: JsonValue;
}

export class Status {
  readonly commands = new Map<number, CommandOutcome>();
  private readonly servers = new Map<ParticipantId, Server>();
  private readonly clients = new Map<ParticipantId, { state: ClientState; sessionId: string }>();

  observe(event: TraceEvent): void {
    switch (event.type) {
      case 'processStarted':
      case 'processKilled':
        if (isServerId(event.target)) this.servers.set(event.target, newServer());
        return;
      case 'stateChanged': {
        const { state, phase, leader } = event;
        Object.assign(this.servers.get(event.who) ?? {}, { state, phase, leader });
        return;
      }
      case 'applied':
      case 'snapshotLoaded': {
        const { zxid, digest } = event;
        Object.assign(this.servers.get(event.who) ?? {}, { zxid, digest });
        return;
      }
      case 'clientStateChanged':
        this.clients.set(event.who, { state: event.state, sessionId: event.sessionId });
        return;
      case 'commandDone': {
        const { command, ok, error, data } = event;
        this.commands.set(command, { ok, error, data });
        return;
      }
      default:
        return;
    }
  }

  sessionOf(client: ParticipantId): string | undefined {
    const sessionId = this.clients.get(client)?.sessionId;
    return sessionId === '0x0' ? undefined : sessionId;
  }

  leader(): ParticipantId | null {
    for (const [id, { state, phase }] of this.servers) {
      if (state === 'LEADING' && phase === 'BROADCAST') return id;
    }
    return null;
  }

  /** Why the ensemble is not at rest yet, or null: one leader, and everybody in sync with it. */
  whatServersLack(): string | null {
    const leaders = [...this.servers].filter(([, server]) => server.state === 'LEADING');
    const [leader] = leaders;
    if (leader === undefined || leaders.length > 1) return `${leaders.length} leaders`;
    const sid = numberOf(leader[0]);
    for (const [id, server] of this.servers) {
      if (server.phase !== 'BROADCAST') return `${id} is ${server.state}, in ${server.phase}`;
      if (server.leader !== sid) return `${id} does not follow ${leader[0]}`;
    }
    return null;
  }

  /** Those whose session has ended. */
  expiredClients(): readonly ParticipantId[] {
    return [...this.clients].filter(([, { state }]) => state === 'expired').map(([id]) => id);
  }

  whatClientsLack(): string | null {
    for (const [id, { state }] of this.clients)
      if (state !== 'connected') return `${id} is ${state}`;
    return null;
  }

  /** Null if all have applied the same txns and have the same tree. */
  whatTreesLack(): string | null {
    const all = [...this.servers].map(([id, { zxid, digest }]) => ({
      id,
      at: `${zxid} ${digest}`,
    }));
    const other = all.find(({ at }) => at !== all[0]?.at);
    return other === undefined
      ? null
      : `${other.id} is at ${other.at}, ${all[0]?.id} at ${all[0]?.at}`;
  }
}

function newServer(): Server {
  return { state: 'LOOKING', phase: 'ELECTION', leader: null, zxid: 0, digest: '' };
}
