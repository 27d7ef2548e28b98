/** Opens files in the lab's store. */

import type { StoreApi } from 'zustand/vanilla';
import { err, ok, type Result } from '../../base/result.ts';
import type { FilesReader, StartOpening } from './FilesReader.ts';
import { type FilesState, NO_FILES } from './FilesState.ts';
import type { FileSource } from './openFiles.ts';

/** The part of a Lab that files are opened in. */
interface FilesPlace {
  readonly files: StoreApi<FilesState>;
  readonly host: { readonly fileOpener: () => Promise<StartOpening> };
}

/**
 * `title`: see FilesState. What is open or being opened gives way. Errors: why the files cannot be
 * opened, or that it was given up.
 */
export async function lookAt(
  { files: store, host }: FilesPlace,
  title: string,
  sources: readonly FileSource[],
): Promise<Result<FilesReader, string>> {
  const startOpening = await host.fileOpener();
  const { reading, opened } = store.getState();
  reading?.cancel();
  opened?.close();
  let cancel = (): void => {};
  const isCurrent = (): boolean => store.getState().reading?.cancel === cancel;
  const opening = startOpening(sources, (share) => {
    if (isCurrent()) store.setState({ reading: { share, cancel } });
  });
  const result = await new Promise<Result<FilesReader, string> | null>((resolve) => {
    cancel = () => {
      opening.cancel();
      resolve(null);
    };
    store.setState({ ...NO_FILES, isShown: true, title, reading: { share: 0, cancel } }, true);
    opening.reader.then((reader) => resolve(ok(reader)), failWith(resolve));
  });
  if (isCurrent()) store.setState(stateAfter(result));
  return result ?? err('The files are not read any further.');
}

/** Bytes that nobody vouches for may break what no server lets happen: an assertion of the tree. */
const failWith =
  (resolve: (result: Result<never, string>) => void) =>
  (error: unknown): void =>
    resolve(err(`The files cannot be opened: ${error instanceof Error ? error.message : error}`));

function stateAfter(result: Result<FilesReader, string> | null): Partial<FilesState> {
  if (result === null) return { reading: null, title: '' };
  return result.ok
    ? { reading: null, opened: result.value }
    : { reading: null, problem: result.error };
}
