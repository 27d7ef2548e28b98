/** The waits of client programs. A wait that nobody needs any more is cancelled. */

import { assert } from '../base/assert.ts';
import { TIMEOUT } from './ClientContext.ts';
import type { SessionHost } from './SessionHost.ts';

const WAITS_MAX = 1000;

export class ProgramTimers {
  private readonly host: SessionHost;
  private readonly waits = new Map<string, () => void>();
  private count = 0;

  constructor(host: SessionHost) {
    this.host = host;
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.start(ms, resolve);
    });
  }

  within<T>(ms: number, promise: Promise<T>): Promise<T | typeof TIMEOUT> {
    return new Promise((resolve, reject) => {
      const timer = this.start(ms, () => resolve(TIMEOUT));
      void promise.then(resolve, reject).finally(() => this.cancel(timer));
    });
  }

  /** False if the timer is none of these. */
  onTimer(timer: string): boolean {
    const wake = this.waits.get(timer);
    if (wake === undefined) return false;
    this.waits.delete(timer);
    this.host.wake();
    wake();
    return true;
  }

  private start(ms: number, wake: () => void): string {
    assert(Number.isInteger(ms) && ms >= 0, `wait of ${ms} ms`);
    assert(this.waits.size < WAITS_MAX, `${WAITS_MAX} waits at once`);
    this.count++;
    const timer = `sleep ${this.count}`;
    this.waits.set(timer, wake);
    this.host.emit({ type: 'setTimer', timer, afterMs: ms });
    return timer;
  }

  private cancel(timer: string): void {
    if (this.waits.delete(timer)) this.host.emit({ type: 'cancelTimer', timer });
  }
}
