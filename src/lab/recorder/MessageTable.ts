/**
 * The messages on the wire now: each is one message in one worker's port. Read by the canvas
 * every frame, so it is a plain mutable map and not part of the store.
 */

import type { RingBuffer } from '../../base/RingBuffer.ts';
import type { TraceEvent, TraceOf } from '../../trace/TraceEvent.ts';
import type { MessageView } from '../model.ts';

/** A lost message is drawn until this long after its end, so that its burst is seen. */
const BURST_US = 6_000;

export class MessageTable {
  readonly #messages = new Map<string, MessageView>();

  fold(event: TraceEvent): void {
    switch (event.type) {
      case 'messageSent': {
        const message = sentMessage(event);
        this.#messages.set(message.key, message);
        return;
      }
      case 'messageDelivered':
        this.#messages.delete(`${event.from}/${event.id}`);
        return;
      case 'messageLost': {
        const key = `${event.who}/${event.id}`;
        const message = this.#messages.get(key);
        if (message !== undefined) this.#messages.set(key, lostMessage(message, event));
        return;
      }
      case 'messageResent':
        return this.#resend(`${event.from}/${event.id}`, event.atUs, event.arriveUs);
      case 'linkChanged':
        return this.#hold(event.from, event.to, event.held, event.atUs);
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
      if (message.heldUs !== null) continue;
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

  /** The lost one bursts where it is; the other has its name, since that will arrive. */
  #resend(key: string, atUs: number, arriveUs: number): void {
    const message = this.#messages.get(key);
    if (message === undefined) return;
    const lost = moving(message, atUs);
    const lostKey = `${key} lost`;
    this.#messages.set(lostKey, { ...lost, key: lostKey, diesUs: atUs, lossReason: 'loss' });
    const sentUs = arriveUs - (message.arriveUs - message.sentUs);
    this.#messages.set(key, { ...message, sentUs, arriveUs });
  }

  #hold(from: string, to: string, isHeld: boolean, atUs: number): void {
    for (const [key, message] of this.#messages) {
      if (message.from !== from || message.to !== to || message.diesUs !== null) continue;
      if (!isHeld) this.#messages.set(key, moving(message, atUs));
      else if (message.heldUs === null) this.#messages.set(key, { ...message, heldUs: atUs });
    }
  }

  #dropDeliveriesTo(target: string, atUs: number): void {
    for (const [key, message] of this.#messages) {
      if (message.to !== target || message.diesUs !== null) continue;
      const last = moving(message, atUs);
      this.#messages.set(key, {
        ...last,
        diesUs: Math.max(last.arriveUs, atUs),
        lossReason: 'down',
      });
    }
  }
}

/** A message as the trace has it, on the wire or not any more; undefined if it never had it. */
export function messageIn(events: RingBuffer<TraceEvent>, key: string): MessageView | undefined {
  let lost: TraceOf<'messageLost'> | null = null;
  for (let index = events.size - 1; index >= 0; index--) {
    const event = events.at(index);
    if (event?.type !== 'messageSent' && event?.type !== 'messageLost') continue;
    if (`${event.who}/${event.id}` !== key) continue;
    if (event.type === 'messageLost') lost = event;
    else return lost === null ? sentMessage(event) : lostMessage(sentMessage(event), lost);
  }
  return undefined;
}

export const sentMessage = (event: TraceOf<'messageSent'>): MessageView => ({
  key: `${event.who}/${event.id}`,
  from: event.who,
  to: event.to,
  channel: event.channel,
  kind: event.kind,
  text: event.text,
  zxid: event.zxid,
  bytes: event.bytes,
  sentUs: event.atUs,
  arriveUs: event.arriveUs,
  heldUs: null,
  diesUs: null,
  lossReason: '',
});

const lostMessage = (message: MessageView, event: TraceOf<'messageLost'>): MessageView => ({
  ...message,
  diesUs: event.diesUs,
  lossReason: event.reason,
});

/** As it goes on from where it stood: that much later. */
function moving(message: MessageView, atUs: number): MessageView {
  const { heldUs, sentUs, arriveUs } = message;
  if (heldUs === null) return message;
  const laterUs = atUs - heldUs;
  return { ...message, sentUs: sentUs + laterUs, arriveUs: arriveUs + laterUs, heldUs: null };
}
