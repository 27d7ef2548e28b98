/**
 * The messages on the wire now: each is one message in one worker's port. Read by the canvas
 * every frame, so it is a plain mutable map and not part of the store.
 */

import type { TraceEvent } from '../../trace/TraceEvent.ts';
import type { MessageView } from '../model.ts';

/** A lost message is drawn until this long after its end, so that its burst is seen. */
const BURST_US = 6_000;

export class MessageTable {
  readonly #messages = new Map<string, MessageView>();

  fold(event: TraceEvent): void {
    switch (event.type) {
      case 'messageSent': {
        const key = `${event.who}/${event.id}`;
        const { to, channel, kind, text, zxid, bytes, arriveUs, atUs } = event;
        this.#messages.set(key, {
          key,
          from: event.who,
          to,
          channel,
          kind,
          text,
          zxid,
          bytes,
          sentUs: atUs,
          arriveUs,
          diesUs: null,
          lossReason: '',
        });
        return;
      }
      case 'messageDelivered':
        this.#messages.delete(`${event.from}/${event.id}`);
        return;
      case 'messageLost': {
        const key = `${event.who}/${event.id}`;
        const message = this.#messages.get(key);
        if (message === undefined) return;
        this.#messages.set(key, { ...message, diesUs: event.diesUs, lossReason: event.reason });
        return;
      }
      case 'processKilled':
        this.#dropDeliveriesTo(event.target, event.atUs);
        return;
      default:
        return;
    }
  }

  /** Forgets what has burst, and what arrived where nobody was left to tell of it. */
  prune(nowUs: number): void {
    for (const [key, message] of this.#messages) {
      const endUs = message.diesUs === null ? message.arriveUs : message.diesUs;
      if (endUs + BURST_US < nowUs) this.#messages.delete(key);
    }
  }

  values(): IterableIterator<MessageView> {
    return this.#messages.values();
  }

  get(key: string): MessageView | undefined {
    return this.#messages.get(key);
  }

  get size(): number {
    return this.#messages.size;
  }

  #dropDeliveriesTo(target: string, atUs: number): void {
    for (const [key, message] of this.#messages) {
      if (message.to !== target || message.diesUs !== null) continue;
      this.#messages.set(key, {
        ...message,
        diesUs: Math.max(message.arriveUs, atUs),
        lossReason: 'down',
      });
    }
  }
}
