/** What the lab knows of files: which are open, and whether they are looked at. */

import type { OpenedFiles } from './openFiles.ts';

export interface FilesState {
  readonly isShown: boolean;
  /** Whose files are open, or how many of them: `S2's disk`, `3 files`; '' for none. */
  readonly title: string;
  readonly isReading: boolean;
  readonly opened: OpenedFiles | null;
  /** Why the files could not be opened at all; '' if they could. */
  readonly problem: string;
}

export const NO_FILES: FilesState = {
  isShown: false,
  title: '',
  isReading: false,
  opened: null,
  problem: '',
};
