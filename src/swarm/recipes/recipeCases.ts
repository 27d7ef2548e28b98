/** Every recipe that the swarm tries. */

import { barrier, doubleBarrier, groupMember, persistentNode, service } from './groupCases.ts';
import {
  herdLock,
  leaderLatch,
  leaderSelector,
  lock,
  multiLock,
  readWriteLock,
  reentrantLock,
  revocableLock,
  semaphore,
} from './lockCases.ts';
import { delayQueue, priorityQueue, queue, queueWithLocks, simple } from './queueCases.ts';
import type { RecipeCase } from './RecipeCase.ts';
import { twoPhaseCommit } from './twoPhaseCases.ts';
import { cache, configuration, counter, sharedCount } from './valueCases.ts';

export const RECIPE_CASES: readonly RecipeCase[] = [
  lock(),
  reentrantLock(),
  herdLock(),
  revocableLock(),
  semaphore(),
  readWriteLock(),
  multiLock(),
  leaderLatch(),
  leaderSelector(),
  barrier(),
  doubleBarrier(),
  queue(),
  simple(),
  queueWithLocks(),
  priorityQueue(),
  delayQueue(),
  counter(),
  sharedCount(),
  configuration(),
  cache('node'),
  cache('children'),
  cache('tree'),
  persistentNode(),
  groupMember(),
  service(),
  twoPhaseCommit(),
];
