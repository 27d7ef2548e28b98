/** What each recipe is called on the page. */

import type { RecipeKind } from '../../lab/recipes/RecipeKind.ts';

export const TITLES: Readonly<Record<RecipeKind, string>> = {
  lock: 'Lock',
  herdLock: 'Herd lock',
  election: 'Election',
  selection: 'Leadership in turn',
  rwlock: 'Read-write lock',
  semaphore: 'Semaphore',
  barrier: 'Barrier',
  doubleBarrier: 'Double barrier',
  queue: 'Queue',
  priorityQueue: 'Priority queue',
  delayQueue: 'Delay queue',
  simpleQueue: 'Simple queue',
  members: 'Membership',
  services: 'Service',
  kept: 'Kept znode',
  config: 'Configuration',
  counter: 'Counter',
  sharedCount: 'Shared count',
  cache: 'Cache',
  twoPhase: 'Two-phase commit',
};
