import fc from 'fast-check';
import { expect, test } from 'vitest';
import { concatBytes } from '../../base/bytes.ts';
import { utf8Decode } from '../../base/utf8.ts';
import { SNAPPY_SNAPSHOT } from './testing/compressedSnapshots.ts';
import { unsnappy } from './unsnappy.ts';

const HEADER = SNAPPY_SNAPSHOT.bytes.slice(0, 16);
const streamOf = (...block: readonly number[]): Uint8Array =>
  concatBytes(HEADER, new Uint8Array([0, 0, 0, block.length, ...block]));

test('copies may reach into what they write', () => {
  // 'ab' as a literal, then 8 bytes from 2 bytes ago.
  const { bytes, fault } = unsnappy(streamOf(10, 0x04, 0x61, 0x62, 0x11, 0x02), 100);
  expect(fault).toBeNull();
  expect(utf8Decode(bytes)).toBe('ababababab');
});

test('what it may hold is limited before anything is made', () => {
  const huge = streamOf(0xff, 0xff, 0xff, 0xff, 0x0f, 0x04, 0x61, 0x62);
  expect(unsnappy(huge, 1_000)).toEqual({
    bytes: new Uint8Array(0),
    fault: 'the snappy stream is broken, or holds too much',
  });
});

test('damaged bytes are told, never thrown', () => {
  const { bytes } = SNAPPY_SNAPSHOT;
  const change = fc.tuple(fc.nat(bytes.length - 1), fc.nat(255));
  fc.assert(
    fc.property(fc.array(change, { maxLength: 8 }), fc.nat(bytes.length), (changes, length) => {
      const damaged = bytes.slice(0, length);
      for (const [at, value] of changes) if (at < length) damaged[at] = value;
      expect(unsnappy(damaged, 10_000).bytes.length).toBeLessThanOrEqual(10_000);
    }),
  );
});
