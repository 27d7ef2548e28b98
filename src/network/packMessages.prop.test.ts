import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clientId, serverId } from './address.ts';
import { CHANNELS, connectionKey, MESSAGE_TYPES, type Message } from './Message.ts';
import { packMessages, unpackMessages } from './packMessages.ts';

const participant = fc.oneof(
  fc.integer({ min: 1, max: 254 }).map(serverId),
  fc.integer({ min: 1, max: 999_999 }).map(clientId),
);

const message: fc.Arbitrary<Message> = fc.record({
  type: fc.constantFrom(...MESSAGE_TYPES),
  id: fc.maxSafeNat(),
  from: participant,
  to: participant,
  toIncarnation: fc.nat(),
  channel: fc.constantFrom(...CHANNELS),
  connection: fc.tuple(participant, fc.nat()).map(([who, id]) => connectionKey(who, id)),
  arriveUs: fc.maxSafeNat(),
  payload: fc.uint8Array({ maxLength: 40 }),
});

test('packed bytes are the messages', () => {
  fc.assert(
    fc.property(fc.array(message, { maxLength: 20 }), (messages) => {
      expect(unpackMessages(packMessages(messages))).toEqual(messages);
    }),
  );
});

test('connection keys of different dials differ', () => {
  expect(connectionKey('S1', 1)).not.toBe(connectionKey('S1', 2));
  expect(connectionKey('S1', 1)).not.toBe(connectionKey('C1', 1));
  expect(Number.isSafeInteger(connectionKey('C999999', 0xffffffff))).toBe(true);
});
