/**
 * What four-letter words print of a server, or of one of its connections. Source: ServerStats.
 * What only `mntr` prints is in ServerMetrics.
 */

import { Summary } from '../metrics/Summary.ts';

export class ServerStats {
  received = 0;
  sent = 0;
  /** Of a server: requests that are not answered yet. */
  outstanding = 0;
  /** Failed auth packets. */
  authFailed = 0;
  /** Bytes of the last, smallest and largest answer or event; -1 before the first. */
  lastResponseBytes = -1;
  minResponseBytes = -1;
  maxResponseBytes = -1;
  /** ms from a request to its answer. */
  readonly latency = new Summary();
  lastLatencyMs = 0;

  addLatency(latencyMs: number): void {
    this.latency.add(latencyMs);
    this.lastLatencyMs = latencyMs;
  }

  addResponse(bytes: number): void {
    this.lastResponseBytes = bytes;
    this.minResponseBytes =
      this.minResponseBytes < 0 ? bytes : Math.min(this.minResponseBytes, bytes);
    this.maxResponseBytes = Math.max(this.maxResponseBytes, bytes);
  }

  /** Who failed to authenticate is not forgotten. */
  reset(): void {
    this.received = 0;
    this.sent = 0;
    this.lastResponseBytes = -1;
    this.minResponseBytes = -1;
    this.maxResponseBytes = -1;
    this.latency.reset();
    this.lastLatencyMs = 0;
  }
}
