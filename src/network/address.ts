/** Who can send and receive messages. Servers are `S1`..., clients `C1`..., the conductor `*`. */

export type ParticipantId = string;

export const CONDUCTOR: ParticipantId = '*';

export const serverId = (sid: number): ParticipantId => `S${sid}`;
export const clientId = (number: number): ParticipantId => `C${number}`;

export const isServerId = (id: ParticipantId): boolean => id.startsWith('S');

/** The number in `S3` or `C3`. */
export const numberOf = (id: ParticipantId): number => Number(id.slice(1));

/** The order in which simultaneous events happen: conductor, servers, clients, each by number. */
export function orderOf(id: ParticipantId): number {
  if (id === CONDUCTOR) return 0;
  return (isServerId(id) ? 0x10000 : 0x20000) + numberOf(id);
}
