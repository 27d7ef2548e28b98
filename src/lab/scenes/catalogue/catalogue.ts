/** The gallery, in the order in which it is shown. */

import type { Scene } from '../Scene.ts';
import { expiry, splitNetwork, staleRead } from './consistency.ts';
import { firstMinute } from './firstMinute.ts';
import { locksRace } from './locks.ts';

export const SCENES: readonly Scene[] = [firstMinute, locksRace, splitNetwork, staleRead, expiry];
