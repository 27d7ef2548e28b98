/** Who can send and receive messages. Servers are `S1`..., clients `C1`..., the conductor `*`. */

export type ParticipantId = string;

export const CONDUCTOR: ParticipantId = '*';

export const serverId = (sid: number): ParticipantId => `S${sid}`;
export const clientId = (number: number): ParticipantId => `C${number}`;

export const isServerId = (id: ParticipantId): boolean => id.startsWith('S');

/** The number in `S3` or `C3`. */
export const numberOf = (id: ParticipantId): number => Number(id.slice(1));

const SERVERS_FROM = 0x10000;
const CLIENTS_FROM = 0x20000;

/** The order in which simultaneous events happen: conductor, servers, clients, each by number. */
export function orderOf(id: ParticipantId): number {
  if (id === CONDUCTOR) return 0;
  return (isServerId(id) ? SERVERS_FROM : CLIENTS_FROM) + numberOf(id);
}

/** Inverse of `orderOf`. */
export function participantAt(order: number): ParticipantId {
  if (order === 0) return CONDUCTOR;
  return order < CLIENTS_FROM ? serverId(order - SERVERS_FROM) : clientId(order - CLIENTS_FROM);
}
