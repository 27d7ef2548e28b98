/** Opens files in the lab's store. */

import type { StoreApi } from 'zustand/vanilla';
import type { FilesState } from './FilesState.ts';
import { type FileSource, type OpenedFiles, openFiles } from './openFiles.ts';

/** `title`: see FilesState. What is opened later in the meantime is shown, and not this. */
export async function lookAt(
  store: StoreApi<FilesState>,
  title: string,
  sources: readonly FileSource[],
): Promise<OpenedFiles> {
  const reading: FilesState = { isShown: true, title, isReading: true, opened: null };
  store.setState(reading, true);
  const opened = await openFiles(sources, rest);
  const { isReading, title: now } = store.getState();
  if (isReading && now === title) store.setState({ isReading: false, opened });
  return opened;
}

/** Lets the page draw. */
const rest = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
