/**
 * Says why an action cannot be done as things are, in words for the person who asked; null if it
 * can.
 */

import type { ParticipantId } from '../network/address.ts';
import type { Action, LinkChange } from './actions.ts';
import type { Member } from './Member.ts';

export const CLIENTS_MAX = 2_000;
/** Each of them hears of each other one. */
export const MEETING_CLIENTS_MAX = 100;
export const LINK_CHANGES_MAX = 10_000;
export const EXTRA_LATENCY_MAX_US = 60_000_000;

type Members = ReadonlyMap<ParticipantId, Member>;

export function checkAction(members: Members, action: Action): string | null {
  switch (action.type) {
    case 'kill':
    case 'powerCut':
    case 'restart':
    case 'pause':
    case 'resume':
    case 'wipe':
      return checkProcess(find(members, action.target), action.type, action.target);
    case 'setLinks':
      return checkLinks(members, action.changes);
    case 'loseMessage':
      if (find(members, action.from) === undefined) return `${action.from} does not exist`;
      return find(members, action.to)?.isRunning === true ? null : `${action.to} is down`;
    case 'heal':
      return null;
    case 'addClient':
      return checkNewClient(members, action);
    case 'removeClient':
      return find(members, action.client)?.program.type === 'client'
        ? null
        : `${action.client} is no client`;
    case 'command': {
      const client = find(members, action.client);
      if (client?.program.type !== 'client') return `${action.client} is no client`;
      return client.isRunning ? null : `${action.client} is down`;
    }
    case 'expireSession':
      return /^0x[0-9a-f]{1,16}$/.test(action.sessionId)
        ? null
        : `${action.sessionId} is no session id such as 0x1000000a1b20000`;
  }
}

function find(members: Members, id: ParticipantId): Member | undefined {
  const member = members.get(id);
  return member?.state === 'removed' ? undefined : member;
}

type ProcessAction = 'kill' | 'powerCut' | 'restart' | 'pause' | 'resume' | 'wipe';

function checkProcess(member: Member | undefined, type: ProcessAction, id: string): string | null {
  if (member === undefined) return `${id} does not exist`;
  switch (type) {
    case 'kill':
    case 'powerCut':
      return member.isRunning ? null : `${id} is already down`;
    case 'restart':
      if (member.isRunning) return `${id} is running`;
      return member.isHosted ? `${id} is still going down` : null;
    case 'pause':
      if (member.state === 'paused') return `${id} is already paused`;
      return member.state === 'up' ? null : `${id} is down`;
    case 'resume':
      return member.state === 'paused' ? null : `${id} is not paused`;
    case 'wipe':
      return member.program.type === 'server' ? null : `${id} has no disk`;
  }
}

function checkLinks(members: Members, changes: readonly LinkChange[]): string | null {
  if (changes.length > LINK_CHANGES_MAX) return `more than ${LINK_CHANGES_MAX} link changes`;
  for (const { from, to, extraLatencyUs = 0, lossPercent = 0 } of changes) {
    for (const end of [from, to])
      if (find(members, end) === undefined) return `${end} does not exist`;
    if (from === to) return `${from} has no link to itself`;
    if (!isWholeBetween(extraLatencyUs, 0, EXTRA_LATENCY_MAX_US)) {
      return `extra latency must be 0 to ${EXTRA_LATENCY_MAX_US} us`;
    }
    if (!isWholeBetween(lossPercent, 0, 100)) return 'loss must be 0 to 100 percent';
  }
  return null;
}

function checkNewClient(
  members: Members,
  action: Extract<Action, { type: 'addClient' }>,
): string | null {
  const { client, servers, sessionTimeoutMs, chroot, meetsClients = false } = action;
  if (!/^C[1-9]\d{0,5}$/.test(client)) return `${client} is no client name such as C1`;
  const known = members.get(client);
  if (known !== undefined && known.state !== 'removed') return `${client} exists already`;
  if (known?.isHosted) return `${client} is still going down`;
  if (countClients(members, false) >= CLIENTS_MAX) return `more than ${CLIENTS_MAX} clients`;
  if (meetsClients && countClients(members, true) >= MEETING_CLIENTS_MAX) {
    return `more than ${MEETING_CLIENTS_MAX} clients that meet clients`;
  }
  for (const server of servers) {
    if (members.get(server)?.program.type !== 'server') return `${server} is no server`;
  }
  if (!isWholeBetween(sessionTimeoutMs, 1, 0x7fffffff))
    return 'session timeout must be 1 ms or more';
  return chroot === '' || /^(\/[^/]+)+$/.test(chroot) ? null : `${chroot} is no path`;
}

function countClients(members: Members, meeting: boolean): number {
  let count = 0;
  for (const { program, state } of members.values()) {
    if (program.type !== 'client' || state === 'removed') continue;
    if (program.meetsClients || !meeting) count += 1;
  }
  return count;
}

function isWholeBetween(value: number, min: number, max: number): boolean {
  return Number.isInteger(value) && value >= min && value <= max;
}
