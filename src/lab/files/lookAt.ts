/** Opens files in the lab's store. */

import type { StoreApi } from 'zustand/vanilla';
import { err, ok, type Result } from '../../base/result.ts';
import { type FilesState, NO_FILES } from './FilesState.ts';
import { type FileSource, type OpenedFiles, openFiles } from './openFiles.ts';

/** `title`: see FilesState. What is opened later in the meantime is shown, and not this. */
export async function lookAt(
  store: StoreApi<FilesState>,
  title: string,
  sources: readonly FileSource[],
): Promise<Result<OpenedFiles, string>> {
  const reading: FilesState = { ...NO_FILES, isShown: true, title, isReading: true };
  store.setState(reading, true);
  const result = await attempt(sources);
  const { isReading, title: now } = store.getState();
  if (isReading && now === title) {
    store.setState(
      result.ok
        ? { isReading: false, opened: result.value }
        : { isReading: false, problem: result.error },
    );
  }
  return result;
}

/** Bytes that nobody vouches for may break what no server lets happen: an assertion of the tree. */
async function attempt(sources: readonly FileSource[]): Promise<Result<OpenedFiles, string>> {
  try {
    return ok(await openFiles(sources, rest));
  } catch (error) {
    return err(`The files cannot be opened: ${error instanceof Error ? error.message : error}`);
  }
}

/** Lets the page draw. */
const rest = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
