/** What is counted in ticks, in ms. Source: QuorumPeerConfig. */

import type { ServerConfig } from '../config.ts';

export function halfTickMs({ tickTimeMs }: ServerConfig): number {
  return Math.floor(tickTimeMs / 2);
}

export function initLimitMs({ tickTimeMs, initLimitTicks }: ServerConfig): number {
  return tickTimeMs * initLimitTicks;
}

export function syncLimitMs({ tickTimeMs, syncLimitTicks }: ServerConfig): number {
  return tickTimeMs * syncLimitTicks;
}
