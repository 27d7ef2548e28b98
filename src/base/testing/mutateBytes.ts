/** Damages bytes in ways that break readers: lengths that lie, cuts, repetitions, flipped bits. */

import { concatBytes } from '../bytes.ts';
import type { Prng } from '../prng.ts';

const BYTES = [0, 1, 0x7f, 0x80, 0xfe, 0xff];
/** As lengths, counts, versions, codes: around every limit that somebody may have set. */
const INTS = [
  ...[0, 1, -1, -2, 0x7f, 0x80, 0xff, 0x100, 0xffff, 0x10000],
  ...[0xffffe, 0xfffff, 0x100000, 0x1ffffe, 0x1fffff, 0x7fffffff, -0x80000000, 0x40000000],
];
const INSERTED_MAX = 24;

/** A copy with one to four changes; `bytes` stay as they are. */
export function mutateBytes(random: Prng, bytes: Uint8Array): Uint8Array {
  let mutated: Uint8Array = bytes.slice();
  const changes = 1 + random.below(random.chance(700) ? 1 : 4);
  for (let i = 0; i < changes; i++) mutated = mutateOnce(random, mutated);
  return mutated;
}

function mutateOnce(random: Prng, bytes: Uint8Array): Uint8Array {
  const { length } = bytes;
  const at = random.below(length + 1);
  switch (random.below(9)) {
    case 0:
      if (at < length) bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
      return bytes;
    case 1:
      if (at < length) bytes[at] = random.pick(BYTES);
      return bytes;
    case 2:
    case 3:
      return writeInt(bytes, at, random.pick(INTS));
    case 4:
      return writeInt(bytes, at, random.next32());
    case 5:
      return bytes.slice(0, at);
    case 6: {
      const end = at + random.below(length - at + 1);
      return concatBytes(bytes.subarray(0, at), bytes.subarray(end));
    }
    case 7: {
      const inserted = new Uint8Array(1 + random.below(INSERTED_MAX));
      const isNoise = random.chance(500);
      for (let i = 0; isNoise && i < inserted.length; i++) inserted[i] = random.below(256);
      return concatBytes(bytes.subarray(0, at), inserted, bytes.subarray(at));
    }
    default: {
      const end = at + random.below(Math.min(64, length - at) + 1);
      return concatBytes(bytes.subarray(0, end), bytes.subarray(at));
    }
  }
}

function writeInt(bytes: Uint8Array, at: number, value: number): Uint8Array {
  if (at + 4 <= bytes.length) new DataView(bytes.buffer, bytes.byteOffset).setInt32(at, value);
  return bytes;
}
