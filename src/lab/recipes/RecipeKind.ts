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
  | 'members'
  | 'services'
  | 'config'
  | 'counter'
  | 'twoPhase';

export interface RecipePlace {
  readonly kind: RecipeKind;
  readonly path: string;
  /** Position in the run of what was asked here last; -1 for what others made. */
  readonly askedAt: number;
}
