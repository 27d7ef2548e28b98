/** What `GET /state` says: the last that the trace told of each server and of each link. */

import { serverId } from '../../network/address.ts';
import type { TraceEvent } from '../../trace/TraceEvent.ts';

export type ProcessState = 'up' | 'paused' | 'down' | 'off';

export interface ServerState {
  readonly server: number;
  process: ProcessState;
  starts: number;
  state: string | null;
  phase: string | null;
  leader: number | null;
  acceptedEpoch: number;
  currentEpoch: number;
}

interface Link {
  readonly from: string;
  readonly to: string;
  readonly cut: boolean;
  readonly extraLatencyMs: number;
  readonly lossPercent: number;
}

export class EnsembleState {
  readonly servers: ReadonlyMap<string, ServerState>;
  private readonly changed = new Map<string, Link>();

  constructor(count: number) {
    const servers = new Map<string, ServerState>();
    for (let server = 1; server <= count; server++) {
      servers.set(serverId(server), {
        server,
        process: 'down',
        starts: 0,
        state: null,
        phase: null,
        leader: null,
        acceptedEpoch: 0,
        currentEpoch: 0,
      });
    }
    this.servers = servers;
  }

  /** Links that are not as in the beginning. */
  get links(): readonly Link[] {
    return [...this.changed.values()];
  }

  add(event: TraceEvent): void {
    switch (event.type) {
      case 'processStarted':
        this.change(event.target, { process: 'up', state: null, phase: null, leader: null });
        return this.countStart(event.target);
      case 'processKilled':
        return this.change(event.target, {
          process: event.cause === 'powerCut' ? 'off' : 'down',
          state: null,
          phase: null,
          leader: null,
        });
      case 'processPaused':
        return this.change(event.target, { process: 'paused' });
      case 'processResumed':
        return this.change(event.target, { process: 'up' });
      case 'stateChanged': {
        const { state, phase, leader } = event;
        return this.change(event.who, { state, phase, leader });
      }
      case 'recovered': {
        const { acceptedEpoch, currentEpoch } = event;
        return this.change(event.who, { acceptedEpoch, currentEpoch });
      }
      case 'acceptedEpoch':
      case 'currentEpoch':
        return this.change(event.who, { [event.type]: event.epoch });
      case 'linkChanged': {
        const { from, to, cut, lossPercent } = event;
        const extraLatencyMs = event.extraLatencyUs / 1000;
        const link = { from, to, cut, extraLatencyMs, lossPercent };
        const isAsBefore = !cut && lossPercent === 0 && extraLatencyMs === 0;
        if (isAsBefore) this.changed.delete(`${from} ${to}`);
        else this.changed.set(`${from} ${to}`, link);
        return;
      }
      default:
        return;
    }
  }

  private countStart(id: string): void {
    const server = this.servers.get(id);
    if (server !== undefined) server.starts += 1;
  }

  private change(id: string, change: Partial<Omit<ServerState, 'server'>>): void {
    const server = this.servers.get(id);
    if (server !== undefined) Object.assign(server, change);
  }
}
