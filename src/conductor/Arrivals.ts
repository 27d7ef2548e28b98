/**
 * Messages on their way to one machine. Left to itself each comes at its time. On a link that is
 * held they stand still; one that is lost on its way is sent again, and what was sent behind it on
 * its connection waits for it.
 */

import type { Heap } from '../base/Heap.ts';
import { orderOf, type ParticipantId } from '../network/address.ts';
import type { ConnectionKey, Message } from '../network/Message.ts';
import { RETRANSMIT_US } from '../network/NetworkStack.ts';
import type { LocalEvent } from './localEvents.ts';

interface Held {
  readonly sinceUs: number;
  messages: readonly Message[];
}

/** Later messages of a connection than `id` come no sooner than `untilUs`. */
interface Gap {
  readonly from: ParticipantId;
  readonly id: number;
  readonly untilUs: number;
}

export class Arrivals {
  private readonly queue: Heap<LocalEvent>;
  private readonly held = new Map<ParticipantId, Held>();
  private readonly gaps = new Map<ConnectionKey, Gap>();

  constructor(queue: Heap<LocalEvent>) {
    this.queue = queue;
  }

  add(message: Message): void {
    const { arriveUs: atUs, from, id: sequence } = message;
    this.queue.push({ atUs, order: orderOf(from), sequence, body: { what: 'arrival', message } });
  }

  /** While it is held, nothing is sent on the link: all that there is was on its way before. */
  setHeld(from: ParticipantId, isHeld: boolean, nowUs: number): void {
    const held = this.held.get(from);
    if (isHeld && held === undefined) {
      this.held.set(from, { sinceUs: nowUs, messages: this.take((one) => one.from === from) });
    } else if (!isHeld && held !== undefined) {
      this.held.delete(from);
      this.letGo(from, held.messages, nowUs - held.sinceUs);
    }
  }

  /** The message as it comes now; null if it is not on its way. */
  lose(from: ParticipantId, id: number): Message | null {
    const isIt = (one: Message): boolean => one.from === from && one.id === id;
    const held = this.held.get(from);
    const message = held?.messages.find(isIt) ?? this.take(isIt)[0];
    if (message === undefined) return null;
    const resent = { ...message, arriveUs: message.arriveUs + RETRANSMIT_US };
    if (held === undefined) this.add(resent);
    else held.messages = held.messages.map((one) => (isIt(one) ? resent : one));
    const gap = this.gaps.get(message.connection);
    const untilUs = Math.max(resent.arriveUs, gap?.untilUs ?? 0);
    this.gaps.set(message.connection, { from, id: Math.min(id, gap?.id ?? id), untilUs });
    return resent;
  }

  /** At the time of its arrival: whether it has come. If not, it will again. */
  hasCome(message: Message, nowUs: number): boolean {
    const gap = this.gaps.get(message.connection);
    if (gap === undefined) return true;
    if (nowUs >= gap.untilUs) this.gaps.delete(message.connection);
    else if (message.id > gap.id) {
      this.add({ ...message, arriveUs: gap.untilUs });
      return false;
    }
    return true;
  }

  private take(wants: (message: Message) => boolean): readonly Message[] {
    const events = this.queue.extract(({ body }) => body.what === 'arrival' && wants(body.message));
    return events.flatMap(({ body }) => (body.what === 'arrival' ? [body.message] : []));
  }

  private letGo(from: ParticipantId, messages: readonly Message[], laterUs: number): void {
    for (const message of messages) {
      this.add({ ...message, arriveUs: message.arriveUs + laterUs });
    }
    for (const [connection, gap] of this.gaps) {
      if (gap.from !== from) continue;
      this.gaps.set(connection, { ...gap, untilUs: gap.untilUs + laterUs });
    }
  }
}
