/** One unmodified client, and what is asked of it. */

import type { Served } from './Served.ts';

/** Runs `body` and reports how it ended. Never rejects. */
export type Check = (name: string, body: () => void | Promise<void>) => Promise<void>;

export interface ClientUnderTest {
  readonly name: string;
  /** Of `npm run serve`, beyond what all clients get. */
  readonly serveOptions?: readonly string[];
  /** What would install it, or null if it is there. */
  missing(): string | null;
  /** With an ensemble of its own, on which nothing was done yet. */
  run(served: Served, check: Check): Promise<void>;
}
