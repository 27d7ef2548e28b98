/** A simple workload, to have something to watch: sets one znode again and again. */

import type { ClientContext } from './ClientContext.ts';
import { isKeeperError } from './KeeperError.ts';

export class Load {
  private readonly context: ClientContext;
  private readonly path: string;
  private isStopped = false;
  private doneCount = 0;
  private failedCount = 0;

  constructor(context: ClientContext, path: string) {
    this.context = context;
    this.path = path;
  }

  get done(): number {
    return this.doneCount;
  }

  /** Including those of which nobody knows whether they were done. */
  get failed(): number {
    return this.failedCount;
  }

  stop(): void {
    this.isStopped = true;
  }

  /** Does not wait for answers: `intervalMs` apart however slow they are. Ends with the session. */
  async run(count: number, intervalMs: number): Promise<void> {
    const { context, path } = this;
    for (let i = 0; i < count && !this.isStopped && context.zk.isAlive; i++) {
      if (i > 0) await context.sleep(intervalMs);
      if (this.isStopped) break;
      context.step('load', path, `set ${i + 1} of ${count}`);
      void this.set(`${i + 1}`);
    }
    context.step('load', path, this.isStopped ? 'stopped' : 'done');
  }

  private async set(data: string): Promise<void> {
    const { zk } = this.context;
    try {
      await zk.setData(this.path, data);
      this.doneCount++;
    } catch (error) {
      this.failedCount++;
      if (isKeeperError(error, 'NONODE')) this.stop();
    }
  }
}
