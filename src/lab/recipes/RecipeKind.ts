/** What the lab can tell apart of what programs make from znodes. */

export type RecipeKind =
  | 'lock'
  | 'herdLock'
  | 'election'
  | 'selection'
  | 'rwlock'
  | 'semaphore'
  | 'barrier'
  | 'doubleBarrier'
  | 'queue'
  | 'priorityQueue'
  | 'delayQueue'
  | 'simpleQueue'
  | 'members'
  | 'services'
  | 'kept'
  | 'config'
  | 'counter'
  | 'sharedCount'
  | 'cache'
  | 'twoPhase';

export interface RecipePlace {
  readonly kind: RecipeKind;
  readonly path: string;
  /** Position in the run of what was asked here last; -1 for what others made. */
  readonly askedAt: number;
}

/** Copies are kept of what may be another recipe's: a path alone does not name a place. */
export const keyOf = ({ kind, path }: RecipePlace): string => `${kind} ${path}`;
