/**
 * One direction of one link: everything that `from` sends to `to`. Latency and loss are drawn
 * from a generator of this direction alone, so that what happens on one link changes nothing on
 * another.
 */

import { assert } from '../base/assert.ts';
import { Prng } from '../base/prng.ts';
import type { ParticipantId } from './address.ts';

export interface LinkState {
  readonly cut: boolean;
  /** What is on its way stands still, and what is sent waits. */
  readonly held: boolean;
  readonly extraLatencyUs: number;
  readonly lossPercent: number;
}

/** As every link is in the beginning, and after `heal`. */
export const HEALTHY: LinkState = { cut: false, held: false, extraLatencyUs: 0, lossPercent: 0 };

export const isHealthy = ({ cut, held, extraLatencyUs, lossPercent }: LinkState): boolean =>
  !cut && !held && extraLatencyUs === 0 && lossPercent === 0;

/** One way, drawn evenly per message. */
export interface LatencyRange {
  readonly min: number;
  readonly max: number;
}

export class LinkModel {
  state: LinkState = HEALTHY;
  private readonly random: Prng;
  private readonly latencyUs: LatencyRange;

  /** `life`: how often the sender has been started; each life draws anew. */
  constructor(
    seed: number,
    from: ParticipantId,
    to: ParticipantId,
    life: number,
    latencyUs: LatencyRange,
  ) {
    assert(latencyUs.min >= 1 && latencyUs.max >= latencyUs.min, 'latency range');
    this.random = new Prng(seed).fork(`link ${from} ${to} ${life}`);
    this.latencyUs = latencyUs;
  }

  /** Time on the way of the next message, at least `latencyUs.min`. */
  drawLatencyUs(): number {
    const { min, max } = this.latencyUs;
    return this.random.between(min, max) + this.state.extraLatencyUs;
  }

  /**
   * Whether the next message is lost by chance. Draws always, so that a loss rate moves no
   * latency.
   */
  drawLoss(): boolean {
    return this.random.below(100) < this.state.lossPercent;
  }
}
