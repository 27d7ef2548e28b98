/** What the lab knows of files: which are open, and whether they are looked at. */

import type { FilesReader } from './FilesReader.ts';

export interface Reading {
  /** How much is done, from 0 to 1. */
  readonly share: number;
  /** Gives it up; what was open before is gone as well. */
  cancel(): void;
}

export interface FilesState {
  readonly isShown: boolean;
  /** Whose files are open, or how many of them: `S2's disk`, `3 files`; '' for none. */
  readonly title: string;
  readonly reading: Reading | null;
  readonly opened: FilesReader | null;
  /** Why the files could not be opened at all; '' if they could. */
  readonly problem: string;
}

export const NO_FILES: FilesState = {
  isShown: false,
  title: '',
  reading: null,
  opened: null,
  problem: '',
};
