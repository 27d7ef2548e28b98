/**
 * While a client makes do with a server in read-only mode: asks the others, one after the other and
 * less and less often, whether they can write.
 * Source: ClientCnxn.SendThread.pingRwServer.
 */

import type { ServerList } from './ServerList.ts';
import type { SessionHost } from './SessionHost.ts';

const INTERVAL_MIN_MS = 100;
const INTERVAL_MAX_MS = 60_000;

export class ReadWriteSeeker {
  private readonly host: SessionHost;
  private readonly servers: ServerList;
  private intervalMs = INTERVAL_MIN_MS;
  /** The server that is being asked. */
  private asked: string | null = null;
  private isSeeking = false;

  constructor(host: SessionHost, servers: ServerList) {
    this.host = host;
    this.servers = servers;
  }

  start(): void {
    this.isSeeking = true;
    this.intervalMs = INTERVAL_MIN_MS;
    this.wait();
  }

  stop(): void {
    this.isSeeking = false;
    this.asked = null;
    this.host.emit({ type: 'cancelTimer', timer: 'seekReadWrite' });
  }

  /** When `seekReadWrite` fires. */
  ask(): void {
    if (!this.isSeeking) return;
    this.asked = this.servers.next().server;
    this.host.emit({ type: 'probe', server: this.asked, word: 'isro' });
  }

  /** `answer`: null if there was none. True: dial next, for that server is the one. */
  onProbed(answer: string | null): boolean {
    if (!this.isSeeking || this.asked === null) return false;
    if (answer === 'rw') {
      this.servers.prefer(this.asked);
      return true;
    }
    this.intervalMs = Math.min(2 * this.intervalMs, INTERVAL_MAX_MS);
    this.wait();
    return false;
  }

  private wait(): void {
    this.host.emit({ type: 'setTimer', timer: 'seekReadWrite', afterMs: this.intervalMs });
  }
}
