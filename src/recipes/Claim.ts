/** What a client holds, as far as it knows, and the telling of it to the trace. */

import type { ClientContext } from '../client/ClientContext.ts';

export interface Holding {
  /** czxid of the znode that stands for it: higher than that of every earlier holder. */
  readonly fence: number;
  readonly znode: string;
}

export interface AcquireOptions {
  /** How long to wait in line while connected; left out: for ever. */
  readonly timeoutMs?: number;
}

export class Claim {
  private readonly context: ClientContext;
  private readonly recipe: string;
  private readonly path: string;
  private holding: Holding | null = null;

  constructor(context: ClientContext, recipe: string, path: string) {
    this.context = context;
    this.recipe = recipe;
    this.path = path;
  }

  get held(): Holding | null {
    return this.holding;
  }

  take(holding: Holding): Holding {
    this.holding = holding;
    this.context.belief(this.recipe, this.path, { holds: true, ...holding });
    return holding;
  }

  /** Returns what was held; null, and no word of it, if nothing was. */
  drop(): Holding | null {
    const { holding } = this;
    this.holding = null;
    if (holding !== null) {
      const belief = { holds: false, fence: holding.fence, znode: '' };
      this.context.belief(this.recipe, this.path, belief);
    }
    return holding;
  }

  /** Names what the recipe is about to do. */
  step(text: string): void {
    this.context.step(this.recipe, this.path, text);
  }
}
