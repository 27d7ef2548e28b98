/** The gallery, in the order in which it is shown. */

import type { Scene } from '../Scene.ts';
import { expiry, splitNetwork, staleRead } from './consistency.ts';
import {
  configuration,
  doubleBarrier,
  election,
  herd,
  membership,
  twoPhaseCommit,
} from './coordination.ts';
import { firstMinute } from './firstMinute.ts';
import { freePlay } from './freePlay.ts';
import { kafkaBrokerLoss, kafkaControllerLoss, kafkaStart } from './kafka.ts';
import { locksRace } from './locks.ts';

export const SCENES: readonly Scene[] = [
  freePlay,
  firstMinute,
  locksRace,
  herd,
  splitNetwork,
  staleRead,
  expiry,
  configuration,
  doubleBarrier,
  election,
  membership,
  twoPhaseCommit,
  kafkaStart,
  kafkaBrokerLoss,
  kafkaControllerLoss,
];
