/**
 * Cuts what a peer sends on an election connection: its initial message if it dialled, then
 * notifications, each behind its length.
 * Source: QuorumCnxManager.handleConnection and RecvWorker.
 */

import { concatBytes } from '../base/bytes.ts';
import { FrameSplitter } from './frames.ts';
import {
  decodeInitialMessage,
  INITIAL_MESSAGE_BYTES_MAX,
  type InitialMessage,
} from './initialMessage.ts';
import { NOTIFICATION_BYTES_MAX } from './notification.ts';

export type ElectionStreamEvent =
  /** First and once, of a peer that dialled. */
  | { readonly type: 'hello'; readonly message: InitialMessage }
  | { readonly type: 'packet'; readonly bytes: Uint8Array }
  /** Nothing more comes of it; the connection must be closed. */
  | { readonly type: 'bad'; readonly reason: string };

/** Memory: an initial message, or twice the bytes of a notification that really came. */
export class ElectionStream {
  private readonly splitter = new FrameSplitter({ maxFrameBytes: NOTIFICATION_BYTES_MAX });
  /** Null once the initial message is whole, and on a connection that the peer did not dial. */
  private beginning: Uint8Array | null;
  private isBad = false;

  constructor(isPeerDialling: boolean) {
    this.beginning = isPeerDialling ? new Uint8Array(0) : null;
  }

  /** What became complete with `chunk`, to which nobody may write any more. */
  push(chunk: Uint8Array): readonly ElectionStreamEvent[] {
    if (this.isBad) return [];
    if (this.beginning === null) return this.readNotifications(chunk);
    const bytes = concatBytes(this.beginning, chunk);
    const decoded = decodeInitialMessage(bytes);
    if (decoded.ok) {
      const { value: message, consumed } = decoded.value;
      this.beginning = null;
      return [{ type: 'hello', message }, ...this.readNotifications(bytes.subarray(consumed))];
    }
    const isUnfinished =
      decoded.error.reason === 'truncated' && bytes.length < INITIAL_MESSAGE_BYTES_MAX;
    if (!isUnfinished) return [this.bad(decoded.error.message)];
    this.beginning = bytes;
    return [];
  }

  private readNotifications(chunk: Uint8Array): readonly ElectionStreamEvent[] {
    const events: ElectionStreamEvent[] = [];
    for (const event of this.splitter.push(chunk)) {
      if (event.type === 'frame') events.push({ type: 'packet', bytes: event.bytes });
      else events.push(this.bad('unreasonable length of a notification'));
    }
    return events;
  }

  private bad(reason: string): ElectionStreamEvent {
    this.isBad = true;
    this.beginning = null;
    return { type: 'bad', reason };
  }
}
