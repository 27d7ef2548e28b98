/** Least, greatest, sum and count of a number; whole, so that the sum is exact. */
export class Summary {
  min = 0;
  max = 0;
  sum = 0;
  count = 0;

  add(value: number): void {
    this.min = this.count === 0 ? value : Math.min(this.min, value);
    this.max = Math.max(this.max, value);
    this.sum += value;
    this.count++;
  }
}

/** Counters that four-letter words print, for a server or for a connection. Source: ServerStats. */

export class ServerStats {
  received = 0;
  receivedBytes = 0;
  sentBytes = 0;
  /** Connections that were taken. */
  connectionRequests = 0;
  /** Sessions that came with a connection of an earlier one. */
  revalidated = 0;
  closedWhileNotServing = 0;
  commits = 0;
  readonly readLatency = new Summary();
  readonly updateLatency = new Summary();
  sent = 0;
  /** Failed auth packets. */
  authFailed = 0;
  /** Connections that were one too many. */
  rejected = 0;
  /** Connections that never sent a ConnectRequest. */
  sessionlessExpired = 0;
  lastResponseBytes = -1;
  minResponseBytes = -1;
  maxResponseBytes = -1;
  private latencyCount = 0;
  private latencySumMs = 0;
  private latencyMinMs = 0;
  private latencyMaxMs = 0;
  private latencyLastMs = 0;

  get latency(): {
    readonly last: number;
    readonly min: number;
    readonly max: number;
    readonly sum: number;
    readonly count: number;
  } {
    return {
      last: this.latencyLastMs,
      min: this.latencyMinMs,
      max: this.latencyMaxMs,
      sum: this.latencySumMs,
      count: this.latencyCount,
    };
  }

  /** Average latency in ms with up to four decimals, cut and not rounded. */
  averageLatency(): string {
    if (this.latencyCount === 0) return '0.0';
    const tenThousandths = Math.floor((this.latencySumMs * 10_000) / this.latencyCount);
    const fraction = String(tenThousandths % 10_000)
      .padStart(4, '0')
      .replace(/0{1,3}$/, '');
    return `${Math.floor(tenThousandths / 10_000)}.${fraction}`;
  }

  addLatency(latencyMs: number): void {
    this.latencyMinMs =
      this.latencyCount === 0 ? latencyMs : Math.min(this.latencyMinMs, latencyMs);
    this.latencyMaxMs = Math.max(this.latencyMaxMs, latencyMs);
    this.latencyLastMs = latencyMs;
    this.latencySumMs += latencyMs;
    this.latencyCount++;
  }

  addResponse(bytes: number): void {
    this.sentBytes += bytes;
    this.lastResponseBytes = bytes;
    this.minResponseBytes =
      this.minResponseBytes < 0 ? bytes : Math.min(this.minResponseBytes, bytes);
    this.maxResponseBytes = Math.max(this.maxResponseBytes, bytes);
  }

  reset(): void {
    this.received = 0;
    this.sent = 0;
    this.latencyCount = 0;
    this.latencySumMs = 0;
    this.latencyMinMs = 0;
    this.latencyMaxMs = 0;
    this.latencyLastMs = 0;
  }
}
