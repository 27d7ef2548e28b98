/** What the locks that queue have in common, and what each has of its own. */

import type { Holding } from './Claim.ts';

export interface LockKind {
  /** How steps and beliefs call it. */
  readonly recipe: string;
  /** What stands before the number of one's own znode. */
  readonly basename: string;
  /** The same of everybody in this line. */
  readonly marks: readonly string[];
  /** In the words of the recipe, what a waiter does. */
  readonly watchStep: string;
  /** Whom the one at `index` waits for; null when it is its turn. `line`: first come first. */
  readonly blockerOf: (line: readonly string[], index: number) => string | null;
  /** What this client holds that lets it in at once. */
  readonly beside?: () => Holding | null;
}

/** The data by which somebody asks a holder to give back. Source: Curator Revoker. */
export const REVOKE_MESSAGE = '__REVOKE__';

const BASENAME = 'lock-';

const predecessorOf = (line: readonly string[], index: number): string | null =>
  line[index - 1] ?? null;

export const PLAIN_LOCK: LockKind = {
  recipe: 'lock',
  basename: BASENAME,
  marks: [BASENAME],
  watchStep: 'watch predecessor',
  blockerOf: predecessorOf,
};

/** The same queue under another name: part of another recipe. */
export const lockOf = (recipe: string): LockKind => ({ ...PLAIN_LOCK, recipe });
