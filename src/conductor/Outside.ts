/**
 * What a server has beyond the simulated world: real sockets, and perhaps real files. Only a host
 * that keeps to a real clock hands it in (hosts/tcp). What comes from there is not kept, so such a
 * run cannot be replayed.
 */

import type { ParticipantId } from '../network/address.ts';
import type { DiskFiles, DiskOp } from '../server/disk.ts';
import type { MessageKind } from '../server/effects.ts';
import type { ConnectionId, ServerEvent } from '../server/events.ts';

export type OutsideEvent = Extract<
  ServerEvent,
  {
    readonly type:
      | 'clientConnected'
      | 'clientFrame'
      | 'clientDisconnected'
      | 'fourLetterWord'
      | 'adminCommand'
      | 'takeSnapshot'
      | 'persisted';
  }
>;

/** Events of one server, in their order. */
export interface OutsideInput {
  readonly to: ParticipantId;
  readonly events: readonly OutsideEvent[];
}

/** Connections from outside are numbered from here on; a machine's own never get that far. */
export const OUTSIDE_CONNECTIONS_FROM = 1_000_000_000;

export interface Outside {
  /** Of kind `fourLetterWord` it is text, as for an admin command: sent without a length. */
  send(connection: ConnectionId, payload: Uint8Array, kind: MessageKind): void;
  /** After what was sent before. */
  close(connection: ConnectionId): void;
  /** The disk if it is a real one. */
  readonly disk: OutsideDisk | null;
}

export interface OutsideDisk {
  /** Carries out in order; once it is on stable storage, `persisted` comes in with the token. */
  persist(token: number, ops: readonly DiskOp[]): void;
  /** As all operations so far have left them. */
  files(): DiskFiles;
}
