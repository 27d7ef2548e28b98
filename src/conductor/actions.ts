/**
 * Everything from outside. Seed + configuration + actions = the run: an action is plain data, is
 * stamped with the virtual time at which it takes effect, and is kept.
 */

import type { JsonValue } from '../client/trace.ts';
import type { ParticipantId } from '../network/address.ts';

/** Directed: what `from` sends to `to`. What is left out stays as it is. */
export interface LinkChange {
  readonly from: ParticipantId;
  readonly to: ParticipantId;
  readonly cut?: boolean;
  readonly held?: boolean;
  readonly extraLatencyUs?: number;
  readonly lossPercent?: number;
}

export type Action =
  /** The process dies (SIGKILL): its connections are reset, what it wrote stays. */
  | { readonly type: 'kill'; readonly target: ParticipantId }
  /** The machine goes dark: nobody is told, and what was not flushed is lost. */
  | { readonly type: 'powerCut'; readonly target: ParticipantId }
  | { readonly type: 'restart'; readonly target: ParticipantId }
  /** SIGSTOP and SIGCONT: messages and timers wait. */
  | { readonly type: 'pause'; readonly target: ParticipantId }
  | { readonly type: 'resume'; readonly target: ParticipantId }
  /** Empties the disk of a server that is down; a running one is killed first. */
  | { readonly type: 'wipe'; readonly target: ParticipantId }
  | { readonly type: 'setLinks'; readonly changes: readonly LinkChange[] }
  /**
   * A message on its way is lost, and sent again: `id` as the trace has it. Nothing if it has come
   * already.
   */
  | {
      readonly type: 'loseMessage';
      readonly from: ParticipantId;
      readonly to: ParticipantId;
      readonly id: number;
    }
  /** Every link as it was in the beginning. */
  | { readonly type: 'heal' }
  | {
      readonly type: 'addClient';
      readonly client: ParticipantId;
      /** Order in which it tries them; empty for all servers in an order drawn from the seed. */
      readonly servers: readonly ParticipantId[];
      readonly sessionTimeoutMs: number;
      readonly chroot: string;
      /** It may dial other such clients, and be dialled. Left out: it talks to servers only. */
      readonly meetsClients?: boolean;
      /** A server in read-only mode will do. Left out: it will not. */
      readonly canBeReadOnly?: boolean;
    }
  /** The program ends without closing its session. */
  | { readonly type: 'removeClient'; readonly client: ParticipantId }
  /** `command` is a number that the caller chooses; `commandDone` carries it. */
  | {
      readonly type: 'command';
      readonly client: ParticipantId;
      readonly command: number;
      readonly name: string;
      readonly args: JsonValue;
    }
  | { readonly type: 'expireSession'; readonly sessionId: string };

export interface StampedAction {
  readonly atUs: number;
  readonly action: Action;
}
