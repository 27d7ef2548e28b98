/**
 * The linear congruential generator of java.util.Random, which session passwords are made of.
 * Bigints are slow and that is fine: four draws per session.
 */

const MULTIPLIER = 0x5deece66dn;
const INCREMENT = 0xbn;
const STATE_BITS = 48;

export class JavaRandom {
  private state: bigint;

  constructor(seed: bigint) {
    this.state = BigInt.asUintN(STATE_BITS, seed ^ MULTIPLIER);
  }

  /** A signed 32-bit integer, as Random.nextInt(). */
  nextInt(): number {
    this.state = BigInt.asUintN(STATE_BITS, this.state * MULTIPLIER + INCREMENT);
    return Number(BigInt.asIntN(32, this.state >> 16n));
  }

  /** As Random.nextBytes: each draw gives four bytes, lowest first. */
  nextBytes(length: number): Uint8Array {
    const out = new Uint8Array(length);
    let word = 0;
    for (let i = 0; i < length; i++) {
      word = i % 4 === 0 ? this.nextInt() : word >> 8;
      out[i] = word;
    }
    return out;
  }
}
