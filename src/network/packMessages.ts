/**
 * A batch of messages as one buffer, which crosses threads by transfer. Only these two functions
 * know its layout: count, then per message a fixed head and its payload; big endian.
 */

import { assert } from '../base/assert.ts';
import { orderOf, participantAt } from './address.ts';
import { CHANNELS, MESSAGE_TYPES, type Message } from './Message.ts';

const HEAD_BYTES = 42;

export function packMessages(messages: readonly Message[]): ArrayBuffer {
  let size = 4;
  for (const { payload } of messages) size += HEAD_BYTES + payload.length;
  const buffer = new ArrayBuffer(size);
  const view = new DataView(buffer);
  const bytes = new Uint8Array(buffer);
  view.setUint32(0, messages.length);
  let at = 4;
  for (const message of messages) {
    const { payload } = message;
    view.setUint8(at, MESSAGE_TYPES.indexOf(message.type));
    view.setUint8(at + 1, CHANNELS.indexOf(message.channel));
    view.setUint32(at + 2, orderOf(message.from));
    view.setUint32(at + 6, orderOf(message.to));
    view.setUint32(at + 10, message.toIncarnation);
    view.setFloat64(at + 14, message.id);
    view.setFloat64(at + 22, message.connection);
    view.setFloat64(at + 30, message.arriveUs);
    view.setUint32(at + 38, payload.length);
    bytes.set(payload, at + HEAD_BYTES);
    at += HEAD_BYTES + payload.length;
  }
  return buffer;
}

/** Payloads are views of `buffer`: it must not be changed afterwards. */
export function unpackMessages(buffer: ArrayBuffer): readonly Message[] {
  const view = new DataView(buffer);
  const count = view.getUint32(0);
  const messages: Message[] = [];
  let at = 4;
  for (let i = 0; i < count; i++) {
    const type = MESSAGE_TYPES[view.getUint8(at)];
    const channel = CHANNELS[view.getUint8(at + 1)];
    assert(type !== undefined && channel !== undefined, 'unknown code in packed messages');
    const length = view.getUint32(at + 38);
    messages.push({
      type,
      id: view.getFloat64(at + 14),
      from: participantAt(view.getUint32(at + 2)),
      to: participantAt(view.getUint32(at + 6)),
      toIncarnation: view.getUint32(at + 10),
      channel,
      connection: view.getFloat64(at + 22),
      arriveUs: view.getFloat64(at + 30),
      payload: new Uint8Array(buffer, at + HEAD_BYTES, length),
    });
    at += HEAD_BYTES + length;
  }
  assert(at === buffer.byteLength, 'packed messages have a tail');
  return messages;
}
