/** What waits in a participant for its time. */

import type { Connection } from '../network/Connection.ts';
import type { Message } from '../network/Message.ts';
import type { StackWake } from '../network/NetworkStack.ts';
import type { DiskFiles } from '../server/disk.ts';
import type { Input } from './ParticipantHost.ts';

export interface Timer {
  readonly name: string;
  /** Set again or cancelled: this entry means nothing any more. */
  isStale: boolean;
}

/** What a process is told; it waits while the process is paused. */
export type ProcessItem =
  | { readonly type: 'boot' }
  | { readonly type: 'timer'; readonly timer: Timer }
  | { readonly type: 'connected'; readonly connection: Connection; readonly dialled: boolean }
  | { readonly type: 'refused'; readonly connection: Connection }
  | { readonly type: 'message'; readonly connection: Connection; readonly message: Message }
  | { readonly type: 'disconnected'; readonly connection: Connection }
  | { readonly type: 'persisted'; readonly token: number }
  | { readonly type: 'diskRead'; readonly files: DiskFiles }
  | { readonly type: 'input'; readonly input: ProcessInput };

export type ProcessInput = Extract<
  Input,
  { readonly type: 'command' | 'expireSession' | 'outside' }
>;

export type LocalBody =
  | { readonly what: 'arrival'; readonly message: Message }
  | { readonly what: 'item'; readonly item: ProcessItem }
  | { readonly what: 'wake'; readonly wake: StackWake }
  | { readonly what: 'input'; readonly input: Input };

/** Run in the order of time, then sender (the conductor first), then sequence of the sender. */
export interface LocalEvent {
  readonly atUs: number;
  readonly order: number;
  readonly sequence: number;
  readonly body: LocalBody;
}

export function compareLocal(a: LocalEvent, b: LocalEvent): number {
  return a.atUs - b.atUs || a.order - b.order || a.sequence - b.sequence;
}
