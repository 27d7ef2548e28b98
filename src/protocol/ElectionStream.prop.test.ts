import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, fromHex, toHex } from '../base/bytes.ts';
import { utf8Encode } from '../base/utf8.ts';
import { ElectionStream, type ElectionStreamEvent } from './ElectionStream.ts';
import { frame } from './frames.ts';
import {
  decodeInitialMessage,
  encodeInitialMessage,
  INITIAL_MESSAGE_BYTES_MAX,
} from './initialMessage.ts';
import { NOTIFICATION_BYTES_MAX } from './notification.ts';

const addresses = fc
  .tuple(fc.constantFrom('127.0.0.1', 'zoo-1.example', '[::1]'), fc.nat(65_535))
  .map(([host, port]) => `${host}:${port}`);
const messages = fc.record({
  sid: fc.nat(),
  addresses: fc.array(addresses, { minLength: 1, maxLength: 4 }),
});
const cuts = fc.array(fc.nat(), { maxLength: 20 });

function split(
  stream: Uint8Array,
  where: readonly number[],
  isPeerDialling = true,
): ElectionStreamEvent[] {
  const splitter = new ElectionStream(isPeerDialling);
  const ends = [...where.map((cut) => cut % (stream.length + 1)), stream.length];
  ends.sort((a, b) => a - b);
  const events: ElectionStreamEvent[] = [];
  let start = 0;
  for (const end of ends) {
    events.push(...splitter.push(stream.slice(start, end)));
    start = end;
  }
  return events;
}

describe('initial message', () => {
  it('is version, sid, length and address', () => {
    const text = '127.0.0.1:3888';
    expect(toHex(encodeInitialMessage({ sid: 3, addresses: [text] }))).toBe(
      `ffffffffffff0000${'0000000000000003'}0000000e${toHex(utf8Encode(text))}`,
    );
  });

  it('of several addresses has the later version', () => {
    const bytes = encodeInitialMessage({ sid: 3, addresses: ['a:1', 'b:2'] });
    expect(toHex(bytes.subarray(0, 8))).toBe('ffffffffffff0001');
  });

  it('in its oldest form is a sid', () => {
    expect(decodeInitialMessage(fromHex('0000000000000002'))).toMatchObject({
      value: { value: { sid: 2, addresses: [] }, consumed: 8 },
    });
  });

  it.each([
    ['another version', 'ffffffffffff0002 0000000000000003 00000003 613a31'],
    ['no address', 'ffffffffffff0000 0000000000000003 00000000'],
    ['a negative length', 'ffffffffffff0000 0000000000000003 ffffffff'],
    ['an address that is too long', 'ffffffffffff0000 0000000000000003 00000801'],
    ['an address without a port', 'ffffffffffff0000 0000000000000003 00000001 61'],
    ['a port that is none', 'ffffffffffff0000 0000000000000003 00000007 613a3635353336'],
  ])('with %s is refused', (_what, hex) => {
    const decoded = decodeInitialMessage(fromHex(hex));
    expect(decoded.ok || decoded.error.reason).toMatch(/badValue|unreasonableLength/);
  });
});

describe('ElectionStream', () => {
  it('gives the initial message and the notifications however the stream is cut', () => {
    const payloads = fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 5 });
    fc.assert(
      fc.property(messages, payloads, cuts, (message, parts, where) => {
        const stream = concatBytes(encodeInitialMessage(message), ...parts.map(frame));
        expect(split(stream, where)).toEqual([
          { type: 'hello', message },
          ...parts.map((bytes) => ({ type: 'packet', bytes })),
        ]);
      }),
    );
  });

  it('gives the same events of any bytes, a fault at most once and at the end', () => {
    const pieces = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.uint8Array({ maxLength: 12 }).map(frame),
      messages.map(encodeInitialMessage),
    );
    const streams = fc.array(pieces, { maxLength: 5 }).map((parts) => concatBytes(...parts));
    fc.assert(
      fc.property(streams, cuts, fc.boolean(), (stream, where, isPeerDialling) => {
        const events = split(stream, where, isPeerDialling);
        expect(events).toEqual(split(stream, [], isPeerDialling));
        expect(events.slice(0, -1).every(({ type }) => type !== 'bad')).toBe(true);
      }),
    );
  });

  it('keeps no more than the longest initial message before it tells', () => {
    const message = { sid: 1, addresses: ['127.0.0.1:3888'] };
    const bytes = encodeInitialMessage(message);
    new DataView(bytes.buffer, bytes.byteOffset).setInt32(16, 2048);
    const stream = concatBytes(bytes, new Uint8Array(INITIAL_MESSAGE_BYTES_MAX));
    expect(split(stream, [40])).toMatchObject([{ type: 'bad' }]);
  });

  it('refuses a notification longer than any may be, before it has come', () => {
    const length = new Uint8Array(4);
    new DataView(length.buffer).setInt32(0, NOTIFICATION_BYTES_MAX + 1);
    expect(split(length, [], false)).toMatchObject([{ type: 'bad' }]);
  });
});
