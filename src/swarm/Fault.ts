/** What goes wrong in a run: plain data, each entry with its own end, so that any of them can be left out. */

import type { Action, LinkChange } from '../conductor/actions.ts';
import type { ParticipantId } from '../network/address.ts';

export type Fault = { readonly atUs: number; readonly forUs: number } & FaultBody;

export type FaultBody =
  /** Then it is restarted. Clients as well as servers. */
  | { readonly type: 'kill' | 'powerCut'; readonly target: ParticipantId }
  | { readonly type: 'pause'; readonly target: ParticipantId }
  /** Killed, its disk emptied, restarted; left out where that could lose what was committed. */
  | { readonly type: 'wipe'; readonly target: ParticipantId }
  /** Nothing passes between the groups. */
  | { readonly type: 'partition'; readonly groups: readonly (readonly ParticipantId[])[] }
  /** What `from` sends to `to` is lost, slowed down, or lost at times. */
  | { readonly type: 'cut'; readonly from: ParticipantId; readonly to: ParticipantId }
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

/** What begins the fault. `sessionOf`: the session that a client has. */
export function beginActions(
  fault: Fault,
  sessionOf: (client: ParticipantId) => string | undefined,
): readonly Action[] {
  switch (fault.type) {
    case 'kill':
    case 'powerCut':
    case 'pause':
    case 'wipe':
      return [{ type: fault.type, target: fault.target }];
    case 'expireSession': {
      const sessionId = sessionOf(fault.client);
      return sessionId === undefined ? [] : [{ type: 'expireSession', sessionId }];
    }
    default:
      return [{ type: 'setLinks', changes: linkChanges(fault, true) }];
  }
}

export function endActions(fault: Fault): readonly Action[] {
  switch (fault.type) {
    case 'kill':
    case 'powerCut':
    case 'wipe':
      return [{ type: 'restart', target: fault.target }];
    case 'pause':
      return [{ type: 'resume', target: fault.target }];
    case 'expireSession':
      return [];
    default:
      return [{ type: 'setLinks', changes: linkChanges(fault, false) }];
  }
}

type LinkFault = Extract<FaultBody, { type: 'partition' | 'cut' | 'slow' | 'lossy' }>;

function linkChanges(fault: LinkFault, begins: boolean): readonly LinkChange[] {
  if (fault.type === 'partition') return cutsBetween(fault.groups, begins);
  const { from, to } = fault;
  if (fault.type === 'cut') return [{ from, to, cut: begins }];
  if (fault.type === 'slow') {
    return [{ from, to, extraLatencyUs: begins ? fault.extraLatencyUs : 0 }];
  }
  return [{ from, to, lossPercent: begins ? fault.lossPercent : 0 }];
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
