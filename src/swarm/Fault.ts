/**
 * What goes wrong in a run: plain data, each entry with its own end, so that any of them can be
 * left out.
 */

import type { Action, LinkChange } from '../conductor/actions.ts';
import type { ParticipantId } from '../network/address.ts';

export type Fault = { readonly atUs: number; readonly forUs: number } & FaultBody;

export type FaultBody =
  /** Then it is restarted. Clients as well as servers. */
  | { readonly type: 'kill' | 'powerCut'; readonly target: ParticipantId }
  | { readonly type: 'pause'; readonly target: ParticipantId }
  /** Power fails for several servers at once; then all servers that are down start together. */
  | { readonly type: 'blackout'; readonly targets: readonly ParticipantId[] }
  /** Killed, its disk emptied, restarted; left out where that could lose what was committed. */
  | { readonly type: 'wipe'; readonly target: ParticipantId }
  /**
   * The leader of that time and the other servers do not hear each other. All clients are on its
   * side, or none is cut off from anybody: with them the next leader has nothing to propose, and
   * the old one has a tail to cut off.
   */
  | { readonly type: 'isolateLeader'; readonly withClients: boolean }
  /** Nothing passes between the groups. */
  | { readonly type: 'partition'; readonly groups: readonly (readonly ParticipantId[])[] }
  /** What `from` sends to `to` is lost, waits, is slowed down, or lost at times. */
  | { readonly type: 'cut'; readonly from: ParticipantId; readonly to: ParticipantId }
  | { readonly type: 'hold'; readonly from: ParticipantId; readonly to: ParticipantId }
  | {
      readonly type: 'slow';
      readonly from: ParticipantId;
      readonly to: ParticipantId;
      readonly extraLatencyUs: number;
    }
  | {
      readonly type: 'lossy';
      readonly from: ParticipantId;
      readonly to: ParticipantId;
      readonly lossPercent: number;
    }
  /** The session that the client has then. */
  | { readonly type: 'expireSession'; readonly client: ParticipantId };

/** What a fault must know of the moment at which it begins. */
export interface Sight {
  readonly servers: readonly ParticipantId[];
  readonly clients: readonly ParticipantId[];
  /** Null if there is none. */
  leader(): ParticipantId | null;
  /** The session that a client has. */
  sessionOf(client: ParticipantId): string | undefined;
}

export interface FaultActions {
  readonly begin: readonly Action[];
  readonly end: readonly Action[];
}

const NOTHING: FaultActions = { begin: [], end: [] };

/** Call it when the fault begins. */
export function actionsOf(fault: Fault, sight: Sight): FaultActions {
  switch (fault.type) {
    case 'kill':
    case 'powerCut':
    case 'wipe': {
      const { type, target } = fault;
      return { begin: [{ type, target }], end: [{ type: 'restart', target }] };
    }
    case 'pause': {
      const { target } = fault;
      return { begin: [{ type: 'pause', target }], end: [{ type: 'resume', target }] };
    }
    case 'blackout':
      return {
        begin: fault.targets.map((target) => ({ type: 'powerCut', target })),
        end: sight.servers.map((target) => ({ type: 'restart', target })),
      };
    case 'expireSession': {
      const sessionId = sight.sessionOf(fault.client);
      if (sessionId === undefined) return NOTHING;
      return { begin: [{ type: 'expireSession', sessionId }], end: [] };
    }
    case 'isolateLeader': {
      const leader = sight.leader();
      if (leader === null) return NOTHING;
      const others = sight.servers.filter((server) => server !== leader);
      const side = fault.withClients ? [leader, ...sight.clients] : [leader];
      return linkActions({ type: 'partition', groups: [side, others] });
    }
    case 'partition':
    case 'cut':
    case 'hold':
    case 'slow':
    case 'lossy':
      return linkActions(fault);
  }
}

type LinkFault = Extract<FaultBody, { type: 'partition' | 'cut' | 'hold' | 'slow' | 'lossy' }>;

function linkActions(fault: LinkFault): FaultActions {
  return {
    begin: [{ type: 'setLinks', changes: linkChanges(fault, true) }],
    end: [{ type: 'setLinks', changes: linkChanges(fault, false) }],
  };
}

function linkChanges(fault: LinkFault, begins: boolean): readonly LinkChange[] {
  if (fault.type === 'partition') return cutsBetween(fault.groups, begins);
  const { from, to } = fault;
  if (fault.type === 'cut') return [{ from, to, cut: begins }];
  if (fault.type === 'hold') return [{ from, to, held: begins }];
  if (fault.type === 'lossy') return [{ from, to, lossPercent: begins ? fault.lossPercent : 0 }];
  return [{ from, to, extraLatencyUs: begins ? fault.extraLatencyUs : 0 }];
}

function cutsBetween(
  groups: readonly (readonly ParticipantId[])[],
  cut: boolean,
): readonly LinkChange[] {
  const changes: LinkChange[] = [];
  for (const group of groups) {
    for (const other of groups) {
      if (other === group) continue;
      for (const from of group) for (const to of other) changes.push({ from, to, cut });
    }
  }
  return changes;
}
