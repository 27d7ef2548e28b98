/** Universally unique identifiers, version 4 (RFC 9562 §5.4), from seeded randomness. */

import { toHex } from '../base/bytes.ts';
import type { Prng } from '../base/prng.ts';

/** Lower-case, 36 characters. */
export function uuid(random: Prng): string {
  const bytes = Uint8Array.from({ length: 16 }, () => random.below(256));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = toHex(bytes);
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20)];
  return [...parts, hex.slice(20)].join('-');
}
