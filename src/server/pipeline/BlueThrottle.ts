/**
 * Lets through so many at once, and then as many as time brings: tokens that come back one a ms.
 * Source: ZooKeeper BlueThrottle, with its fill time and count of 1 and without random drops.
 */

export class BlueThrottle {
  private readonly tokensMax: number;
  private tokens: number;
  private filledAtMs: number;

  /** `tokensMax` 0: everything gets through. */
  constructor(tokensMax: number, nowMs: number) {
    this.tokensMax = tokensMax;
    this.tokens = tokensMax;
    this.filledAtMs = nowMs;
  }

  get deficit(): number {
    return this.tokensMax - this.tokens;
  }

  /** Takes a token. False if there is none. */
  checkLimit(nowMs: number): boolean {
    if (this.tokensMax === 0) return true;
    this.tokens = Math.min(this.tokens + nowMs - this.filledAtMs, this.tokensMax);
    this.filledAtMs = nowMs;
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }
}
