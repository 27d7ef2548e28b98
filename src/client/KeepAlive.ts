/**
 * When to ping and when to give a connection up. Timers are set once and moved when they fire, not
 * at each frame. Source: the time-outs of ClientCnxn.SendThread.run.
 */

import type { SessionHost } from './SessionHost.ts';

const PING_INTERVAL_MAX_MS = 10_000;

export class KeepAlive {
  private readonly host: SessionHost;
  private timeoutMs = 0;
  private lastHeardMs = 0;
  private lastSentMs = 0;

  constructor(host: SessionHost) {
    this.host = host;
  }

  /** `timeoutMs`: that of the session, as negotiated. */
  start(timeoutMs: number): void {
    this.timeoutMs = timeoutMs;
    this.noteHeard();
    this.noteSent();
    this.setTimer('readTimeout', this.readTimeoutMs);
    this.setTimer('ping', this.pingIntervalMs);
  }

  stop(): void {
    for (const timer of ['readTimeout', 'ping']) this.host.emit({ type: 'cancelTimer', timer });
  }

  noteHeard(): void {
    this.lastHeardMs = this.host.nowMs;
  }

  noteSent(): void {
    this.lastSentMs = this.host.nowMs;
  }

  /** True if nothing was heard for too long. */
  isReadOverdue(): boolean {
    const leftMs = this.lastHeardMs + this.readTimeoutMs - this.host.nowMs;
    if (leftMs > 0) this.setTimer('readTimeout', leftMs);
    return leftMs <= 0;
  }

  /** True if a ping is due now; it counts as sent. */
  isPingDue(): boolean {
    const isDue = this.lastSentMs + this.pingIntervalMs <= this.host.nowMs;
    if (isDue) this.noteSent();
    this.setTimer('ping', this.lastSentMs + this.pingIntervalMs - this.host.nowMs);
    return isDue;
  }

  /** Leaves a third of the session for finding another server. */
  private get readTimeoutMs(): number {
    return Math.floor((this.timeoutMs * 2) / 3);
  }

  private get pingIntervalMs(): number {
    return Math.max(1, Math.min(PING_INTERVAL_MAX_MS, Math.floor(this.readTimeoutMs / 2)));
  }

  private setTimer(timer: 'readTimeout' | 'ping', afterMs: number): void {
    this.host.emit({ type: 'setTimer', timer, afterMs });
  }
}
