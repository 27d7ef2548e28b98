/** Ids of clusters and topics. Source: Kafka Uuid.java, Base64 without padding, URL alphabet. */

import { toBase64 } from '../base/bytes.ts';
import type { Prng } from '../base/prng.ts';

/** 22 characters. */
export function randomId(random: Prng): string {
  const bytes = Uint8Array.from({ length: 16 }, () => random.below(256));
  return toBase64(bytes).slice(0, 22).replaceAll('+', '-').replaceAll('/', '_');
}
